using Redress.Attacks;
using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Krishna2023;

/// <summary>The models of one seed, data set and architecture, one an ε, which differ in ε alone: start, rows and batches are the same.</summary>
/// <param name="Preset">The preset.</param>
/// <param name="Choices">What was chosen.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="IsNetwork">True for the network, false for the logistic regression.</param>
/// <param name="Data">The rows of this seed.</param>
/// <param name="Models">One an ε, the plain one first.</param>
/// <param name="People">Test rows drawn for recourse.</param>
/// <param name="Autoencoder">What C-CHVAE shares between the models that are compared.</param>
/// <param name="Rng">The root of what is drawn for measuring.</param>
internal sealed record KrishnaModels(
    KrishnaPreset Preset, KrishnaChoices Choices, string Dataset, bool IsNetwork, TrainingData Data, IReadOnlyList<NetworkModel> Models, Table People, Autoencoder Autoencoder, Rng Rng)
{
    /// <summary>Parts are what runs in parallel.</summary>
    internal static Execution OneThread { get; } = new(Threads: 1);

    /// <summary>The architecture's name in tables.</summary>
    internal string Name => NameOf(IsNetwork);

    internal static string NameOf(bool network) => network ? "network" : "logistic";

    /// <summary>A point of a line over ε.</summary>
    internal string At(double epsilon) => Invariant($"{Name} ε={epsilon}");

    internal static KrishnaModels Train(KrishnaPreset preset, KrishnaChoices choices, StudyData data, bool network, int seed, ulong root, CancellationToken cancel)
    {
        // Neither preset nor architecture: these are compared on the same rows and people.
        var rng = new Rng(root).Split("krishna2023").Split(data.Slug).Split((ulong)seed);
        var parts = KrishnaSplit.Of(data, rng.Split("split"));
        var settings = choices.Training(network, preset.Scaling, parts.Train.Schema.Features.Count, parts.Train.Rows);
        var models = choices.Epsilons.Select(e => Trainer.Train(parts, settings, ObjectiveAt(e), rng.Split("train").Seed, OneThread, null, cancel)).ToList();
        if (preset.EqualRates) models = [.. models.Select(m => m.With(ThresholdLike(m, models[0], parts.Validation), m.Certificates))];
        var people = KrishnaSplit.Sample(parts.Test!, choices.People, rng.Split("people"));
        var autoencoder = Autoencoder.Train(parts.Train, rng.Split("autoencoder").Seed, choices.Autoencoder(preset.Scaling, parts.Train.Schema.Features.Count), OneThread, null, cancel);
        return new(preset, choices, data.Slug, network, parts, models, people, autoencoder, rng.Split("measure"));
    }

    /// <summary>Equation 1 over the L∞ ball, by PGD; without a ball the standard objective.</summary>
    private static IObjective ObjectiveAt(double epsilon) => epsilon == 0 ? new Standard() : new Adversarial(new(new(epsilon), KrishnaChoices.Attack));

    /// <summary>The θ at which a model accepts as many validation rows as another does at its own.</summary>
    private static double ThresholdLike(NetworkModel model, NetworkModel other, Table rows)
    {
        int accepted = Scores.Favourable(other, rows).Count(s => s >= other.Threshold);
        double[] scores = [.. Scores.Favourable(model, rows).OrderDescending()];
        return accepted == 0 ? Math.BitIncrement(scores[0]) : scores[accepted - 1];
    }
}
