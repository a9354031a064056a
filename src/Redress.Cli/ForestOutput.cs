using System.Text.Json;
using Redress.Actions;
using Redress.Models;

namespace Redress.Cli;

/// <summary>What is said of a forest.</summary>
internal static class ForestOutput
{
    /// <summary>What <c>inspect</c> says.</summary>
    internal static int Show(Terminal terminal, ForestModel model, bool asJson)
    {
        if (!asJson)
        {
            Print(terminal, model);
            return Exit.Done;
        }
        using var actions = JsonDocument.Parse(new ActionSet(model.Schema, model.Statistics).Json);
        Output.Json(terminal, new ForestInspectResult(
            "random forest", model.Fingerprint, Result(model), model.Threshold, model.Training.Seed, CliJson.Parse(model.Training.Settings), model.Statistics.Rows,
            [.. model.Schema.Features.Select(f => f.Name)], actions.RootElement.Clone(), model.Certificates), CliJson.Default.ForestInspectResult);
        return Exit.Done;
    }

    internal static ForestResult Result(ForestModel model) =>
        new(model.Trees, model.Nodes, model.Depth, model.OutOfBag, Calibration(model), model.Members[0].Calibrator is null ? null : model.Members.Count);

    /// <summary>Size and out-of-bag accuracy in one line, without its full stop.</summary>
    internal static string Grown(ForestModel model)
    {
        string calibrated = model.Members[0].Calibrator is null ? "" : Invariant($", calibrated by {Calibration(model)} over {model.Members.Count} folds");
        string outOfBag = model.OutOfBag is { } share ? $", out-of-bag accuracy {Output.Figure(share)}" : "";
        return Invariant($"{model.Trees:#,0} trees of {model.Nodes:#,0} nodes, depth {model.Depth}{calibrated}{outOfBag}");
    }

    private static string Calibration(ForestModel model) => model.Members[0].Calibrator switch
    {
        IsotonicCalibrator => "isotonic",
        SigmoidCalibrator => "sigmoid",
        _ => "none",
    };

    private static void Print(Terminal terminal, ForestModel model)
    {
        var keys = model.Training.Keys;
        terminal.Say($"random forest, fingerprint {model.Fingerprint[..12]}: {Grown(model)}");
        terminal.Say($"Target {model.Schema.Target}, favourable {model.Schema.Favourable}, threshold (probability) {Output.Figure(model.Threshold)}");
        terminal.Say(Invariant($"Trained on {keys.Train.Length} rows ({keys.Validation.Length} validation, {keys.Calibration.Length} calibration, {keys.Test.Length} test), settings {model.Training.Settings}, seed {model.Training.Seed}"));
        InspectCommand.PrintFeatures(terminal, model.Schema, model.Statistics);
        if (model.Certificates.Count == 0) terminal.Out.WriteLine("No certificate; 'redress certify' makes one.");
        foreach (var c in model.Certificates) terminal.Say(CertifyCommand.Sentence(c));
    }
}
