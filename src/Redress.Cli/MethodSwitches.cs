using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Redress.Actions;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Cli;

/// <summary>Which method, with which options, on which action set.</summary>
/// <param name="several">True for a command that compares methods: several may be named, a preset of each behind a colon.</param>
internal sealed class MethodSwitches(bool several = false)
{
    private readonly Option<string[]> methods = new("--method") { Description = "The methods, separated by commas or given several times, a preset behind a colon (see: redress methods), such as gradient,linear-step:whole-steps. Default: the one the model's newest certificate names, else gradient, or growing-spheres for a forest.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> method = new("--method") { Description = "The method (see: redress methods). Default: the one the model's newest certificate names, else that of a multi-class model's generator, else gradient, or growing-spheres for a forest." };
    private readonly Option<string[]> option = new("--option") { Description = "An option of the method as name=value; may be given several times.", AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> options = new("--options") { Description = "All options of the method as a JSON object." };
    private readonly Option<string?> preset = new("--preset") { Description = "A named set of options." };
    private readonly Option<string?> actions = new("--actions") { Description = "A schema file whose declarations say what may change, in place of the model's." };
    private readonly Option<string?> training = new("--training") { Description = "Training rows as CSV, for methods that need them." };
    private readonly Option<string?> autoencoder = new("--autoencoder") { Description = "An autoencoder saved by 'redress autoencoder', for methods that search in its codes; without it they train one on --training." };

    /// <summary>Adds the options; a command that asks nobody to act has no action set.</summary>
    internal void AddTo(Command command, bool withActions = true)
    {
        foreach (var o in new Option[] { several ? methods : method, option, options, preset, training, autoencoder }) command.Add(o);
        if (withActions) command.Add(actions);
    }

    /// <summary>The first option given that says which method and how, or null.</summary>
    internal string? Given(ParseResult parsed) => new Option[] { method, option, options, preset, training, autoencoder }.FirstOrDefault(parsed.IsGiven)?.Name;

    /// <summary>The seed given, else that of the model's newest certificate, so that a run is covered without saying more.</summary>
    internal static ulong Seed(ParseResult parsed, Option<string?> seed, IModel model) =>
        parsed.GetValue(seed) is { } given ? SharedOptions.SeedOf(given) : Newest(model)?.Seed ?? 1;

    private static Certificate? Newest(IModel model) => model is ICertifiableModel { Certificates: [.., var newest] } ? newest : null;

    /// <summary>The method where none is named.</summary>
    private static string Usual(IModel model) => Newest(model)?.Method ?? (model as ClassModel)?.GeneratorSlug ?? (model is ForestModel ? "growing-spheres" : "gradient");

    /// <summary>The method and its options, by the command line or else by the model's newest certificate.</summary>
    internal (string Slug, string? Options) Choice(ParseResult parsed, IModel model)
    {
        string? asked = several ? null : parsed.GetValue(method);
        string slug = asked ?? Usual(model);
        var known = MethodCatalog.Get(slug);
        string[] given = parsed.GetValue(option) ?? [];
        if (parsed.IsGiven(options) && parsed.IsGiven(preset)) throw new OptionsException(TwoWays);
        string? start = parsed.GetValue(options);
        if (parsed.GetValue(preset) is { } name && !known.Presets.TryGetValue(name, out start))
            throw new OptionsException(NoPreset(known, name));
        if (start is null && given.Length == 0 && asked is null) start = Newest(model)?.Options;
        return (slug, given.Length == 0 ? start : Merge(start, given));
    }

    /// <summary>The methods and their options, by the command line or else by the model's newest certificate.</summary>
    internal IReadOnlyList<(string Slug, string? Options)> Choices(ParseResult parsed, IModel model)
    {
        string[] named = Named(parsed);
        return named.Length == 0 ? [Choice(parsed, model)] : [.. named.Select(n => Choice(parsed, n))];
    }

    /// <summary>What the methods are called in results: as they are named, presets with them.</summary>
    internal IReadOnlyList<string> Names(ParseResult parsed, IModel model) => Named(parsed) is { Length: > 0 } named ? named : [Choice(parsed, model).Slug];

    /// <summary>Refuses, before any file is read, methods and presets that are not known, and options that could be of several methods.</summary>
    internal void RefuseEach(ParseResult parsed)
    {
        string[] named = Named(parsed);
        var refusals = new Refusals();
        string[] twice = [.. named.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{g.Key}'")];
        refusals.AddIf(twice.Length > 0, $"--method names {string.Join(", ", twice)} more than once.");
        refusals.AddIf(parsed.IsGiven(methods) && named.Length == 0, "--method names no method.");
        refusals.AddIf(named.Length == 0 && parsed.IsGiven(options) && parsed.IsGiven(preset), TwoWays);
        string? ofOne = named.Length > 1 ? new Option[] { option, options, preset }.FirstOrDefault(parsed.IsGiven)?.Name : null;
        refusals.AddIf(ofOne is not null, $"{ofOne} is of one method, and --method names {Invariant($"{named.Length}")}; a preset goes behind a colon, such as linear-step:whole-steps.");
        foreach (string name in named)
        {
            if (ofOne is null) refusals.Try(() => MethodCatalog.Get(name.Split(':')[0]).Create(Choice(parsed, name).Options));
            else refusals.Try(() => MethodCatalog.Get(name.Split(':')[0]));
        }
        refusals.Throw();
    }

    private string[] Named(ParseResult parsed) => [.. (parsed.GetValue(methods) ?? []).SelectMany(m => m.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>A method that is named, with the preset behind its colon or the options given.</summary>
    private (string Slug, string? Options) Choice(ParseResult parsed, string name)
    {
        string[] parts = name.Split(':', 2);
        var known = MethodCatalog.Get(parts[0]);
        string? start = parsed.GetValue(options);
        string? chosen = parts.Length > 1 ? parts[1] : parsed.GetValue(preset);
        if (chosen is not null && (parsed.IsGiven(options) || parts.Length > 1 && parsed.IsGiven(preset))) throw new OptionsException(TwoWays);
        if (chosen is not null && !known.Presets.TryGetValue(chosen, out start)) throw new OptionsException(NoPreset(known, chosen));
        return (parts[0], parsed.GetValue(option) is { Length: > 0 } given ? Merge(start, given) : start);
    }

    /// <summary>Refuses, before any file is read, a method or preset that is not known and options that no method could have.</summary>
    internal void Refuse(ParseResult parsed)
    {
        if (parsed.IsGiven(options) && parsed.IsGiven(preset)) throw new OptionsException(TwoWays);
        if (parsed.GetValue(method) is not { } slug) return;
        var known = MethodCatalog.Get(slug);
        string? start = parsed.GetValue(options);
        if (parsed.GetValue(preset) is { } name && !known.Presets.TryGetValue(name, out start)) throw new OptionsException(NoPreset(known, name));
        known.Create(parsed.GetValue(option) is { Length: > 0 } given ? Merge(start, given) : start);
    }

    private const string TwoWays = "--options and --preset both give all options; use one, and --option to change single ones.";

    private static string NoPreset(Method known, string name) =>
        $"Method '{known.Info.Slug}' has no preset '{name}'; it has {(known.Presets.Count == 0 ? "none" : string.Join(", ", known.Presets.Keys))}.";

    /// <summary>What people may change: the model's schema, or the declarations of another schema over the same columns.</summary>
    internal ActionSet Actions(ParseResult parsed, IFittedModel model) =>
        parsed.GetValue(actions) is { } path ? new ActionSet(SameColumns(SchemaFile.Load(path), model.Schema, path), model.Statistics) : new ActionSet(model.Schema, model.Statistics);

    /// <summary>Prepares the method.</summary>
    /// <exception cref="OptionsException">A checkpoint is given, and the method keeps none.</exception>
    internal IRecourseFinder Prepare(ParseResult parsed, IModel model, CsvOptions csv, ulong seed, Execution execution, IProgress<Progress>? progress, CancellationToken cancel, string? checkpoint = null)
    {
        string slug = Choice(parsed, model).Slug;
        if (checkpoint is not null && !MethodCatalog.Get(slug).Info.Resumes)
            throw new OptionsException($"--checkpoint is for methods whose preparation goes on where it stopped ({string.Join(", ", MethodCatalog.All.Where(m => m.Info.Resumes).Select(m => m.Info.Slug))}); '{slug}' begins anew.");
        return PrepareEach(parsed, model, csv, null, seed, execution, progress, cancel, checkpoint)[0];
    }

    /// <summary>Prepares every method that is asked for. Methods that need training rows where none are given learn from those that fitted the model, where they are at hand (not null).</summary>
    internal IReadOnlyList<IRecourseFinder> PrepareEach(ParseResult parsed, IModel model, CsvOptions csv, Table? fitted, ulong seed, Execution execution, IProgress<Progress>? progress, CancellationToken cancel, string? checkpoint = null)
    {
        var choices = Choices(parsed, model);
        var needs = choices.Aggregate(Needs.None, (all, c) => all | MethodCatalog.Get(c.Slug).Info.Needs);
        string who = string.Join(" and ", choices.Select(c => $"'{c.Slug}'").Distinct()), does = choices.Count == 1 ? "does" : "do";
        if (parsed.IsGiven(training) && (needs & (Needs.TrainingRows | Needs.Autoencoder)) == 0)
            throw new OptionsException($"--training is for methods that learn from training rows; {who} {does} not.");
        if (parsed.IsGiven(autoencoder) && !needs.HasFlag(Needs.Autoencoder))
            throw new OptionsException($"--autoencoder is for methods that search in an autoencoder's codes; {who} {does} not.");
        if (parsed.IsGiven(autoencoder) && parsed.IsGiven(training) && !needs.HasFlag(Needs.TrainingRows))
            throw new OptionsException("--training trains an autoencoder, and --autoencoder gives one; use one.");
        var known = parsed.GetValue(autoencoder) is { } saved ? Autoencoder.Load(saved) : null;
        var rows = parsed.GetValue(training) is { } path ? CsvTable.Read(path, model.Schema, csv, needTarget: false, out _) : fitted;
        var task = new RecourseTask(model, rows) { Autoencoder = known, Execution = execution, Checkpoint = checkpoint is null ? null : new(checkpoint) };
        return [.. choices.Select(c => MethodCatalog.Get(c.Slug).Create(c.Options).Prepare(task, new Rng(seed), progress, cancel))];
    }

    /// <summary>Reads the schema's declarations in the order of the model's features.</summary>
    private static Schema SameColumns(Schema declared, Schema model, string path)
    {
        var features = new List<Feature>();
        var problems = new List<string>();
        foreach (var feature in model.Features)
        {
            int at = declared.IndexOf(feature.Name);
            if (at < 0) problems.Add($"{path}: the model's feature '{feature.Name}' is missing.");
            else if (declared.Features[at].Kind != feature.Kind || !declared.Features[at].Values.SequenceEqual(feature.Values)) problems.Add($"{path}: '{feature.Name}' has another type or other values than in the model.");
            else features.Add(declared.Features[at]);
        }
        foreach (var extra in declared.Features.Where(f => model.IndexOf(f.Name) < 0)) problems.Add($"{path}: '{extra.Name}' is no feature of the model.");
        if (problems.Count > 0) throw new DataException(string.Join(Environment.NewLine, problems));
        var constraints = declared.Constraints.Select(c => c with { Terms = [.. c.Terms.Select(t => (model.IndexOf(declared.Features[t.Feature].Name), t.Coefficient))] });
        return new Schema(features, model.Target, model.Favourable, model.Id, model.Groups, model.Ignored, [.. constraints], model.Classes);
    }

    private static string Merge(string? start, string[] pairs)
    {
        JsonObject json;
        try
        {
            json = JsonNode.Parse(start ?? "{}") as JsonObject ?? throw new System.Text.Json.JsonException("no object");
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new OptionsException($"--options is no JSON object ({e.Message.Split('\n')[0]}).", e);
        }
        foreach (string pair in pairs)
        {
            int sign = pair.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1) throw new OptionsException($"--option is '{pair}'; write name=value.");
            string text = pair[(sign + 1)..];
            json[pair[..sign]] = text is "true" or "false" ? text == "true"
                : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : text;
        }
        return json.ToJsonString();
    }
}
