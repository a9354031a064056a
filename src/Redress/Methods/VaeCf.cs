using System.Text.Json;
using Redress.Attacks;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="VaeCf"/>.</summary>
/// <param name="Hidden">Units of the encoder's hidden layers, 1 to 16384 each, at most 16; the decoder has them in reverse. Null for 50.</param>
/// <param name="Latent">Numbers in a code; 1 to 1024.</param>
/// <param name="Validity">λ2, the weight of (f(x') - y')²; 0 or more.</param>
/// <param name="Proximity">λ3, the weight of (x - x')²; 0 or more, and not both 0.</param>
/// <param name="Divergence">The weight of the codes' divergence from the standard normal, a mean over people and numbers; 0 or more.</param>
/// <param name="Epochs">Passes over the training rows; 1 to 100,000.</param>
/// <param name="BatchSize">Rows a step; 1 or more.</param>
/// <param name="LearningRate">Adam's step size; more than 0.</param>
/// <param name="Dropout">Probability of a 0 after each hidden layer in training; 0 or more and less than 1.</param>
/// <param name="Robust">True to train against a data shift: the generalised RoCourseNet (eq. 5).</param>
/// <param name="Epsilon">E, the radius of a row's shift in encoded units; without effect where not robust, as are the next seven.</param>
/// <param name="AttackSteps">T, steps of the attack.</param>
/// <param name="Unrolled">K, training steps that each step of the attack looks through.</param>
/// <param name="VirtualRate">η, the step size of the virtual training.</param>
/// <param name="Norm">The norm of a row's shift.</param>
/// <param name="VirtualTraining">Adam on clipped gradients, or plain gradient steps.</param>
/// <param name="ShiftedFeatures">What the shift moves: numbers, or all features.</param>
/// <param name="Schedule">True to let the radius grow linearly over the epochs.</param>
public sealed record VaeCfOptions(
    IReadOnlyList<int>? Hidden = null, int Latent = 10, double Validity = 0.2, double Proximity = 0.1, double Divergence = 0.001, int Epochs = 50, int BatchSize = 128,
    double LearningRate = 0.003, double Dropout = 0.1, bool Robust = false, double Epsilon = 0.1, int AttackSteps = 7, int Unrolled = 2, double VirtualRate = 0.03,
    AttackNorm Norm = AttackNorm.Linf, VirtualTraining VirtualTraining = VirtualTraining.Adam, AttackedFeatures ShiftedFeatures = AttackedFeatures.Numbers, bool Schedule = true)
{
    /// <summary>Robust VAE-CF of the paper's section 4.3.</summary>
    public static VaeCfOptions AgainstShifts { get; } = new(Robust: true);

    private const int MostLatent = 1024;

    internal IReadOnlyList<int> Layers => Hidden ?? [50];

    internal DataShiftOptions Shift => new(Epsilon, AttackSteps, Unrolled, (float)VirtualRate, Norm, VirtualTraining, Features: ShiftedFeatures);

    internal GeneratorObjective Objective => new(Validity, Proximity, Robust ? Shift : null, Schedule);

    internal IEnumerable<string> Problems()
    {
        if (Latent is < 1 or > MostLatent) yield return Invariant($"latent is {Latent}; must be 1 to {MostLatent}.");
        if (!(Divergence >= 0 && double.IsFinite(Divergence))) yield return Invariant($"divergence is {Divergence}; must be 0 or more and finite.");
        foreach (string problem in PostHocMethod.Problems(Layers, Epochs, BatchSize, LearningRate, Dropout, Objective, Shift)) yield return problem;
    }
}

/// <summary>
/// VAE-CF (Mahajan, Tan and Sharma 2019) as Guo et al. (2023, section 4.3) use it: a variational autoencoder that reads the desired class y' beside x and beside the
/// code, trained for a model that exists: λ2 (f(x') - y')² + λ3 (x - x')² + the divergence of codes; with <see cref="VaeCfOptions.Robust"/> f is replaced by
/// the worst model within a shift of its training data (eq. 5). People are given the row of their code's mean.
/// </summary>
/// <remarks>Where we differ: Mahajan et al. have a hinge for validity and L1 distances; the losses here are those of eq. 5. The paper leaves sizes and weights open.</remarks>
public sealed class VaeCf : ILearningMethod
{
    private readonly PostHocMethod method;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public VaeCf(VaeCfOptions? options = null)
    {
        var o = options ?? new();
        OptionsException.ThrowIfAny(o.Problems().Select(p => $"Options of 'vae-cf': {p}"));
        method = new(
            About, JsonSerializer.Serialize(o, OptionsJson.Default.VaeCfOptions), new(o.Objective, o.Epochs, o.BatchSize, (float)o.LearningRate),
            new(o.Layers, o.Latent, o.Divergence, (float)o.Dropout));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "vae-cf", "A conditional autoencoder trained to write recourse for a model that exists",
        "Mahajan, Tan, Sharma: Preserving Causal Constraints in Counterfactual Explanations for Machine Learning Classifiers. NeurIPS CausalML workshop 2019",
        Needs.Gradients | Needs.TrainingRows, MaxAnswers: 1,
        "When each person's change should be small: what it writes goes through a code of a few numbers; gradient stays nearer.",
        FixedImmutables: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains the autoencoder on the task's training rows with the stream's seed.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) => method.Prepare(task, rng, progress, cancel);

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => method.Restore(task, learnt);
}
