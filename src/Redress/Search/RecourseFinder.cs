using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>
/// What all methods share and the contract suite tests: it screens people, cuts them into chunks, lets a search offer rows, rounds, re-scores and
/// judges them, and falls back to the method's highest-score action, so that a certificate covers what people get.
/// </summary>
internal sealed class RecourseFinder : IRecourseFinder
{
    private readonly RecourseTask task;
    private readonly ISearch search;

    /// <summary>Joins a method's search with the shared frame.</summary>
    /// <param name="info">The method.</param>
    /// <param name="options">Its options as JSON.</param>
    /// <param name="task">Its task.</param>
    /// <param name="search">Where it looks.</param>
    internal RecourseFinder(MethodInfo info, string options, RecourseTask task, ISearch search)
    {
        OptionsException.ThrowIfAny(UnmetNeeds(info, task));
        (Info, Options, this.task, this.search) = (info, options, task, search);
    }

    public MethodInfo Info { get; }

    public string Options { get; }

    public void Save(Stream to) => new Preparation(Info.Slug, Options, task.Model.Fingerprint).Write(to);

    public RecourseBatch Find(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var terms = new Terms(task, this, request, rng);
        var findings = new Finding[request.People.Rows];
        // Nobody is left without: whose chunk does not begin keeps this.
        Array.Fill(findings, Finding.Without(Outcome.Cancelled, "Stopped before this person's search began."));
        int done = 0;
        try
        {
            Chunks.Run(findings.Length, terms.Execution, (start, count) =>
            {
                new ChunkRun(task, search, terms, start, count).Find(findings.AsSpan(start, count), cancel);
                progress?.Report(new("searching", Interlocked.Add(ref done, count), findings.Length));
            }, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { }
        return new(terms.Run, new RecordList(terms, findings));
    }

    public double[] HighestScores(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var terms = new Terms(task, this, request with { Budget = null }, rng);
        if (terms.Desired != Desired.Favourable) throw new OptionsException("Highest scores are of the favourable outcome; ask for no other.");
        var scores = new double[request.People.Rows];
        int done = 0;
        Chunks.Run(scores.Length, terms.Execution, (start, count) =>
        {
            new ChunkRun(task, search, terms, start, count).Highest(scores.AsSpan(start, count), cancel);
            progress?.Report(new("best actions", Interlocked.Add(ref done, count), scores.Length));
        }, cancel);
        return scores;
    }

    private static IEnumerable<string> UnmetNeeds(MethodInfo info, RecourseTask task)
    {
        if (info.Needs.HasFlag(Needs.Gradients) && task.Model is not IDifferentiableClassifier)
            yield return $"Method '{info.Slug}' needs gradients, and the model gives scores only; methods without that need run on any model.";
        if (info.Needs.HasFlag(Needs.TrainingRows) && task.TrainingRows is null)
            yield return $"Method '{info.Slug}' needs training rows, and the task has none.";
    }
}
