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
        OptionsException.ThrowIfAny(UnmetNeeds(info, task, hasLearnt: search.Learnt is not null));
        (Info, Options, this.task, this.search) = (info, options, task, search);
    }

    public MethodInfo Info { get; }

    public string Options { get; }

    public void Save(Stream to) => new Preparation(Info.Slug, Options, task.Model.Fingerprint, task.Model.Schema.ColumnsFingerprint, search.Learnt).Write(to);

    public RecourseBatch Find(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var terms = new Terms(task, this, search.FixedImmutables, request, rng);
        int people = request.People.Rows, chunkRows = Chunks.RowsOf(terms.Execution), features = request.People.Schema.Features.Count;
        var chunks = new Findings?[(people + chunkRows - 1) / chunkRows];
        int done = 0;
        try
        {
            Chunks.Run(people, terms.Execution, (start, count) =>
            {
                var findings = new Findings(count, features);
                new ChunkRun(task, search, terms, start, count).Find(findings, cancel);
                chunks[start / chunkRows] = findings;
                progress?.Report(new("searching", Interlocked.Add(ref done, count), people));
            }, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { }
        return new(terms.Run, new RecordList(terms, chunks, chunkRows));
    }

    public double[] HighestScores(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var terms = new Terms(task, this, search.FixedImmutables, request with { Budget = null }, rng);
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

    /// <summary>Refuses a task that cannot give a method what it needs, before the method learns from it.</summary>
    /// <exception cref="OptionsException">A need is not met; the message lists every one.</exception>
    internal static void RefuseUnmet(MethodInfo info, RecourseTask task) => OptionsException.ThrowIfAny(task.Execution.Problems().Concat(UnmetNeeds(info, task, hasLearnt: false)));

    /// <summary>Who has learnt, or read what was learnt, needs no rows to learn from.</summary>
    private static IEnumerable<string> UnmetNeeds(MethodInfo info, RecourseTask task, bool hasLearnt)
    {
        if (info.Needs.HasFlag(Needs.Gradients) && task.Model is not IDifferentiableClassifier)
            yield return $"Method '{info.Slug}' needs gradients, and the model gives scores only; methods without that need run on any model.";
        if (info.Needs.HasFlag(Needs.TrainingRows) && task.TrainingRows is null && !hasLearnt)
            yield return $"Method '{info.Slug}' needs training rows, and the task has none.";
        if (info.Needs.HasFlag(Needs.Autoencoder) && task.Autoencoder is null && task.TrainingRows is null && !hasLearnt)
            yield return $"Method '{info.Slug}' needs an autoencoder, or training rows to train one on, and the task has neither.";
        if (info.Needs.HasFlag(Needs.Generator) && (task.Model as IGeneratingModel)?.GeneratorSlug is var trained && trained != info.Slug)
            yield return $"Method '{info.Slug}' needs a model trained together with its generator, and this one {(trained is null ? "has none" : $"has one trained as {trained}")}; train it by 'redress train --objective {info.Slug}'.";
    }
}
