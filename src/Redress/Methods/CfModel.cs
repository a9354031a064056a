using System.Text.Json;
using Redress.Attacks;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="CfModel"/>.</summary>
/// <param name="Hidden">Units of the generator's hidden layers, 1 to 16384 each, at most 16; null for 200, 10, 10, the published encoder and generator behind each other.</param>
/// <param name="Validity">λ2, the weight of (f(x') - (1 - f(x)))²; 0 or more.</param>
/// <param name="Proximity">λ3, the weight of (x - x')²; 0 or more, and not both 0.</param>
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
public sealed record CfModelOptions(
    IReadOnlyList<int>? Hidden = null, double Validity = 0.2, double Proximity = 0.1, int Epochs = 50, int BatchSize = 128, double LearningRate = 0.003, double Dropout = 0.3,
    bool Robust = false, double Epsilon = 0.1, int AttackSteps = 7, int Unrolled = 2, double VirtualRate = 0.03,
    AttackNorm Norm = AttackNorm.Linf, VirtualTraining VirtualTraining = VirtualTraining.Adam, AttackedFeatures ShiftedFeatures = AttackedFeatures.Numbers, bool Schedule = true)
{
    /// <summary>Robust CF Model of the paper's section 4.3.</summary>
    public static CfModelOptions AgainstShifts { get; } = new(Robust: true);

    internal IReadOnlyList<int> Layers => Hidden ?? [200, 10, 10];

    internal DataShiftOptions Shift => new(Epsilon, AttackSteps, Unrolled, (float)VirtualRate, Norm, VirtualTraining, Features: ShiftedFeatures);

    internal GeneratorObjective Objective => new(Validity, Proximity, Robust ? Shift : null, Schedule);
}

/// <summary>
/// CF Model of Guo et al. (2023, section 4.3): a multilayer perceptron x' = g(x) for a model that exists, trained for λ2 (f(x') - (1 - f(x)))² + λ3 (x - x')²;
/// with <see cref="CfModelOptions.Robust"/> f is replaced by the worst model within a shift of its training data (eq. 5).
/// </summary>
/// <remarks>Where we differ: as in <see cref="CounterNet"/>. The paper leaves the learning rate open.</remarks>
public sealed class CfModel : ILearningMethod
{
    private readonly PostHocMethod method;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public CfModel(CfModelOptions? options = null)
    {
        var o = options ?? new();
        OptionsException.ThrowIfAny(PostHocMethod.Problems(o.Layers, o.Epochs, o.BatchSize, o.LearningRate, o.Dropout, o.Objective, o.Shift).Select(p => $"Options of 'cf-model': {p}"));
        method = new(
            About, JsonSerializer.Serialize(o, OptionsJson.Default.CfModelOptions), new(o.Objective, o.Epochs, o.BatchSize, (float)o.LearningRate),
            new(o.Layers, 0, 0, (float)o.Dropout));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "cf-model", "A network trained to write recourse for a model that exists",
        "Guo, Jia, Chen, Squicciarini, Yadav: RoCourseNet: Robust Training of a Prediction Aware Recourse Model. CIKM 2023, section 4.3",
        Needs.Gradients | Needs.TrainingRows, MaxAnswers: 1,
        "When each person's change should be small: one network writes for everyone; gradient searches for each.",
        FixedImmutables: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains the generator on the task's training rows with the stream's seed.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) => method.Prepare(task, rng, progress, cancel);

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => method.Restore(task, learnt);
}
