using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Studies.Guo2023;

/// <summary>
/// Recourse as the paper counts it: x^cf, a row for every person, for the other side of θ than the one the model puts them on. A record's answer is that row;
/// who was found none has the attempt that was nearest to it, and who was offered nothing keeps their own row: both count, and are not valid.
/// </summary>
/// <param name="Model">f(·; θ), whose prediction it is to turn.</param>
/// <param name="People">x.</param>
/// <param name="Rows">x^cf, as people are shown it: in the action set, whole categories, whole steps.</param>
/// <param name="Above">1 - f(x; θ): true for people whom the model rejects.</param>
internal sealed record GuoRecourse(NetworkModel Model, Table People, Table Rows, bool[] Above)
{
    /// <summary>How rows are scored: by a model as it is.</summary>
    internal Func<NetworkModel, Table, CancellationToken, double[]> Score { get; private init; } = Scores.Favourable;

    /// <summary>Asks a method for everyone's recourse.</summary>
    /// <param name="model">f, whose prediction is to turn.</param>
    /// <param name="finder">The method, prepared for f, or for f as <see cref="DropoutLeftOn"/>.</param>
    /// <param name="people">x.</param>
    /// <param name="rng">The domain's stream.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <param name="score">How rows are scored, if not by the model as it is.</param>
    internal static GuoRecourse Of(NetworkModel model, IRecourseFinder finder, Table people, Rng rng, CancellationToken cancel, Func<NetworkModel, Table, CancellationToken, double[]>? score = null)
    {
        score ??= Scores.Favourable;
        var records = finder.Find(new(people, Desired: Desired.OtherThanPredicted, Execution: Guo2023Study.OneThread), rng.Split("find"), null, cancel).Records;
        cancel.ThrowIfCancellationRequested();
        var rows = new double[people.Values.Length];
        people.Values.CopyTo(rows);
        int features = people.Schema.Features.Count;
        for (int i = 0; i < people.Rows; i++)
        {
            var record = records[i];
            if ((record.Answers.Count > 0 ? record.Answers[0] : record.Attempt) is { } shown) RecourseRows.Changed(people.Schema, record, shown).CopyTo(rows, i * features);
        }
        double[] scores = score(model, people, cancel);
        return new(model, people, new(people.Schema, rows), [.. scores.Select(s => s < model.Threshold)]) { Score = score };
    }

    /// <summary>f(x^cf; θ') = 1 - f(x; θ), person by person, under any model.</summary>
    internal bool[] HoldsUnder(NetworkModel judge, CancellationToken cancel)
    {
        double[] scores = Score(judge, Rows, cancel);
        return [.. scores.Zip(Above, (s, above) => s >= judge.Threshold == above)];
    }

    /// <summary>Σ |x^cf - x| over the encoded columns, a person each: a changed category counts 2.</summary>
    internal double[] Proximities()
    {
        int width = Model.Encoding.Width;
        float[] before = Encoded(People), after = Encoded(Rows);
        return [.. Enumerable.Range(0, People.Rows).Select(i => Enumerable.Range(i * width, width).Sum(c => Math.Abs((double)after[c] - before[c])))];
    }

    /// <summary>Rows as the network reads them, row-major.</summary>
    internal float[] Encoded(Table rows)
    {
        var encoded = new float[rows.Rows * Model.Encoding.Width];
        Model.Encoding.Encode(rows, 0, rows.Rows, encoded);
        return encoded;
    }
}
