using Redress.Attacks;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Tensors.Layers;
using Redress.Tensors.Optimizers;
using Redress.Training;

namespace Redress.Studies.Krishna2023;

/// <summary>Everything that the paper leaves open and that a figure of this study hangs on, in one place.</summary>
/// <param name="Epsilons">ε of the trainings, ascending from 0, the plain model; section 4.1.</param>
/// <param name="Seeds">Independent repeats: start of the weights, order of the rows, split where none is published, people asked for.</param>
/// <param name="People">Test rows a seed, drawn at random; those that a model rejects ask for recourse.</param>
/// <param name="TrainingSteps">Gradient steps of every training, whatever the size of the data set.</param>
/// <param name="AutoencoderEpochs">Passes of the autoencoder over the training rows.</param>
/// <param name="Neighbours">Training rows around one person in figure 4's neighbourhood.</param>
internal sealed record KrishnaChoices(IReadOnlyList<double> Epsilons, int Seeds, int People, int TrainingSteps, int AutoencoderEpochs, int Neighbours)
{
    /// <summary>The full study.</summary>
    internal static KrishnaChoices Full { get; } = new([0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3], Seeds: 10, People: 300, TrainingSteps: 4000, AutoencoderEpochs: 10, Neighbours: 600);

    /// <summary>The short form.</summary>
    internal static KrishnaChoices Quick { get; } = new([0, 0.05, 0.15, 0.25, 0.3], Seeds: 2, People: 150, TrainingSteps: 1500, AutoencoderEpochs: 3, Neighbours: 200);

    /// <summary>λ of equation 2, where it is searched for: where it begins.</summary>
    internal const double Lambda = 0.01;

    /// <summary>The λ at which theorem 1's limits are counted: the study's own, and one at which distance weighs as much as the score.</summary>
    internal static readonly double[] BoundLambdas = [Lambda, 1];

    /// <summary>How far beyond θ the target lies (logits) in the search that returns valid answers; the paper's own s = logit θ has 0.</summary>
    internal const double Margin = 0.05;

    /// <summary>Steps of score matching, the last of which are its budget; the others for validity against budget.</summary>
    internal static readonly int[] StepBudgets = [3, 10, 30, 100, 300];

    /// <summary>The same in model calls, of growing spheres and C-CHVAE.</summary>
    internal static readonly int[] CallBudgets = [50, 100, 200, 500, 1000, 2000];

    /// <summary>ε of the attacks that figure 7 judges all models by.</summary>
    internal static readonly double[] JudgedEpsilons = [0.02, 0.1, 0.3];

    /// <summary>The attack in training and in judging: seven steps of 2.5 ε / 7, from a random point of the ball.</summary>
    internal static readonly PgdOptions Attack = new(Steps: 7);

    /// <summary>Laugel's search as the catalogue has it, with 100 samples a layer; the budget ends it.</summary>
    internal static readonly GrowingSpheresOptions Growing = new(Samples: 100);

    /// <summary>CARLA's shells of 0.1 with 100 samples each, by L2; the budget ends it.</summary>
    internal static readonly CchvaeOptions Latent = new(LatentSearch.FixedStep, Samples: 100, LatentNorm.L2, Step: 0.1, MaxRadius: 20);

    /// <summary>Rows a training step.</summary>
    internal const int BatchSize = 128;

    /// <summary>η of the logistic regression, plain gradient descent, so that lemma 1 speaks of it.</summary>
    internal const float LogisticRate = 0.5f;

    /// <summary>Adam's step for the network.</summary>
    internal const float NetworkRate = 0.01f;

    /// <summary>Fewer people rejected under both models than this give no mean.</summary>
    internal const int FewestPeople = 5;

    /// <summary>Section 4.1: "two linear layers with sigmoid", the hidden one of twice the inputs; the last weights are kept, and θ is a half.</summary>
    /// <param name="network">True for the network, false for the logistic regression.</param>
    /// <param name="scaling">The inputs' units.</param>
    /// <param name="columns">d.</param>
    /// <param name="rows">Training rows.</param>
    internal TrainingSettings Training(bool network, NumberScaling scaling, int columns, int rows) => new(
        network ? [2 * columns] : [], Activation.Sigmoid, Dropout: 0, LearningRate: network ? NetworkRate : LogisticRate, BatchSize: BatchSize, Epochs: Epochs(rows),
        ClassWeights: false, Threshold: new(0.5), Encoding: new(scaling), Best: BestEpoch.Last, Optimizer: network ? OptimizerKind.Adam : OptimizerKind.Sgd);

    /// <summary>An autoencoder of half as many codes as columns, in the models' units; numbers from 0 to 1 come out of a sigmoid, as CARLA has them.</summary>
    internal AutoencoderOptions Autoencoder(NumberScaling scaling, int columns) =>
        new(Latent: (columns + 1) / 2, Epochs: AutoencoderEpochs, Numbers: scaling == NumberScaling.MinMax ? NumberLikelihood.Bernoulli : NumberLikelihood.Gaussian);

    /// <summary>Passes over so many rows that make <see cref="TrainingSteps"/>, rounded up.</summary>
    internal int Epochs(int rows)
    {
        int steps = (rows + BatchSize - 1) / BatchSize;
        return (TrainingSteps + steps - 1) / steps;
    }

    /// <summary>Equation 2, d the squared L2 distance: with λ lowered and a margin until the answer is valid, or, as written, the minimum at one λ with s = logit θ.</summary>
    internal static ScoreMatchingOptions Matching(bool asWritten) => asWritten
        ? new(Margin: 0, Lambda: Lambda, SearchLambda: false, MaxSteps: StepBudgets[^1])
        : new(Margin: Margin, Lambda: Lambda, SearchLambda: true, MaxSteps: StepBudgets[^1]);
}
