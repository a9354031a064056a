using Redress.Data;

namespace Redress.Metrics;

/// <summary>The first answers of everyone who was found one, side by side: rows before and after, raw and encoded.</summary>
internal sealed class FoundRows
{
    private readonly Lazy<float[]> before, after;

    internal FoundRows(Evaluation evaluation)
    {
        var found = evaluation.Found().ToList();
        var schema = evaluation.People.Schema;
        People = [.. found.Select(f => f.Row)];
        Changed = new(schema, [.. found.SelectMany(f => f.Changed)]);
        // The answer's score is the model's of the row as shown; records read from a file may be of an older model, so it is taken anew.
        double[] scores = Models.Scores.Favourable(evaluation.Model, Changed, evaluation.Execution, evaluation.Cancel);
        Favourable = [.. scores.Select(s => s >= evaluation.Model.Threshold)];
        before = new(() => Neighbours.RowBlocks.Encoded(evaluation.People.Select(People), evaluation.Encoding));
        after = new(() => Neighbours.RowBlocks.Encoded(Changed, evaluation.Encoding));
    }

    /// <summary>Their places among the people, ascending.</summary>
    internal int[] People { get; }

    internal int Count => People.Length;

    /// <summary>Their rows after the first answer.</summary>
    internal Table Changed { get; }

    /// <summary>The class of each counterfactual: true where the model accepts it.</summary>
    internal bool[] Favourable { get; }

    /// <summary>The people as they are, encoded, row-major.</summary>
    internal float[] Before => before.Value;

    /// <summary>The people after the first answer, encoded, row-major.</summary>
    internal float[] After => after.Value;

    /// <summary>Computes a value for every counterfactual, class by class.</summary>
    /// <param name="width">Columns of an encoded row.</param>
    /// <param name="values">Gets a class and its encoded counterfactuals, and gives a value each.</param>
    internal double[] ByClass(int width, Func<bool, float[], double[]> values)
    {
        var all = new double[Count];
        foreach (bool favourable in new[] { true, false })
        {
            int[] members = [.. Enumerable.Range(0, Count).Where(i => Favourable[i] == favourable)];
            if (members.Length == 0) continue;
            var points = new float[members.Length * width];
            for (int i = 0; i < members.Length; i++) After.AsSpan(members[i] * width, width).CopyTo(points.AsSpan(i * width));
            double[] own = values(favourable, points);
            for (int i = 0; i < members.Length; i++) all[members[i]] = own[i];
        }
        return all;
    }
}
