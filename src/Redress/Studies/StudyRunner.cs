using Redress.Data;

namespace Redress.Studies;

/// <summary>What became of a run of a study.</summary>
/// <param name="Rows">The result.</param>
/// <param name="Pictures">What it shows beside its rows.</param>
/// <param name="Parts">Its parts.</param>
/// <param name="Resumed">Of these, finished by an earlier run.</param>
/// <param name="Remarks">What was found damaged in the output folder and done again.</param>
public sealed record StudyRun(IReadOnlyList<StudyRow> Rows, IReadOnlyList<Picture> Pictures, int Parts, int Resumed, IReadOnlyList<string> Remarks)
{
    /// <summary>What a clock measured: no two runs agree on it.</summary>
    public IReadOnlyList<StudyRow> Times { get; init; } = [];
}

/// <summary>
/// Trains the models that a study's parts read, then runs the parts, in parallel, and keeps each as soon as it is finished; a run that was stopped goes on
/// where it stopped. The same seed gives the same results, byte for byte, at any number of threads; what a clock measures comes last, alone.
/// </summary>
public static class StudyRunner
{
    /// <summary>Runs a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="request">What of it to run.</param>
    /// <param name="folder">The output folder: results.json, results.csv, times.json where a clock is read, the finished parts and the trained models.</param>
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
        var keys = new StudyKeys(study, request.Seed, plan.Models);
        var output = StudyFolder.Open(folder, study, keys, remarks);
        StudyPart[] parts = [.. plan.Parts, .. plan.Times?.Parts ?? []];
        var kept = new PartOutput?[parts.Length];
        for (int p = 0; p < kept.Length; p++) kept[p] = output.Finished(parts[p], remarks);
        int resumed = kept.Count(k => k is not null);
        int[] left = [.. Enumerable.Range(0, parts.Length).Where(p => kept[p] is null)];
        // A model is trained only where a part that is left reads it.
        StudyModel[][] stages = [.. keys.Stages(left.Select(p => parts[p])).Select(s => s.Where(m => !output.Shelf.Has(m, remarks)).ToArray())];
        var run = new StageRun(output, plan.Models, new([.. left.Select(p => parts[p].Work), .. stages.SelectMany(s => s).Select(m => m.Work)], progress), cancel);
        try
        {
            foreach (var stage in stages) run.Train(stage, threads);
            run.Finish(parts, [.. left.Where(p => p < plan.Parts.Count)], kept, threads);
            run.Finish(parts, [.. left.Where(p => p >= plan.Parts.Count)], kept, threads: 1);
        }
        catch (OperationCanceledException e) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(Invariant($"Stopped; {kept.Count(k => k is not null)} of {kept.Length} parts are finished in '{folder}'{run.Trained(stages.Sum(s => s.Length))}, and the same command goes on from there."), e, cancel);
        }
        PartResult[] results = [.. parts.Select((part, p) => new PartResult(part, kept[p]!))];
        var rows = plan.Conclude(results[..plan.Parts.Count]).ToList();
        var times = plan.Times?.Conclude(results[plan.Parts.Count..]).ToList() ?? [];
        output.Write(rows, times);
        return new(rows, [.. plan.Pictures?.Invoke(results[..plan.Parts.Count], rows) ?? []], kept.Length, resumed, remarks) { Times = times };
    }
}
