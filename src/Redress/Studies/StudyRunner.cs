using Redress.Data;

namespace Redress.Studies;

/// <summary>What became of a run of a study.</summary>
/// <param name="Rows">The result.</param>
/// <param name="Pictures">What it shows beside its rows.</param>
/// <param name="Parts">Its parts.</param>
/// <param name="Resumed">Of these, finished by an earlier run.</param>
/// <param name="Remarks">What was found damaged in the output folder and done again.</param>
public sealed record StudyRun(IReadOnlyList<StudyRow> Rows, IReadOnlyList<Picture> Pictures, int Parts, int Resumed, IReadOnlyList<string> Remarks);

/// <summary>
/// Runs a study's parts in parallel and keeps each as soon as it is finished; a run that was stopped goes on where it stopped. The same seed gives
/// the same results, byte for byte, at any number of threads.
/// </summary>
public static class StudyRunner
{
    /// <summary>Runs a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="request">What of it to run.</param>
    /// <param name="folder">The output folder: results.json, results.csv and the finished parts.</param>
    /// <param name="threads">Parts run at once; 0 for all cores.</param>
    /// <param name="progress">Told of every finished part, in units of work.</param>
    /// <param name="cancel">Stops before the next part begins, and parts where they can.</param>
    /// <exception cref="OptionsException">The request or folder is not this study's; the message lists every problem.</exception>
    /// <exception cref="DataException">The data are not all there, or not the published ones, or the folder cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped it; the message says what is finished.</exception>
    public static StudyRun Run(Study study, StudyRequest request, string folder, int threads = 0, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        OptionsException.ThrowIfAny(new Execution(threads).Problems());
        request = request.For(study);
        var plan = study.Plan(request);
        var remarks = new List<string>();
        var output = StudyFolder.Open(folder, study, request.Seed, remarks);
        var kept = new PartOutput?[plan.Parts.Count];
        for (int p = 0; p < kept.Length; p++) kept[p] = output.Finished(plan.Parts[p], remarks);
        int resumed = kept.Count(k => k is not null);
        try
        {
            RunRest(plan.Parts, kept, output, threads, progress, cancel);
        }
        catch (OperationCanceledException e) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(Invariant($"Stopped; {kept.Count(k => k is not null)} of {kept.Length} parts are finished in '{folder}', and the same command goes on from there."), e, cancel);
        }
        PartResult[] results = [.. plan.Parts.Select((part, p) => new PartResult(part, kept[p]!))];
        var rows = plan.Conclude(results).ToList();
        output.Write(rows);
        return new(rows, [.. plan.Pictures?.Invoke(results, rows) ?? []], kept.Length, resumed, remarks);
    }

    /// <summary>The longest parts begin first, so that no thread waits at the end for another's long one.</summary>
    private static void RunRest(IReadOnlyList<StudyPart> parts, PartOutput?[] kept, StudyFolder output, int threads, IProgress<Progress>? progress, CancellationToken cancel)
    {
        int[] left = [.. Enumerable.Range(0, parts.Count).Where(p => kept[p] is null).OrderByDescending(p => parts[p].Work).ThenBy(p => p)];
        // Progress is of the work that this run has to do: the time left would be wrong if it counted what an earlier run did.
        double total = left.Sum(p => parts[p].Work), done = 0;
        int finished = 0;
        var told = new Lock();
        Chunks.Each(left.Length, threads, i =>
        {
            var part = parts[left[i]];
            kept[left[i]] = output.Keep(part, part.Run(cancel));
            lock (told)
            {
                done += part.Work;
                progress?.Report(new("parts", (long)(1000 * done / total), 1000, Invariant($"{++finished} of {left.Length} parts, {part.Name}")));
            }
        }, cancel);
    }
}
