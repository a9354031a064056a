using Redress.Models;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Studies.Krishna2023;

/// <summary>What one method came to for everyone under one model.</summary>
/// <param name="Accepted">True a person whom the model accepts as they are.</param>
/// <param name="Asked">True a person whom another decision was sought for.</param>
/// <param name="Valid">True a person with a valid answer.</param>
/// <param name="Actions">ζ a person in encoded units: of the answer, or of the best attempt; null where there is none.</param>
internal sealed record Reached(bool[] Accepted, bool[] Asked, bool[] Valid, double[]?[] Actions)
{
    /// <summary>Of C-CHVAE, r* a person: how far the answer's code lies from the person's; NaN where there is none.</summary>
    internal double[]? Radii { get; init; }

    internal static Reached Of(NetworkModel model, RecourseBatch batch)
    {
        var records = batch.Records.ToList();
        return new(
            [.. records.Select(r => r.Score >= model.Threshold)], [.. records.Select(r => r.Outcome is Outcome.Found or Outcome.NotFound)], [.. records.Select(r => r.Outcome == Outcome.Found)],
            [.. records.Select(r => (r.Answers.Count > 0 ? r.Answers[0] : r.Attempt) is { } answer ? ActionOf(model, r, answer) : null)]);
    }

    /// <summary>Share of those asked for who have a valid answer; NaN where they are too few.</summary>
    internal double Validity()
    {
        int asked = Asked.Count(a => a);
        return asked < KrishnaChoices.FewestPeople ? double.NaN : (double)Valid.Count(v => v) / asked;
    }

    /// <summary>‖ζ‖₂ of a person, or NaN.</summary>
    internal double Cost(int person) => Actions[person] is { } action ? TensorPrimitives.Norm<double>(action) : double.NaN;

    /// <summary>‖ζ - ζ'‖₂ of a person's actions under two models; NaN where one is missing.</summary>
    internal double DistanceTo(Reached other, int person) =>
        Actions[person] is { } mine && other.Actions[person] is { } theirs ? TensorPrimitives.Distance<double>(mine, theirs) : double.NaN;

    /// <summary>The people whom both models were asked for, in the same direction.</summary>
    internal IEnumerable<int> SharedWith(Reached other) => Enumerable.Range(0, Asked.Length).Where(i => Asked[i] && other.Asked[i] && Accepted[i] == other.Accepted[i]);

    /// <summary>Of these, who has a valid answer under both.</summary>
    internal IEnumerable<int> ValidWith(Reached other) => SharedWith(other).Where(i => Valid[i] && other.Valid[i]);

    private static double[] ActionOf(NetworkModel model, RecourseRecord record, RecourseAnswer answer)
    {
        double[] from = RecourseRows.Present(model.Schema, record), to = RecourseRows.Changed(model.Schema, record, answer);
        return [.. model.Encoding.Features.Select((f, i) => (to[i] - from[i]) / f.Scale)];
    }
}
