using Redress.Models;
using Redress.Training;

namespace Redress.Cli;

/// <summary>What <c>train</c> says of a multi-class model.</summary>
internal static class MulticlassOutput
{
    internal static void Trained(Terminal terminal, MulticlassModel model, TrainingData rows, string path, bool asJson)
    {
        var (train, training) = (rows.Train, model.Training);
        var counts = model.Classes.Select((name, c) => (name, n: train.Classes!.Count(k => k == c))).ToDictionary(p => p.name, p => p.n);
        var validated = Figures(model, rows.Validation);
        var tested = rows.Test is { Rows: > 0, Classes: not null } held ? Figures(model, held) : null;
        if (asJson)
        {
            Output.Json(terminal, new MulticlassTrainResult(
                path, model.Fingerprint, train.Rows, rows.Validation.Rows, rows.Calibration?.Rows ?? 0, rows.Test?.Rows ?? 0, counts, training.BestEpoch, training.Epochs.Count, validated, tested), CliJson.Default.MulticlassTrainResult);
            return;
        }
        string shares = string.Join(", ", counts.Select(c => $"{Output.Percent((double)c.Value / train.Rows)} {c.Key}"));
        terminal.Say(Invariant($"{train.Rows:#,0} training, {rows.Validation.Rows:#,0} validation, {rows.Calibration?.Rows ?? 0:#,0} calibration and {rows.Test?.Rows ?? 0:#,0} test rows; of the training rows {shares}."));
        terminal.Say(Invariant($"Best epoch {training.BestEpoch} of {training.Epochs.Count}. The likeliest of {model.Classes.Count} classes is predicted."));
        terminal.Out.WriteLine();
        var table = Output.Table(["rows", ">accuracy", ">mean F1", .. model.Classes.Select(c => $">F1 of {c}")]);
        foreach (var (part, figures) in new[] { ("validation", validated), ("test", tested) })
            if (figures is not null) table.With([part, Output.Figure(figures.Accuracy), Output.Figure(figures.MeanF1), .. figures.F1.Values.Select(Output.Figure)]);
        terminal.Show(table);
        terminal.Say($"Wrote {path} (fingerprint {model.Fingerprint[..12]}).");
    }

    private static MulticlassFigures Figures(MulticlassModel model, Data.Table rows)
    {
        var figures = ClassFigures.Of(model, rows);
        return new(figures.Accuracy, figures.MeanF1, model.Classes.Zip(figures.F1).ToDictionary(p => p.First, p => p.Second));
    }
}
