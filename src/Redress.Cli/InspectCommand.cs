using System.CommandLine;
using System.Text.Json;
using Redress.Actions;
using Redress.Generative;
using Redress.Models;
using Redress.Search;
using Redress.Tensors.Layers;

namespace Redress.Cli;

/// <summary><c>redress inspect</c>: what a model file holds.</summary>
internal static class InspectCommand
{
    internal static Command Create(Terminal terminal)
    {
        var model = new Argument<string>("model") { Description = "The model file, an autoencoder, or a preparation." };
        var json = SharedOptions.Json();
        var command = new Command("inspect", "Show what a model file holds: features, actions, training, threshold, certificates.") { model, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(model)!;
            string? kind = ModelFile.KindOf(path);
            if (kind == Preparation.Kind) return ShowPreparation(terminal, path, parsed.GetValue(json));
            if (kind == AutoencoderFile.Kind) return ShowAutoencoder(terminal, Autoencoder.Load(path), parsed.GetValue(json));
            var loaded = ModelFile.Load(path);
            if (parsed.GetValue(json)) Output.Json(terminal, Result(loaded), CliJson.Default.InspectResult);
            else Print(terminal, loaded);
            return Exit.Done;
        });
        return command;
    }

    private static int ShowPreparation(Terminal terminal, string path, bool asJson)
    {
        using var stream = File.OpenRead(path);
        var read = Preparation.Read(stream, Path.GetFileName(path));
        if (asJson)
        {
            using var options = JsonDocument.Parse(read.Options);
            var tensors = (read.Learnt?.Tensors ?? []).ToDictionary(t => t.Name, t => (IReadOnlyList<long>)t.Shape);
            Output.Json(terminal, new PreparationResult(Preparation.Kind, read.Method, options.RootElement.Clone(), read.Model, tensors), CliJson.Default.PreparationResult);
            return Exit.Done;
        }
        terminal.Say($"A preparation of {read.Method} with the options {read.Options}, for the model {read.Model}.");
        if (read.Learnt is not { } learnt) return Exit.Done;
        var table = Output.Table("what it learnt", ">shape");
        foreach (var tensor in learnt.Tensors) table.With(tensor.Name, string.Join(" × ", tensor.Shape));
        terminal.Show(table);
        return Exit.Done;
    }

    private static int ShowAutoencoder(Terminal terminal, Autoencoder autoencoder, bool asJson)
    {
        if (asJson) Output.Json(terminal, AutoencoderCommand.Result(autoencoder, null), CliJson.Default.AutoencoderResult);
        else AutoencoderCommand.Print(terminal, autoencoder);
        return Exit.Done;
    }

    private static InspectResult Result(NetworkModel model)
    {
        using var actions = JsonDocument.Parse(new ActionSet(model.Schema, model.Statistics).Json);
        return new(Kind(model), model.Fingerprint, model.Network.Sizes, Activations(model.Network), model.Threshold, Scores.Probability(model.ScoreKind, model.Threshold),
            model.Training.Objective, model.Training.Lambda, model.Training.Seed, model.Statistics.Rows, [.. model.Schema.Features.Select(f => f.Name)], actions.RootElement.Clone(),
            model.Training.Epochs, model.Training.BestEpoch, model.Certificates,
            model.Generator is { } generator ? Result(generator, model.Schema) : null);
    }

    private static GeneratorResult Result(RecourseGenerator generator, Data.Schema schema)
    {
        using var options = JsonDocument.Parse(generator.Options);
        return new(generator.Slug, generator.Network.Sizes, Activations(generator.Network), Reads(generator), [.. generator.Immutables.Select(f => schema.Features[f].Name)], options.RootElement.Clone());
    }

    private static string Reads(RecourseGenerator generator) =>
        generator.Input == GeneratorInput.Row ? "the encoded row" : Invariant($"the classifier's hidden layers {generator.EncoderLayers} and last");

    /// <summary>The hidden layers' activation, or each layer's where they differ.</summary>
    private static string Activations(FeedForward network) => network.Activations.ContainsAnyExcept(network.Activation)
        ? string.Join(',', network.Activations.ToArray().Select(SharedOptions.Slug))
        : SharedOptions.Slug(network.Activation);

    private static string Kind(NetworkModel model) => model.IsLinear ? "logistic regression" : "multilayer perceptron";

    private static void Print(Terminal terminal, NetworkModel model)
    {
        var keys = model.Training.Keys;
        terminal.Out.WriteLine($"{Kind(model)} {string.Join("-", model.Network.Sizes)}{(model.IsLinear ? "" : " " + Activations(model.Network))}, fingerprint {model.Fingerprint[..12]}");
        terminal.Out.WriteLine(Invariant($"Target {model.Schema.Target}, favourable {model.Schema.Favourable}, threshold {Output.Figure(model.Threshold)} (probability {Output.Figure(Scores.Probability(model.ScoreKind, model.Threshold))})"));
        terminal.Out.WriteLine(Invariant($"Trained on {keys.Train.Length} rows ({keys.Validation.Length} validation, {keys.Calibration.Length} calibration, {keys.Test.Length} test), objective {model.Training.Objective}, {(model.Training.ObjectiveOptions is { } options ? $"options {options}" : Invariant($"lambda {model.Training.Lambda}"))}, seed {model.Training.Seed}"));
        if (model.Generator is { } g)
        {
            string copies = g.Immutables.Count == 0 ? "" : $", copies {string.Join(", ", g.Immutables.Select(f => model.Schema.Features[f].Name))}";
            terminal.Say($"Generator {string.Join("-", g.Network.Sizes)} {Activations(g.Network)}, trained as {g.Slug} with the options {g.Options}: reads {Reads(g)}{copies}. 'redress recourse --method {g.Slug}' uses it.");
        }
        var features = Output.Table("feature", "type", "change", ">mean", ">sd");
        for (int f = 0; f < model.Schema.Features.Count; f++)
        {
            var feature = model.Schema.Features[f];
            bool named = feature.IsNamed;
            features.With(feature.Name, SharedOptions.Slug(feature.Kind), feature.SameAs is { } leader ? $"with {leader}" : SharedOptions.Slug(feature.Change),
                named ? "" : Output.Number(model.Statistics.Mean[f]), named ? "" : Output.Number(model.Statistics.StandardDeviation[f]));
        }
        terminal.Show(features);
        foreach (var constraint in model.Schema.Constraints.Select(c => c.Text).Distinct(StringComparer.Ordinal)) terminal.Out.WriteLine($"Constraint: {constraint}");
        var curve = Output.Table(">epoch", ">train loss", ">validation loss", ">F1", ">threshold", "");
        foreach (var epoch in model.Training.Epochs)
            curve.With(Invariant($"{epoch.Number}"), Output.Figure(epoch.TrainLoss), Output.Figure(epoch.ValidationLoss), Output.Figure(epoch.ValidationF1), Output.Figure(epoch.Threshold), epoch.Number == model.Training.BestEpoch ? "kept" : "");
        terminal.Show(curve);
        if (model.Certificates.Count == 0) terminal.Out.WriteLine("No certificate; 'redress certify' makes one.");
        foreach (var c in model.Certificates) terminal.Say(CertifyCommand.Sentence(c));
    }
}
