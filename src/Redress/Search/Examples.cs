using Redress.Data;
using Redress.Models;
using Redress.Neighbours;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>Training rows as places to go: raw and encoded, with the model's scores of them and, where known, what became of them.</summary>
internal sealed class Examples
{
    private const string RowsTensor = "examples.rows", LabelsTensor = "examples.labels";

    private Examples(RecourseTask task, Table rows, CancellationToken cancel)
    {
        (Rows, Encoding) = (rows, task.Encoding);
        Encoded = RowBlocks.Encoded(rows, task.Encoding);
        Scores = Models.Scores.Favourable(task.Model, rows, new(), cancel);
        (threshold, kind) = (task.Model.Threshold, task.Model.ScoreKind);
    }

    private readonly double threshold;
    private readonly ScoreKind kind;

    /// <summary>The rows, without faults.</summary>
    internal Table Rows { get; }

    internal int Count => Rows.Rows;

    internal Encoding Encoding { get; }

    /// <summary>rows × encoding width.</summary>
    internal float[] Encoded { get; }

    /// <summary>The favourable score of each row.</summary>
    internal double[] Scores { get; }

    /// <summary>Takes the task's training rows, or a seeded sample where there are too many.</summary>
    /// <param name="task">The task; it has training rows.</param>
    /// <param name="most">Rows at most.</param>
    /// <param name="rng">Draws the sample.</param>
    /// <param name="cancel">Stops between chunks.</param>
    internal static Examples Of(RecourseTask task, int most, Rng rng, CancellationToken cancel)
    {
        var rows = task.TrainingRows!;
        int[] sound = [.. Enumerable.Range(0, rows.Rows).Where(r => !rows.Faults.ContainsKey(r))];
        if (sound.Length > most)
        {
            rng.Split("examples").Shuffle<int>(sound);
            sound = sound[..most];
            Array.Sort(sound);
        }
        return new(task, rows.Select(sound), cancel);
    }

    /// <summary>Takes other rows than the task's, such as rows that were made.</summary>
    /// <param name="task">The task.</param>
    /// <param name="rows">Rows of the model's columns without faults.</param>
    /// <param name="cancel">Stops between chunks.</param>
    internal static Examples Of(RecourseTask task, Table rows, CancellationToken cancel) => new(task, rows, cancel);

    /// <summary>The rows as tensors of a saved preparation.</summary>
    internal IReadOnlyList<StoredTensor> Tensors =>
    [
        StoredTensor.Of(RowsTensor, [Count, Rows.Schema.Features.Count], Rows.Values),
        .. Rows.Labels is { } labels ? [StoredTensor.Of(LabelsTensor, [Count], [.. labels.Select(l => l ? 1f : 0f)])] : Array.Empty<StoredTensor>(),
    ];

    /// <summary>Reads rows back.</summary>
    /// <exception cref="ModelFileException">They do not fit the model's columns.</exception>
    internal static Examples Read(RecourseTask task, Learnt learnt)
    {
        var schema = task.Model.Schema;
        var shape = learnt.ShapeOf(RowsTensor);
        int features = schema.Features.Count;
        if (shape is not [var count, var columns] || columns != features) throw learnt.Damaged(Invariant($"tensor '{RowsTensor}' is {string.Join(" × ", shape)}; the model has {features} features"));
        double[] values = learnt.Doubles(RowsTensor, count, columns);
        for (int i = 0; i < values.Length; i++)
            if (!schema.Features[i % features].Holds(values[i])) throw learnt.Damaged(Invariant($"row {i / features} of '{RowsTensor}' has {values[i]} for '{schema.Features[i % features].Name}'"));
        bool[]? labels = learnt.Tensors.Any(t => t.Name == LabelsTensor) ? Array.ConvertAll(learnt.Floats(LabelsTensor, count), l => l != 0) : null;
        return new(task, new Table(schema, values, labels: labels), CancellationToken.None);
    }

    /// <summary>True where the model gives a row one outcome with a probability above γ. θ plays no part.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sign">+1 for the favourable outcome, -1 for the other.</param>
    /// <param name="confidence">γ, 0 to 1.</param>
    internal bool IsConfident(int row, int sign, double confidence)
    {
        double p = ProbabilityOf(row);
        return (sign > 0 ? p : 1 - p) > confidence;
    }

    /// <summary>The probability of the favourable outcome that the model gives a row.</summary>
    internal double ProbabilityOf(int row) => Models.Scores.Probability(kind, Scores[row]);

    /// <summary>Says that no row is on a side of θ, confidently so and, where asked for, labelled so; and what would help.</summary>
    internal string NoneOn(int sign, double confidence, bool label)
    {
        double highest = 0;
        for (int row = 0; row < Count; row++)
            if ((!label || IsLabelled(row, sign)) && IsPredicted(row, sign) && ProbabilityOf(row) is var p) highest = Math.Max(highest, sign > 0 ? p : 1 - p);
        return highest == 0
            ? Invariant($"None of the {Count} training rows{(label ? " with the desired label" : "")} is given the desired outcome.")
            : Invariant($"None of the {Count} training rows{(label ? " with the desired label" : "")} is given the desired outcome with a confidence above {confidence}; the highest is {highest:0.###}. Ask for less confidence.");
    }

    /// <summary>True where a row is on a side of θ.</summary>
    internal bool IsPredicted(int row, int sign) => Scores[row] >= threshold == sign > 0;

    /// <summary>True where a row's label is on a side; the rows have labels.</summary>
    internal bool IsLabelled(int row, int sign) => Rows.Labels![row] == sign > 0;
}
