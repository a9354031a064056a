using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>One chunk of people from screening to findings.</summary>
internal sealed class ChunkRun(RecourseTask task, ISearch search, Terms terms, int start, int count)
{
    private readonly double[] scores = new double[count];
    private readonly Feature[] features = [.. terms.People.Schema.Features];
    private readonly int[] places = new int[count];
    private ForwardPass? pass;

    /// <summary>Finds recourse for the chunk. Everyone has a finding afterwards, cancelled or not.</summary>
    internal void Find(Findings findings, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        var judged = Screen(findings);
        var searched = new List<int>();
        foreach (int i in judged)
        {
            var own = terms.ActionsOf(start + i);
            int sign = terms.Desired.Sign(task.Model, scores[i]);
            bool desired = sign > 0 ? scores[i] >= task.Model.Threshold : scores[i] < task.Model.Threshold;
            if (desired) findings.Set(i, Outcome.AlreadyDesired, "The person already has the desired outcome.", scores[i], modelCalls: 1);
            else if (own.WhyNotZero(terms.People.Row(start + i)) is { } why) findings.Set(i, Outcome.InvalidInput, Sentence(why), scores[i], modelCalls: 1);
            else if (!own.HasActions) findings.Set(i, Outcome.Infeasible, "Proved: this person's action set lets them change nothing.", scores[i], modelCalls: 1);
            else searched.Add(i);
        }
        if (searched.Count == 0) return;
        var chunk = ChunkOf(searched);
        search.Search(chunk, cancel);
        var verdicts = Judge.Verdicts(chunk, highest: false);
        FallBack(searched, chunk, verdicts, cancel);
        for (int i = 0; i < searched.Count; i++) Tell(findings, searched[i], i, chunk, verdicts[i], cancel.IsCancellationRequested);
    }

    /// <summary>The highest scores of the chunk: of the best rounded action, or of doing nothing.</summary>
    internal void Highest(Span<double> highest, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        var judged = Screen(new Findings(count, features.Length));
        highest.Fill(double.NaN);
        foreach (int i in judged) highest[i] = scores[i];
        var searched = judged.Where(i => terms.ActionsOf(start + i) is { HasActions: true } own && own.WhyNotZero(terms.People.Row(start + i)) is null).ToList();
        if (searched.Count == 0) return;
        var chunk = ChunkOf(searched);
        search.SearchHighest(chunk, cancel);
        cancel.ThrowIfCancellationRequested();
        var verdicts = Judge.Verdicts(chunk, highest: true);
        for (int i = 0; i < searched.Count; i++)
            if (verdicts[i].Best is { } best) highest[searched[i]] = Math.Max(highest[searched[i]], best.Score);
    }

    /// <summary>Gives faulty rows their finding and scores the others.</summary>
    private List<int> Screen(Findings findings)
    {
        var judged = new List<int>(count);
        for (int i = 0; i < count; i++)
        {
            if (WhyInvalid(start + i) is { } why) findings.Set(i, Outcome.InvalidInput, Sentence(why));
            else judged.Add(i);
        }
        var people = terms.People.FeaturesOf(RowsOf(judged));
        if (search.ReadsGradients && people.Rows > 0) pass = (task.Model as IDifferentiableClassifier)?.Pass(people);
        double[]? found = pass is null ? Scores.Favourable(task.Model, people) : null;
        for (int j = 0; j < judged.Count; j++) (scores[judged[j]], places[judged[j]]) = (found?[j] ?? pass!.Outputs[j], j);
        return judged;
    }

    private string? WhyInvalid(int row)
    {
        if (terms.People.Faults.Count > 0 && terms.People.Faults.TryGetValue(row, out string? fault)) return fault;
        var raw = terms.People.Row(row);
        for (int f = 0; f < raw.Length; f++)
        {
            var feature = features[f];
            if (!feature.Holds(raw[f])) return $"column '{feature.Name}' is {feature.Show(raw[f])}, which is no {feature.Kind.ToString().ToLowerInvariant()} value";
        }
        return null;
    }

    private SearchChunk ChunkOf(List<int> people)
    {
        int[] rows = RowsOf(people), calls = new int[rows.Length], signs = new int[rows.Length];
        var own = new double[rows.Length];
        for (int j = 0; j < rows.Length; j++) (own[j], signs[j], calls[j]) = (scores[people[j]], terms.Desired.Sign(task.Model, scores[people[j]]), 1);
        return new(task, terms.People.FeaturesOf(rows), i => terms.ActionsOf(rows[i]), i => terms.StreamOf(rows[i]), own, signs, terms.Cost, terms.Answers, terms.Budget, calls)
        {
            Pass = pass is null ? null : new(pass, PlacesOf(people)), AnswersShareFeatures = search.AnswersShareFeatures,
        };
    }

    private int[] PlacesOf(List<int> people)
    {
        var found = new int[people.Count];
        for (int j = 0; j < found.Length; j++) found[j] = places[people[j]];
        return found;
    }

    private int[] RowsOf(List<int> people)
    {
        var rows = new int[people.Count];
        for (int j = 0; j < rows.Length; j++) rows[j] = start + people[j];
        return rows;
    }

    /// <summary>Tries the method's highest-score action on everyone its search failed: what a certificate promises.</summary>
    private void FallBack(List<int> searched, SearchChunk chunk, Verdict[] verdicts, CancellationToken cancel)
    {
        if (search.HighestIsTheSame) return;
        int[] failed = [.. Enumerable.Range(0, searched.Count).Where(i => verdicts[i].Answers.Length == 0 && chunk.Proofs[i] is null && chunk.CallsLeft(i) > 0)];
        if (failed.Length == 0 || cancel.IsCancellationRequested) return;
        var second = ChunkOf([.. failed.Select(i => searched[i])]);
        for (int j = 0; j < failed.Length; j++) (second.Steps[j], second.ModelCalls[j]) = (chunk.Steps[failed[j]], chunk.ModelCalls[failed[j]]);
        search.SearchHighest(second, cancel);
        var highest = Judge.Verdicts(second, highest: true);
        for (int j = 0; j < failed.Length; j++)
        {
            int i = failed[j];
            (chunk.Steps[i], chunk.ModelCalls[i]) = (second.Steps[j], second.ModelCalls[j]);
            if (highest[j].Best is not { } best) continue;
            chunk.KeepWays(i, second, j);
            chunk.Notes[i] = second.Notes[j];
            if (second.IsValid(j, best.Score)) verdicts[i] = verdicts[i] with { Answers = new[] { best } };
            else if (verdicts[i].Best is not { } other || second.Margin(j, best.Score) > second.Margin(j, other.Score)) verdicts[i] = verdicts[i] with { Best = best };
        }
    }

    private static void Tell(Findings findings, int person, int i, SearchChunk chunk, in Verdict verdict, bool cancelled)
    {
        bool found = verdict.Answers.Length > 0;
        var (outcome, reason) = (chunk.Proofs[i], cancelled) switch
        {
            _ when found => (Outcome.Found, null),
            ({ } proof, _) => (Outcome.Infeasible, proof),
            (_, true) => (Outcome.Cancelled, "Stopped before the search ended."),
            _ => (Outcome.NotFound, verdict.Best is null ? chunk.Reasons[i] ?? "The budget is spent or no action was found." : "No action that was tried is valid; the best attempt is attached."),
        };
        var best = verdict.Best.GetValueOrDefault();
        var shown = found || verdict.Best is null ? verdict.Answers.Span : new ReadOnlySpan<Candidate>(in best);
        findings.Set(person, outcome, reason, chunk.Scores[i], shown, chunk.Steps[i], chunk.ModelCalls[i]);
        for (int rank = 0; rank < shown.Length; rank++)
            if (chunk.WayTo(i, shown[rank].Row.Span) is { } way) findings.SetWay(person, rank, way);
        if (found && chunk.Notes[i] is { } note) findings.SetNote(person, note);
    }

    /// <summary>Our own words begin like a sentence; a fault of a file begins with the file's name, which stays as it is.</summary>
    private static string Sentence(string text) => text.EndsWith('.') ? text : text.StartsWith("column ", StringComparison.Ordinal) || text.StartsWith("the ", StringComparison.Ordinal) ? $"{char.ToUpperInvariant(text[0])}{text[1..]}." : text + ".";
}
