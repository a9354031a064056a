using System.Text.Json;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="Tap"/>.</summary>
/// <param name="MaxSteps">Gradient steps a person at most; 1 to 1,000,000.</param>
/// <param name="LearningRate">Adam's step size in encoded units; more than 0.</param>
/// <param name="Lambda">λ, the weight of the distance; 0 or more.</param>
/// <param name="VerifierWeight">κ, the weight of the verifier's loss; 0 or more.</param>
/// <param name="Verified">γ, the least probability of another true label with which a row is recourse; more than 0 and less than 1.</param>
/// <param name="Patience">A person with recourse stops after so many steps in which it came no nearer by a thousandth; 0 to take all steps.</param>
/// <param name="Hidden">Units of the verifier's hidden layers, 1 to 16384 each, at most 16. Null for 50, 50, 50, 50.</param>
/// <param name="Epochs">Passes of the verifier's training over the training rows, each row with a fresh partner; 1 to 100,000.</param>
/// <param name="BatchSize">Pairs a step of the training, 1 or more; fewer where the table has under sixteen batches, but not under eight.</param>
/// <param name="TrainingRate">The training's step size (Adam); more than 0.</param>
/// <param name="TrainingPatience">The training stops after so many epochs without a smaller loss on pairs of held-out rows; 0 to take all epochs. The best epoch's weights are kept.</param>
public sealed record TapOptions(
    int MaxSteps = 1000, double LearningRate = 0.01, double Lambda = 0.1, double VerifierWeight = 1, double Verified = 0.5, int Patience = 100,
    IReadOnlyList<int>? Hidden = null, int Epochs = 60, int BatchSize = 128, double TrainingRate = 0.001, int TrainingPatience = 10)
{
    /// <summary>The settings of Garg et al. 2025, table 8: 2,000 epochs at 0.0001, and 1,000 steps for everyone.</summary>
    public static TapOptions Garg2025 { get; } = new(Patience: 0, Epochs: 2000, TrainingRate: 0.0001, TrainingPatience: 0);

    private const int MostSteps = 1_000_000, MostUnits = 16384, MostLayers = 16, MostEpochs = 100_000, MostRows = 1 << 20;

    private static readonly int[] DefaultHidden = [50, 50, 50, 50];

    internal IReadOnlyList<int> Layers => Hidden ?? DefaultHidden;

    internal IEnumerable<string> Problems()
    {
        if (MaxSteps is < 1 or > MostSteps) yield return Invariant($"max-steps is {MaxSteps}; must be 1 to {MostSteps}.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (!(VerifierWeight >= 0 && double.IsFinite(VerifierWeight))) yield return Invariant($"verifier-weight is {VerifierWeight}; must be at least 0 and finite.");
        if (!(Verified is > 0 and < 1)) yield return Invariant($"verified is {Verified}; must be more than 0 and less than 1.");
        if (Patience < 0) yield return Invariant($"patience is {Patience}; must be at least 0.");
        if (Layers.Count > MostLayers) yield return Invariant($"hidden has {Layers.Count} layers; the limit is {MostLayers}.");
        foreach (int units in Layers)
            if (units is < 1 or > MostUnits) yield return Invariant($"a layer of hidden has {units} units; must be 1 to {MostUnits}.");
        if (Epochs is < 1 or > MostEpochs) yield return Invariant($"epochs is {Epochs}; must be 1 to {MostEpochs}.");
        if (BatchSize is < 1 or > MostRows) yield return Invariant($"batch-size is {BatchSize}; must be 1 to {MostRows}.");
        if (!(TrainingRate > 0 && double.IsFinite(TrainingRate))) yield return Invariant($"training-rate is {TrainingRate}; must be more than 0 and finite.");
        if (TrainingPatience < 0) yield return Invariant($"training-patience is {TrainingPatience}; must be at least 0.");
    }
}

/// <summary>
/// Trustworthy actionable perturbations (Friedbaum, Adiga and Tandon 2024): a verifier V(x, x'), trained on pairs of training rows to tell whether their true
/// labels differ, judges recourse beside the model: min over δ in Δ of -log p(f(x + δ) is desired) - κ log V(x, x + δ) + λ ‖δ‖₂² by Adam, δ projected onto Δ after
/// every step. Of the whole rows that were met, that are valid and of which V ≥ γ, the nearest is given; who has none is given none.
/// </summary>
/// <remarks>
/// Where we differ: the paper lowers a divergence between class probabilities and a set of targets first and asks the verifier afterwards; here both losses are
/// lowered together, since rows that the verifier refuses would be lost. The paper leaves κ, λ and the drawing of pairs open: half of the pairs differ. The published
/// code is not known to us, nor what an epoch of Garg et al. 2025 is; here it is a pass over the training rows.
/// </remarks>
public sealed class Tap : ILearningMethod
{
    private readonly TapOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Tap(TapOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'tap': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "tap", "Gradient descent until the model and a verifier of pairs both say that the outcome changed",
        "Friedbaum, Adiga, Tandon: Trustworthy Actionable Perturbations. ICML 2024",
        Needs.Gradients | Needs.TrainingRows, MaxAnswers: 1,
        "When labels are few or noisy: the verifier then tells little, and refuses recourse that would hold.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains the verifier on pairs of the task's training rows with the stream's seed.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        var model = (IEncodedClassifier)task.Model;
        return FinderOf(task, TapTraining.Run(options, model.Encoding, TaskAutoencoder.RowsOf(task), new Rng(rng.Seed).Split(About.Slug), task.Execution, progress, cancel));
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt)
    {
        if (task.Model is not IEncodedClassifier model) throw learnt.Damaged("it was learnt for a network, and the model is none");
        return FinderOf(task, TapVerifier.Read(learnt, options, model.Encoding.Width));
    }

    private RecourseFinder FinderOf(RecourseTask task, TapVerifier verifier) =>
        new(About, JsonSerializer.Serialize(options, OptionsJson.Default.TapOptions), task, new Rows(options, verifier));

    private sealed class Rows(TapOptions options, TapVerifier verifier) : ISearch
    {
        public Learnt Learnt => verifier.Learnt;

        public void Search(SearchChunk chunk, CancellationToken cancel) => new TapRun(chunk, options, verifier).Descend(cancel);

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => new TapRun(chunk, options, verifier).Ascend(cancel);
    }
}
