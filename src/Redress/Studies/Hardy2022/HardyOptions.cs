using Redress.Attacks;
using Redress.Data;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Studies.Hardy2022;

/// <summary>Every choice of the study. Those that the paper names stand first; it is silent on the others.</summary>
/// <param name="People">People given counterfactuals (sections 3.1 and 3.2: 500).</param>
/// <param name="Epsilon">ε of training on images (8/255) and on adult (16/255), by data set.</param>
/// <param name="Share">The share of each batch attacked in training (section 3.1: 50 %).</param>
/// <param name="ImageEpochs">Epochs on images (section 3.1: 40).</param>
/// <param name="FlipSets">Flip sets tried a person (section 3.2: 500).</param>
/// <param name="Seeds">Trainings on adult; the paper has one.</param>
/// <param name="ImageSeeds">Trainings on images; the paper has one.</param>
/// <param name="ImageRows">Training images, at most.</param>
/// <param name="AttackSteps">Steps of the attack in training.</param>
/// <param name="TestSteps">Steps of the attack on test rows.</param>
/// <param name="AdultEpochs">Epochs on adult: CARLA's own.</param>
/// <param name="Expansions">The sizes of figure 5: how many times a block widens its 64 units.</param>
/// <param name="GridImages">Images of figure 6.</param>
internal sealed record HardyOptions(
    int People = 500, IReadOnlyDictionary<string, double>? Epsilon = null, double Share = 0.5, int ImageEpochs = 40, int FlipSets = 500, int Seeds = 3, int ImageSeeds = 1, int ImageRows = int.MaxValue,
    int AttackSteps = 7, int TestSteps = 20, int AdultEpochs = 10, IReadOnlyList<int>? Expansions = null, int GridImages = 4)
{
    /// <summary>The published expansion of a block.</summary>
    internal const int Expansion = 4;

    /// <summary>The whole study.</summary>
    internal static HardyOptions Full { get; } = new();

    /// <summary>The short form: fewer people, images and epochs, one training each.</summary>
    internal static HardyOptions Quick { get; } = new(People: 60, ImageEpochs: 10, Seeds: 1, ImageRows: 4000, Expansions: [1, 4], GridImages: 2);

    /// <summary>The radii at which susceptibility is measured.</summary>
    internal static IReadOnlyList<double> Radii { get; } = [.. Enumerable.Range(1, 12).Select(k => 2 * k / 255.0)];

    internal IReadOnlyList<int> Sizes => Expansions ?? [1, 2, 4, 8];

    /// <summary>ε of adversarial training.</summary>
    internal double EpsilonOf(string dataset) => Epsilon?.GetValueOrDefault(dataset) ?? (dataset == Hardy2022Study.Images ? 8 : 16) / 255.0;

    /// <summary>The attack that training defends against.</summary>
    internal AdversarialOptions Adversary(string dataset) => new(new AttackBall(EpsilonOf(dataset)), new PgdOptions(AttackSteps), Share);

    /// <summary>The paper's networks: section 3.1 for images; on adult CARLA's, as published (18-9-3) and as the text has it (13-9-3).</summary>
    /// <remarks>CARLA's network has two outputs under a softmax; ours has one under a sigmoid, which is their difference: the same functions and the same loss.</remarks>
    internal TrainingSettings Settings(HardyNetwork network) => network.Dataset == Hardy2022Study.Images
        ? TrainingSettings.ImageNetwork with { Epochs = ImageEpochs, Momentum = network.Momentum, Hidden = [64, 64 * network.Expansion, 64, 64 * network.Expansion, 64] }
        : new(network.Hidden, Activation.Relu, Dropout: 0, LearningRate: 0.002f, BatchSize: 1024, Epochs: AdultEpochs, ClassWeights: false, Threshold: new(0.5),
            Encoding: new(NumberScaling.MinMax, CategoryCoding.Ordinal), Best: BestEpoch.Last, Optimizer: OptimizerKind.Rmsprop);
}

/// <summary>A network of the study.</summary>
/// <param name="Dataset">What it is trained on.</param>
/// <param name="Name">What tells it from the data set's principal network; empty for that.</param>
/// <param name="Hidden">Units of the hidden layers on adult.</param>
/// <param name="Expansion">How many times a block widens its 64 units on images.</param>
/// <param name="Momentum">Of gradient descent on images; the paper names none.</param>
internal sealed record HardyNetwork(string Dataset, string Name, IReadOnlyList<int> Hidden, int Expansion = HardyOptions.Expansion, float Momentum = 0.9f)
{
    /// <summary>784-64, twice 64-256-64, 1; with the customary momentum, which comes nearest to the paper's accuracy and susceptibility.</summary>
    internal static HardyNetwork Image { get; } = new(Hardy2022Study.Images, "", []);

    /// <summary>The same without momentum: the text to the letter.</summary>
    internal static HardyNetwork ImageWithoutMomentum { get; } = Image with { Name = "momentum 0", Momentum = 0 };

    /// <summary>13-18-9-3, as CARLA's code has it.</summary>
    internal static HardyNetwork Adult { get; } = new(Hardy2022Study.Adult, "", [18, 9, 3]);

    /// <summary>13-9-3, as the paper's text has it: hidden layers of 13, 9 and 3 units.</summary>
    internal static HardyNetwork AdultOfTheText { get; } = new(Hardy2022Study.Adult, "13-9-3", [13, 9, 3]);

    /// <summary>The model's name in the tables.</summary>
    internal string Model(bool adversarial) => string.Join(", ", new[] { adversarial ? "adversarial" : "natural", Name }.Where(n => n.Length > 0));
}
