using System.Text.Json.Serialization;
using Redress.Data;

namespace Redress;

/// <summary>One changed feature, in raw units.</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="From">The person's present value.</param>
/// <param name="To">The value after the action.</param>
public readonly record struct FeatureChange(string Feature, Cell From, Cell To)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Feature} {From} -> {To}";
}

/// <summary>One way to the desired outcome (or, as an attempt, the best that was tried).</summary>
/// <param name="Rank">1 for the cheapest answer, counting up.</param>
/// <param name="Changes">What changes, in schema order.</param>
/// <param name="Cost">The size of the action by the request's cost.</param>
/// <param name="Score">The model's score of the row as shown: a logit where the model has them, else a probability.</param>
/// <param name="Steps">The way, where the method gives one: the changes of each step in order, from the row as the step before left it; the last step ends at the row as shown. Else null.</param>
/// <param name="Note">What the method has to say of the answer, such as that a goal beyond validity was not reached; else null.</param>
public sealed record RecourseAnswer(
    int Rank, IReadOnlyList<FeatureChange> Changes, double Cost, double Score,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IReadOnlyList<FeatureChange>>? Steps = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note = null);

/// <summary>What one person is told, with its evidence. The same record serves the library, JSON and CSV.</summary>
/// <param name="PersonId">The person's id, or the 1-based number of the row where the data have no ids.</param>
/// <param name="Person">The person's present values, in schema order.</param>
/// <param name="Outcome">What became of the request.</param>
/// <param name="Reason">One sentence of explanation; null where the outcome is <see cref="Outcome.Found"/>.</param>
/// <param name="Score">The model's score of the person as they are; null where the row could not be judged.</param>
/// <param name="Answers">The recourses, cheapest first; empty unless found.</param>
/// <param name="Attempt">The best attempt where none was valid, or null.</param>
/// <param name="Steps">Search steps spent on this person.</param>
/// <param name="ModelCalls">Rows scored for this person.</param>
/// <param name="Actions">The person's own action set as JSON where the request gave them one; null for the run's.</param>
public sealed record RecourseRecord(
    string PersonId,
    IReadOnlyList<Cell> Person,
    Outcome Outcome,
    string? Reason,
    double? Score,
    IReadOnlyList<RecourseAnswer> Answers,
    RecourseAnswer? Attempt,
    int Steps,
    int ModelCalls,
    [property: JsonConverter(typeof(JsonTextConverter)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Actions = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{PersonId}: {Outcome}{(Answers.Count > 0 ? " " + string.Join(", ", Answers[0].Changes) : "")}";
}

/// <summary>The records of one request, in the order of its people, with what is needed to repeat it.</summary>
/// <param name="Run">The model, method, options, action set and seed behind the records.</param>
/// <param name="Records">One record a person, in the order of the request, made each time it is looked at.</param>
public sealed record RecourseBatch(RecourseRun Run, IReadOnlyList<RecourseRecord> Records)
{
    /// <summary>The number of people with the given outcome.</summary>
    public int Count(Outcome outcome) => Records.Count(r => r.Outcome == outcome);

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Records.GroupBy(r => r.Outcome).OrderBy(g => g.Key).Select(g => Invariant($"{g.Count()} {g.Key}")));
}

/// <summary>What is needed to repeat a run of recourse.</summary>
/// <param name="Model">The model's fingerprint.</param>
/// <param name="Threshold">The decision threshold θ the records were judged by, in the model's score unit.</param>
/// <param name="Method">The method's slug.</param>
/// <param name="Options">The method's options as JSON.</param>
/// <param name="Actions">The action set as JSON.</param>
/// <param name="ActionsFingerprint">SHA-256 of the action set, and of those of single people where the request has any.</param>
/// <param name="Cost">The cost's slug.</param>
/// <param name="Desired">The outcome asked for.</param>
/// <param name="Seed">The seed.</param>
public sealed record RecourseRun(
    string Model, double Threshold, string Method, [property: JsonConverter(typeof(JsonTextConverter))] string Options,
    [property: JsonConverter(typeof(JsonTextConverter))] string Actions, string ActionsFingerprint, string Cost, string Desired, ulong Seed);
