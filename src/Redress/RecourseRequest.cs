using Redress.Actions;
using Redress.Costs;
using Redress.Data;

namespace Redress;

/// <summary>Who asks for recourse, and on what terms. The terms may differ from request to request without preparing a method again.</summary>
/// <param name="People">The people, in raw units.</param>
/// <param name="Actions">What they may change; null for what the model's schema says.</param>
/// <param name="Cost">The size of actions; null for <see cref="L1Cost"/>.</param>
/// <param name="Desired">The outcome asked for; null for the favourable one.</param>
/// <param name="Answers">Different answers a person, k; 1 up to the method's limit.</param>
/// <param name="Budget">What may be spent on each person; null for the method's own limits.</param>
/// <param name="Overrides">Action sets of single people, by id.</param>
/// <param name="Execution">Threads and chunk size; they never change an answer.</param>
/// <param name="FirstRow">The number that names the first person where the data have no ids.</param>
public sealed record RecourseRequest(
    Table People,
    ActionSet? Actions = null,
    ICost? Cost = null,
    Desired? Desired = null,
    int Answers = 1,
    Budget? Budget = null,
    IReadOnlyDictionary<string, ActionSet>? Overrides = null,
    Execution? Execution = null,
    long FirstRow = 1);
