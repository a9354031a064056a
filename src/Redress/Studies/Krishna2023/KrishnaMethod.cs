using Redress.Methods;
using Redress.Models;

namespace Redress.Studies.Krishna2023;

/// <summary>A way to recourse that the study compares models by.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Unit">What its budget counts: steps or calls.</param>
/// <param name="Budgets">Budgets a person, ascending; the last is the study's.</param>
internal sealed record KrishnaMethod(string Name, string Unit, IReadOnlyList<int> Budgets)
{
    internal const string Matching = "score-matching", AsWritten = "score-matching-as-written", Spheres = "growing-spheres", Latent = "cchvae";

    /// <summary>The paper's three, and its first as worded.</summary>
    internal static IReadOnlyList<KrishnaMethod> All { get; } =
    [
        new(Matching, "steps", KrishnaChoices.StepBudgets), new(AsWritten, "steps", KrishnaChoices.StepBudgets),
        new(Spheres, "calls", KrishnaChoices.CallBudgets), new(Latent, "calls", KrishnaChoices.CallBudgets),
    ];

    private bool CountsSteps => Unit == "steps";

    /// <summary>What it comes to for everyone under one model.</summary>
    /// <param name="models">The models of the comparison.</param>
    /// <param name="model">One of them.</param>
    /// <param name="most">Its budget a person; a search that has less to spend is another search, and not the beginning of a longer one.</param>
    /// <param name="cancel">Stops the search.</param>
    internal Reached Reach(KrishnaModels models, NetworkModel model, int most, CancellationToken cancel)
    {
        var task = new RecourseTask(model);
        RecordedSpheres? spheres = null;
        var finder = Name switch
        {
            Matching => MatchingAlone.Prepare(task, asWritten: false),
            AsWritten => MatchingAlone.Prepare(task, asWritten: true),
            Latent => RecordedSpheres.Prepare(task, models.Autoencoder, out spheres),
            _ => new GrowingSpheres(KrishnaChoices.Growing).Prepare(task, models.Rng, cancel: cancel),
        };
        var budget = CountsSteps ? new Budget(Steps: most) : new Budget(ModelCalls: most);
        // One stream for all models: the people are asked about with the same draws.
        var batch = finder.Find(new RecourseRequest(models.People, Cost: new EncodedLength(model.Encoding), Desired: models.Preset.EitherWay ? Desired.OtherThanPredicted : Desired.Favourable, Budget: budget, Execution: KrishnaModels.OneThread), models.Rng.Split("recourse"), cancel: cancel);
        cancel.ThrowIfCancellationRequested();
        var reached = Reached.Of(model, batch);
        return spheres is null ? reached : reached with { Radii = spheres.RadiiOf(reached.Asked) };
    }
}
