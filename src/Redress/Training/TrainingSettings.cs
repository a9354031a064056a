using Redress.Data;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>How θ is chosen on the validation rows.</summary>
/// <param name="Fixed">A probability to use as it is, or null to maximise F1.</param>
public sealed record ThresholdRule(double? Fixed = null)
{
    /// <summary>The θ with the highest F1 on the validation rows.</summary>
    public static ThresholdRule MaxF1 { get; } = new((double?)null);

    /// <summary>Reads <c>max-f1</c> or a probability such as <c>0.5</c>.</summary>
    /// <exception cref="OptionsException">The text is neither.</exception>
    public static ThresholdRule Parse(string text)
    {
        if (text == "max-f1") return MaxF1;
        if (double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1) return new(value);
        throw new OptionsException($"Threshold is '{text}'; must be max-f1 or a probability between 0 and 1.");
    }
}

/// <summary>Which epoch's weights are kept.</summary>
public enum BestEpoch
{
    /// <summary>The highest F1 on the validation rows, each epoch at its own θ.</summary>
    ValidationF1,

    /// <summary>The lowest mean of the objective, its recourse term included, over the validation rows; without dropout.</summary>
    ValidationLoss,

    /// <summary>The last epoch: nothing is chosen but θ, as adversarial training asks for, whose robust epochs are not those of the best F1.</summary>
    Last,
}

/// <summary>How the weights move along their gradients.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with PyTorch's defaults.</summary>
    Adam,

    /// <summary>Gradient descent, with momentum where it is not 0.</summary>
    Sgd,

    /// <summary>RMSprop with PyTorch's defaults.</summary>
    Rmsprop,
}

/// <summary>What a network looks like and how it is trained. The defaults are those of Ross, Lakkaraju and Bastani (2021), section 4.1 and appendix A.1.</summary>
/// <param name="Hidden">Units of each hidden layer; none for a logistic regression.</param>
/// <param name="Activation">The hidden layers' activation; without effect where each has its own.</param>
/// <param name="Dropout">Probability that a hidden unit is left out of a training step; 0 or more, less than 1.</param>
/// <param name="LearningRate">The optimizer's step size; more than 0.</param>
/// <param name="BatchSize">Rows a step; 1 or more.</param>
/// <param name="Epochs">Passes over the training rows; 1 or more.</param>
/// <param name="Patience">Epochs without a better one before training stops early; 0 to run them all.</param>
/// <param name="ClassWeights">True to weigh the rarer class by the class ratio in the first loss term.</param>
/// <param name="Threshold">How θ is chosen; the best epoch is judged at its own θ.</param>
/// <param name="Encoding">How rows are encoded.</param>
/// <param name="MicroBatch">Rows whose gradients one thread computes together; part of the result, since sums are in this order.</param>
/// <param name="Shuffle">True to visit the training rows in a new random order every epoch; false for the table's own order every time.</param>
/// <param name="Best">Which epoch's weights are kept.</param>
/// <param name="Activations">Each hidden layer's own activation (Identity for a linear layer), or null for <paramref name="Activation"/> everywhere.</param>
/// <param name="Optimizer">How the weights move along their gradients.</param>
/// <param name="Momentum">The share of its last step that gradient descent adds to the next; 0 or more, less than 1.</param>
/// <param name="Schedule">How the learning rate changes over all steps of all epochs.</param>
public sealed record TrainingSettings(
    IReadOnlyList<int> Hidden,
    Activation Activation = Activation.Tanh,
    float Dropout = 0.3f,
    float LearningRate = 0.002f,
    int BatchSize = 15,
    int Epochs = 15,
    int Patience = 0,
    bool ClassWeights = true,
    ThresholdRule? Threshold = null,
    EncodingOptions? Encoding = null,
    int MicroBatch = 128,
    bool Shuffle = true,
    BestEpoch Best = BestEpoch.ValidationF1,
    IReadOnlyList<Activation>? Activations = null,
    OptimizerKind Optimizer = OptimizerKind.Adam,
    float Momentum = 0,
    LearningRateSchedule Schedule = LearningRateSchedule.Constant)
{
    /// <summary>The paper's network: three hidden layers of 100 tanh units, dropout 0.3.</summary>
    public static TrainingSettings Paper { get; } = new([100, 100, 100]);

    /// <summary>A logistic regression: no hidden layer, no dropout.</summary>
    public static TrainingSettings Logistic { get; } = new([], Dropout: 0);

    /// <summary>Section 3.1 of Hardy et al. (2022): a layer of 64, two blocks that widen it four times with GELU and narrow it again, SGD with a cosine schedule.</summary>
    public static TrainingSettings ImageNetwork { get; } = new(
        [64, 256, 64, 256, 64], Dropout: 0, LearningRate: 0.01f, BatchSize: 128, Epochs: 40, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.Range), MicroBatch: 64, Best: BestEpoch.Last,
        Activations: [Activation.Identity, Activation.Gelu, Activation.Identity, Activation.Gelu, Activation.Identity], Optimizer: OptimizerKind.Sgd, Schedule: LearningRateSchedule.Cosine);

    internal IEnumerable<string> Problems()
    {
        if (Hidden.Count > 32) yield return Invariant($"There are {Hidden.Count} hidden layers; the limit is 32.");
        foreach (int size in Hidden)
            if (size is < 1 or > 16384) yield return Invariant($"A hidden layer has {size} units; must be 1 to 16384.");
        if (!(Dropout is >= 0 and < 1)) yield return Invariant($"Dropout is {Dropout}; must be at least 0 and less than 1.");
        if (!(LearningRate > 0 && float.IsFinite(LearningRate))) yield return Invariant($"Learning rate is {LearningRate}; must be more than 0.");
        if (BatchSize < 1) yield return Invariant($"Batch size is {BatchSize}; must be at least 1.");
        if (Epochs < 1) yield return Invariant($"Epochs is {Epochs}; must be at least 1.");
        if (Patience > 0 && Best == BestEpoch.Last) yield return Invariant($"Patience is {Patience}; where the last epoch is kept, all are run (0).");
        if (Patience < 0) yield return Invariant($"Patience is {Patience}; must be 0 (never stop early) or more.");
        if (!Enum.IsDefined(Activation)) yield return Invariant($"Activation is {(int)Activation}; must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
        if (Threshold?.Fixed is { } threshold && !(threshold is > 0 and < 1)) yield return Invariant($"Threshold is {threshold}; must be max-f1 or a probability between 0 and 1.");
        if (!Enum.IsDefined(Best)) yield return Invariant($"Best is {(int)Best}; must be one of {string.Join(", ", Enum.GetNames<BestEpoch>())}.");
        if (Activations is not null && Activations.Count != Hidden.Count) yield return Invariant($"There are {Activations.Count} activations for {Hidden.Count} hidden layers; each takes one.");
        foreach (var each in Activations ?? [])
            if (!Enum.IsDefined(each)) yield return Invariant($"The activation of a layer is {(int)each}; must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
        if (!Enum.IsDefined(Optimizer)) yield return Invariant($"Optimizer is {(int)Optimizer}; must be one of {string.Join(", ", Enum.GetNames<OptimizerKind>())}.");
        if (!(Momentum is >= 0 and < 1)) yield return Invariant($"Momentum is {Momentum}; must be at least 0 and less than 1.");
        else if (Momentum > 0 && Optimizer != OptimizerKind.Sgd) yield return Invariant($"Momentum is {Momentum}; it goes with the optimizer Sgd, not {Optimizer}.");
        if (!Enum.IsDefined(Schedule)) yield return Invariant($"Schedule is {(int)Schedule}; must be one of {string.Join(", ", Enum.GetNames<LearningRateSchedule>())}.");
        if (MicroBatch < 1) yield return Invariant($"Micro batch is {MicroBatch}; must be at least 1.");
    }
}
