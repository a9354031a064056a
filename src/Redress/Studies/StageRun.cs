namespace Redress.Studies;

/// <summary>The stages of one run: models are trained, then parts computed, each kept as soon as it is finished.</summary>
/// <param name="output">Where they are kept.</param>
/// <param name="models">The plan's models.</param>
/// <param name="told">Told of each.</param>
/// <param name="cancel">Stops before the next begins, and those under way where they can.</param>
internal sealed class StageRun(StudyFolder output, IReadOnlyList<StudyModel> models, StageProgress told, CancellationToken cancel)
{
    private readonly Dictionary<string, StudyModel> byName = models.ToDictionary(m => m.Name);
    private int trained;

    private StudyModels Reading(IReadOnlyList<string> names) => new StudyModels(name => output.Shelf.Load(byName[name])).Only(names);

    /// <summary>Trains models that read only models of earlier stages.</summary>
    internal void Train(StudyModel[] stage, int threads) => Each(stage, m => m.Work, threads, model =>
    {
        output.Shelf.Keep(model, model.Train(Reading(model.Models), cancel));
        Interlocked.Increment(ref trained);
        told.Finished(model.Work, model.Name);
    });

    /// <summary>Computes parts.</summary>
    internal void Finish(StudyPart[] parts, int[] left, PartOutput?[] kept, int threads) => Each(left, p => parts[p].Work, threads, p =>
    {
        kept[p] = output.Keep(parts[p], parts[p].RunOn(Reading(parts[p].Models), cancel));
        told.Finished(parts[p].Work, parts[p].Name);
    });

    /// <summary>What a stopped run says of its models, or nothing where it had none to train.</summary>
    internal string Trained(int wanted) => wanted == 0 ? "" : Invariant($" and {trained} of {wanted} models trained");

    /// <summary>The longest begin first, so that no thread waits at the end for another's long one.</summary>
    private void Each<T>(IReadOnlyList<T> items, Func<T, double> work, int threads, Action<T> run)
    {
        T[] ordered = [.. items.OrderByDescending(work)];
        Chunks.Each(ordered.Length, threads, i => run(ordered[i]), cancel);
    }
}

/// <summary>Progress is of the work that this run has to do: the time left would be wrong if it counted what an earlier run did.</summary>
/// <param name="work">What each piece takes, parts and models alike.</param>
/// <param name="progress">Who is told, or null.</param>
internal sealed class StageProgress(IReadOnlyList<double> work, IProgress<Progress>? progress)
{
    private readonly Lock told = new();
    private readonly double total = work.Sum();
    private double done;
    private int finished;

    internal void Finished(double piece, string name)
    {
        lock (told)
        {
            done += piece;
            progress?.Report(new("parts", (long)(1000 * done / total), 1000, Invariant($"{++finished} of {work.Count} parts, {name}")));
        }
    }
}
