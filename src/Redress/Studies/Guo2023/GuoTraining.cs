using System.Text.Json;
using Redress.Attacks;
using Redress.Data;
using Redress.Models;
using Redress.Training;

namespace Redress.Studies.Guo2023;

/// <summary>A kind of model that the study trains on every domain.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Objective">What it is trained for under a choice.</param>
internal sealed record GuoKind(string Name, Func<GuoChoice, IObjective> Objective)
{
    /// <summary>A classifier alone, for the methods that search or learn after it.</summary>
    internal static GuoKind Base { get; } = new("base", _ => new Standard());

    /// <summary>Prediction and recourse together.</summary>
    internal static GuoKind CounterNet { get; } = new("counternet", c => new CounterNet(c.CounterNet(robust: false)));

    /// <summary>The same against the worst data shift.</summary>
    internal static GuoKind RoCourseNet { get; } = new("rocoursenet", c => new CounterNet(c.CounterNet(robust: true)));

    /// <summary>The same against a random shift (appendix B.2).</summary>
    internal static GuoKind Random { get; } = new("rocoursenet-random", c => new CounterNet((c with { Shift = c.Shift with { Choice = ShiftChoice.Random } }).CounterNet(robust: true)));

    /// <summary>Ross, Lakkaraju and Bastani's recourse-aware models, for the linear step.</summary>
    internal static GuoKind Ross { get; } = new("recourse-aware", _ => new RecourseAware(GuoChoices.RossLambda));
}

/// <summary>How the k models of a data set are trained.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Choice">Their settings.</param>
/// <param name="Repeat">Which of the repeats, from 1.</param>
/// <param name="Seed">The study's seed.</param>
/// <param name="Fraction">The fraction of the training rows.</param>
internal sealed record GuoTraining(GuoData Data, GuoKind Kind, GuoChoice Choice, int Repeat, ulong Seed, double Fraction = 1)
{
    /// <summary>The model of a domain, named by what it is trained by: where two figures ask for the same one, it is one.</summary>
    internal StudyModel Model(int domain)
    {
        var objective = Kind.Objective(Choice);
        string settings = JsonSerializer.Serialize(Choice.Settings, SettingsJson.Default.TrainingSettings) + Invariant($"\n{objective.Slug}\n{objective.Lambda}\n{objective.Options}\n{Fraction}");
        string content = ContentHash.Hex(System.Text.Encoding.UTF8.GetBytes(settings + "\n" + Data.Fingerprint));
        return new(Invariant($"{Data.Slug}.{Data.Names[domain]}.{Kind.Name}.repeat{Repeat}.{content[..12]}"), content, WorkOf(domain), (_, cancel) => Train(domain, null, cancel));
    }

    /// <summary>The models of all domains.</summary>
    internal IEnumerable<StudyModel> Models() => Enumerable.Range(0, Data.Domains.Count).Select(Model);

    /// <summary>Trains the model of a domain. All those of a domain and repeat begin at the same weights and see the same batches, whatever their kind.</summary>
    internal NetworkModel Train(int domain, IProgress<Progress>? progress, CancellationToken cancel) => Trainer.Train(
        Data.TrainingPart(domain, Repeat, Seed, Fraction), Choice.Settings, Kind.Objective(Choice), Data.Stream(domain, Repeat, Seed).Split("train").Seed, Guo2023Study.OneThread, progress, cancel, Data.Statistics);

    /// <summary>Steps of a domain's training.</summary>
    internal double StepsOf(int domain) => Math.Ceiling(0.75 * Fraction * Data.Domains[domain].Rows / Choice.Batch) * Choice.Epochs;

    /// <summary>Seconds, about: half a millisecond a step, and as much again or more each step of an attack.</summary>
    private double WorkOf(int domain) =>
        StepsOf(domain) * (Kind == GuoKind.RoCourseNet ? 0.0005 + 0.0006 * Choice.Shift.Steps : Kind == GuoKind.Random ? 0.0005 + 0.0003 * Choice.Shift.Steps : 0.0005);
}
