using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Cli;

/// <summary>What one method told people.</summary>
internal sealed record ToldPeople(string Method, RecourseBatch Batch)
{
    /// <summary>Those who were found a recourse: their places among the people, and their records.</summary>
    internal IReadOnlyList<(int Place, RecourseRecord Record)> Answers { get; } = [.. Batch.Records.Select((r, i) => (i, r)).Where(a => a.r.Outcome == Outcome.Found)];

    internal int Rejected => Batch.Records.Count - Batch.Count(Outcome.AlreadyDesired);
}

/// <summary>Joins what people were told with the models that judge it.</summary>
internal sealed class RobustnessMeasure(
    ITrainedClassifier model, Table people, string[] names, IReadOnlyList<ShiftedRows> rows, IReadOnlyList<ITrainedClassifier> models, double confidence, Execution execution, CancellationToken cancel)
{
    internal RobustnessResult Of(IReadOnlyList<ToldPeople> told, ulong seed, bool isTestPart, string? output)
    {
        var unseen = Robustness.Unseen(people, models).ToHashSet();
        RetrainedResult[] retrained = [.. models.Select((m, j) =>
        {
            var (f1, accuracy) = Validated(m, rows[j].Rows.Validation);
            return new RetrainedResult(rows[j].Name, rows[j].Rows.Train.Rows, rows[j].Rows.Validation.Rows, f1, accuracy, m.Threshold, m.Fingerprint);
        })];
        return new(model.Fingerprint, people.Rows, isTestPart, told[0].Rejected, confidence, seed, output, retrained, [.. told.Select(t => Of(t, unseen))]) { Desired = (model as ClassModel)?.Classes[1] };
    }

    /// <summary>F1 and accuracy on the validation rows: of the epoch that was kept, or, where there are no epochs, of the model.</summary>
    private (double F1, double? Accuracy) Validated(ITrainedClassifier retrained, Table validation)
    {
        if (retrained.Training.Epochs is { Count: > 0 } epochs) return (epochs[retrained.Training.BestEpoch - 1].ValidationF1, epochs[retrained.Training.BestEpoch - 1].ValidationAccuracy);
        var counts = Confusion.At(Scores.Favourable(retrained, validation, execution, cancel), [.. validation.Labels!], retrained.Threshold);
        return (counts.F1, counts.Accuracy);
    }

    private RobustMethodResult Of(ToldPeople told, HashSet<int> unseen)
    {
        var answers = told.Answers;
        var robust = Robustness.Of(IssuedRows.Of([.. answers.Select(a => (a.Record, a.Record.Answers[0]))], model, told.Batch.Run.Desired), models, execution, cancel);
        HeldResult Held(string under, HeldShare held) => new(under, held.Held, held.Issued, held.Share, held.LowerBound(confidence));
        var broken = Enumerable.Range(0, answers.Count).Select(i => (answers[i].Place, answers[i].Record, Under: robust.BreaksUnder(i).Select(j => rows[j].Name).ToList()))
            .Where(b => b.Under.Count > 0).Select(b => new BrokenResult(names[b.Place], told.Method, b.Under, b.Record.Answers[0]));
        int[] ofUnseen = [.. Enumerable.Range(0, answers.Count).Where(i => unseen.Contains(answers[i].Place))];
        double? distance = new EncodedCost(EncodedNorm.L1).Of(new Evaluation(model, people, new ActionSet(model.Schema, model.Statistics), told.Batch, new Rng(told.Batch.Run.Seed), execution, cancel: cancel)).FirstOrDefault()?.Value;
        return new(told.Method, CliJson.Parse(told.Batch.Run.Options), told.Rejected, answers.Count, distance, [.. Enumerable.Range(0, robust.Models).Select(j => Held(rows[j].Name, robust.Under(j)))],
            robust.Mean, Held("all", robust.UnderAll), Held("all", robust.Among(ofUnseen).UnderAll), [.. broken]);
    }
}
