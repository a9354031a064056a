using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>A request with its defaults filled in and every problem refused before work starts.</summary>
internal sealed class Terms
{
    private readonly RecourseRequest request;
    private readonly ActionSet actions;
    private readonly Rng root;

    /// <summary>Checks a request against a task and method.</summary>
    /// <exception cref="OptionsException">The request cannot be met; the message lists every problem.</exception>
    /// <param name="task">The task.</param>
    /// <param name="finder">The method.</param>
    /// <param name="fixedImmutables">Features that the method took for immutable when it was prepared.</param>
    /// <param name="request">The request.</param>
    /// <param name="rng">The root of every person's stream.</param>
    internal Terms(RecourseTask task, IRecourseFinder finder, IReadOnlyList<int> fixedImmutables, RecourseRequest request, Rng rng)
    {
        this.request = request;
        actions = request.Actions ?? task.Actions;
        Cost = request.Cost ?? CostCatalog.All[0];
        Desired = request.Desired ?? Desired.Favourable;
        Budget = request.Budget ?? new();
        Execution = request.Execution ?? new();
        OptionsException.ThrowIfAny(Problems(task, finder, fixedImmutables));
        // A person's stream is keyed by seed, method, options and their id or raw content: never by their place.
        root = rng.Split(finder.Info.Slug).Split(finder.Options);
        Run = new(task.Model.Fingerprint, task.Model.Threshold, finder.Info.Slug, finder.Options, actions.Json, FingerprintOfActions(), Cost.Slug, Desired.Text, rng.Seed);
    }

    internal Table People => request.People;

    internal ICost Cost { get; }

    internal Desired Desired { get; }

    internal Budget Budget { get; }

    internal Execution Execution { get; }

    internal int Answers => request.Answers;

    internal RecourseRun Run { get; }

    internal ActionSet ActionsOf(int row) =>
        request.Overrides is { } overrides && overrides.TryGetValue(IdOf(row), out var own) ? own : actions;

    /// <summary>A person's own action set as JSON, or null where they have the request's.</summary>
    internal string? OwnActions(int row) => ActionsOf(row) is var own && own != actions ? own.Json : null;

    internal Rng StreamOf(int row) => root.Split(People.StreamKey(row));

    internal string IdOf(int row) => People.Ids?[row] ?? Invariant($"{request.FirstRow + row}");

    /// <summary>Of the action set, and of those of single people where there are any: a certificate over the one does not cover the others.</summary>
    private string FingerprintOfActions()
    {
        if (request.Overrides is not { Count: > 0 } overrides) return actions.Fingerprint;
        var own = overrides.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}\n{o.Value.Fingerprint}\n");
        return ContentHash.Hex(System.Text.Encoding.UTF8.GetBytes(actions.Fingerprint + "\n" + string.Concat(own)));
    }

    private IEnumerable<string> Problems(RecourseTask task, IRecourseFinder finder, IReadOnlyList<int> fixedImmutables)
    {
        foreach (string problem in Budget.Problems().Concat(Execution.Problems()).Concat(Desired.Problems(task.Model))) yield return problem;
        if (request.Answers < 1 || request.Answers > finder.Info.MaxAnswers)
            yield return Invariant($"Answers is {request.Answers}; method '{finder.Info.Slug}' gives 1 to {finder.Info.MaxAnswers}.");
        ActionSet[] sets = [actions, .. request.Overrides?.Values ?? []];
        bool fits = true;
        foreach (var set in sets)
            if (!set.Schema.HasColumnsOf(task.Model.Schema))
            {
                fits = false;
                yield return "The action set is of other columns than the model's.";
            }
        if (fits && WhyFreer(finder.Info, fixedImmutables, sets) is { } freer) yield return freer;
        if (!request.People.Schema.HasColumnsOf(task.Model.Schema)) yield return "The people have other columns than the model's.";
        if (!actions.HasActions && !(request.Overrides?.Values.Any(a => a.HasActions) ?? false))
            yield return "The schema lets nobody change anything; give at least one feature the change any, increase or decrease.";
        if (request.Overrides is not null && request.People.Ids is null)
            yield return "Overrides are by person id, and the people have none; give a column the role id.";
    }

    /// <summary>What a method took for immutable when it was prepared, no action set may change; that more is immutable does no harm.</summary>
    private static string? WhyFreer(MethodInfo method, IReadOnlyList<int> immutables, IEnumerable<ActionSet> sets)
    {
        var features = sets.First().Schema.Features;
        string[] freed = [.. immutables.Where(f => sets.Any(set => set.Schema.Features[f].IsActionable)).Select(f => $"'{features[f].Name}'")];
        return freed.Length == 0 ? null
            : $"Method '{method.Slug}' was prepared with {string.Join(", ", immutables.Select(f => $"'{features[f].Name}'"))} immutable, and the action set lets people change {string.Join(", ", freed)}; prepare it for what people can change.";
    }
}
