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
            if (kind == ForestFile.Kind) return ForestOutput.Show(terminal, ModelFile.LoadForest(path), parsed.GetValue(json));
            var (loaded, fingerprint) = kind == ModelFile.MulticlassKind ? Of(ModelFile.LoadMulticlass(path)) : Of(ModelFile.Load(path));
            if (parsed.GetValue(json)) Output.Json(terminal, Result(loaded, fingerprint), CliJson.Default.InspectResult);
            else Print(terminal, loaded, fingerprint);
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

    private static (TrainedNetwork, string) Of(NetworkModel model) => (TrainedNetwork.Of(model), model.Fingerprint);

    private static (TrainedNetwork, string) Of(MulticlassModel model) => (model.Parts, model.Fingerprint);

    private static InspectResult Result(TrainedNetwork model, string fingerprint)
    {
        using var actions = JsonDocument.Parse(new ActionSet(model.Schema, model.Statistics).Json);
        return new(Kind(model), fingerprint, model.Network.Sizes, Activations(model.Network), model.Threshold, Scores.Probability(ScoreKind.Logit, model.Threshold),
            model.Training.Objective, model.Training.Lambda, model.Training.Seed, model.Statistics.Rows, [.. model.Schema.Features.Select(f => f.Name)], actions.RootElement.Clone(),
            model.Training.Epochs, model.Training.BestEpoch, model.Certificates,
            model.Generator is { } generator ? Result(generator, model) : null, IsMulticlass(model) ? model.Schema.Classes : null);
    }

    private static bool IsMulticlass(TrainedNetwork model) => model.Network.Sizes[^1] > 1;

    private static GeneratorResult Result(RecourseGenerator generator, TrainedNetwork model)
    {
        using var options = JsonDocument.Parse(generator.Options);
        return new(generator.Slug, generator.Network.Sizes, Activations(generator.Network), Reads(generator, model), [.. generator.Immutables.Select(f => model.Schema.Features[f].Name)], options.RootElement.Clone());
    }

    private static string Reads(RecourseGenerator generator, TrainedNetwork model) =>
        (generator.Input == GeneratorInput.Row ? "the encoded row" : Invariant($"the classifier's hidden layers {generator.EncoderLayers} and last")) + (IsMulticlass(model) ? ", and the desired class" : "");

    /// <summary>The hidden layers' activation, or each layer's where they differ.</summary>
    private static string Activations(FeedForward network) => network.Activations.ContainsAnyExcept(network.Activation)
        ? string.Join(',', network.Activations.ToArray().Select(SharedOptions.Slug))
        : SharedOptions.Slug(network.Activation);

    private static string Kind(TrainedNetwork model) => model.Network.Sizes.Count == 2 ? "logistic regression" : "multilayer perceptron";

    private static void Print(Terminal terminal, TrainedNetwork model, string fingerprint)
    {
        var keys = model.Training.Keys;
        terminal.Out.WriteLine($"{Kind(model)} {string.Join("-", model.Network.Sizes)}{(model.Network.Sizes.Count == 2 ? "" : " " + Activations(model.Network))}, fingerprint {fingerprint[..12]}");
        if (IsMulticlass(model)) terminal.Say($"Target {model.Schema.Target}, classes {string.Join(", ", model.Schema.Classes)}; the likeliest is predicted, and {model.Schema.Favourable} is favourable.");
        else terminal.Out.WriteLine(Invariant($"Target {model.Schema.Target}, favourable {model.Schema.Favourable}, threshold {Output.Figure(model.Threshold)} (probability {Output.Figure(Scores.Probability(ScoreKind.Logit, model.Threshold))})"));
        terminal.Out.WriteLine(Invariant($"Trained on {keys.Train.Length} rows ({keys.Validation.Length} validation, {keys.Calibration.Length} calibration, {keys.Test.Length} test), objective {model.Training.Objective}, {(model.Training.ObjectiveOptions is { } options ? $"options {options}" : Invariant($"lambda {model.Training.Lambda}"))}, seed {model.Training.Seed}"));
        if (model.Generator is { } g)
        {
            string copies = g.Immutables.Count == 0 ? "" : $", copies {string.Join(", ", g.Immutables.Select(f => model.Schema.Features[f].Name))}";
            terminal.Say($"Generator {string.Join("-", g.Network.Sizes)} {Activations(g.Network)}, trained as {g.Slug} with the options {g.Options}: reads {Reads(g, model)}{copies}. 'redress recourse --method {g.Slug}' uses it.");
        }
        PrintFeatures(terminal, model.Schema, model.Statistics);
        var curve = Output.Table(">epoch", ">train loss", ">validation loss", ">F1", ">threshold", "");
        foreach (var epoch in model.Training.Epochs)
            curve.With(Invariant($"{epoch.Number}"), Output.Figure(epoch.TrainLoss), Output.Figure(epoch.ValidationLoss), Output.Figure(epoch.ValidationF1), Output.Figure(epoch.Threshold), epoch.Number == model.Training.BestEpoch ? "kept" : "");
        terminal.Show(curve);
        if (model.Certificates.Count == 0 && !IsMulticlass(model)) terminal.Out.WriteLine("No certificate; 'redress certify' makes one.");
        foreach (var c in model.Certificates) terminal.Say(CertifyCommand.Sentence(c));
    }

    /// <summary>What the columns are and what may change.</summary>
    internal static void PrintFeatures(Terminal terminal, Data.Schema schema, Data.TrainingStatistics statistics)
    {
        var features = Output.Table("feature", "type", "change", ">mean", ">sd");
        for (int f = 0; f < schema.Features.Count; f++)
        {
            var feature = schema.Features[f];
            bool named = feature.IsNamed;
            features.With(feature.Name, SharedOptions.Slug(feature.Kind), feature.SameAs is { } leader ? $"with {leader}" : SharedOptions.Slug(feature.Change),
                named ? "" : Output.Number(statistics.Mean[f]), named ? "" : Output.Number(statistics.StandardDeviation[f]));
        }
        terminal.Show(features);
        foreach (var constraint in schema.Constraints.Select(c => c.Text).Distinct(StringComparer.Ordinal)) terminal.Out.WriteLine($"Constraint: {constraint}");
    }
}
