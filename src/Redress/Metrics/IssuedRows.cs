using Redress.Data;
using Redress.Models;

namespace Redress.Metrics;

/// <summary>Rows that people were told to reach, and the side of θ that each is to be on, whichever model judges.</summary>
public sealed class IssuedRows
{
    private readonly bool[] above;

    /// <summary>Joins rows and sides.</summary>
    /// <param name="rows">The rows after the action, in raw units.</param>
    /// <param name="above">For each row, true where the favourable outcome was asked for.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public IssuedRows(Table rows, IReadOnlyList<bool> above)
    {
        if (above.Count != rows.Rows) throw new ArgumentException(Invariant($"There are {above.Count} sides for {rows.Rows} rows."), nameof(above));
        (Rows, this.above) = (rows, [.. above]);
    }

    /// <summary>The rows.</summary>
    public Table Rows { get; }

    /// <summary>Takes the answers of records; a person without an answer has no row.</summary>
    /// <param name="answers">Each record with one of its answers.</param>
    /// <param name="model">A model that is to judge: its columns and classes.</param>
    /// <param name="desired">The outcome that was asked for, as the run says (<see cref="RecourseRun.Desired"/>).</param>
    /// <exception cref="OptionsException">A record names a feature or value that the model does not have.</exception>
    public static IssuedRows Of(IReadOnlyList<(RecourseRecord Record, RecourseAnswer Answer)> answers, IModel model, string desired)
    {
        double[] rows = [.. answers.SelectMany(a => RecourseRows.Changed(model.Schema, a.Record, a.Answer))];
        return new(new(model.Schema, rows), [.. answers.Select(a => IsAbove(a.Record, model, desired))]);
    }

    /// <summary>True where a row with this score is on the side that was asked for.</summary>
    internal bool Holds(int row, double score, IModel model) => score >= model.Threshold == above[row];

    /// <summary>Asked for another outcome than the predicted one, a person is to stay on the side that the issuing model put the answer.</summary>
    private static bool IsAbove(RecourseRecord record, IModel model, string desired)
    {
        if (desired == Desired.Favourable.Text) return true;
        if (desired == Desired.OtherThanPredicted.Text) return record.Answers[0].Score > record.Score;
        return desired == Desired.Of(model.Classes[1]).Text;
    }
}
