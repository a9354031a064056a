using System.Text.Json;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="Rbr"/>.</summary>
/// <param name="Samples">Synthetic rows around the boundary point; 1 to 1,000,000.</param>
/// <param name="Radius">The radius of their ball, as a share of the longest distance between two training rows; more than 0.</param>
/// <param name="DeltaPlus">δ₊: how much farther than the boundary point recourse may lie, in L1; 0 or more.</param>
/// <param name="Sigma">σ, the bandwidth of each sample's Gaussian; more than 0.</param>
/// <param name="EpsilonOptimistic">ε₁, the radius of the ambiguity set around each sample of the outcome to be left; 0 or more.</param>
/// <param name="EpsilonPessimistic">ε₂, the same around each sample of the desired outcome; 0 or more.</param>
/// <param name="Neighbours">Training rows with the desired outcome, nearest first, towards which the boundary is looked for; 1 to 100,000.</param>
/// <param name="LinePoints">Points tried on the way to each; 2 to 10,000.</param>
/// <param name="Rows">Training rows kept at most; 2 to 1,000,000.</param>
/// <param name="MaxSteps">Projected gradient steps; 1 or more.</param>
/// <param name="LearningRate">The size of the first, as a share of the gradient, encoded units; more than 0.</param>
public sealed record RbrOptions(
    int Samples = 200,
    double Radius = 0.2,
    double DeltaPlus = 0.2,
    double Sigma = 1,
    double EpsilonOptimistic = 0.5,
    double EpsilonPessimistic = 0.5,
    int Neighbours = 1000,
    int LinePoints = 100,
    int Rows = 10_000,
    int MaxSteps = 500,
    double LearningRate = 0.0316)
{
    /// <summary>Without ambiguity: the Bayesian recourse of the paper's section 2, a ratio of kernel densities.</summary>
    public static RbrOptions Plain { get; } = new(EpsilonOptimistic: 0, EpsilonPessimistic: 0);

    internal IEnumerable<string> Problems()
    {
        if (Samples is < 1 or > 1_000_000) yield return Invariant($"samples is {Samples}; must be 1 to 1000000.");
        if (!(Radius > 0 && double.IsFinite(Radius))) yield return Invariant($"radius is {Radius}; must be more than 0 and finite.");
        if (!(DeltaPlus >= 0 && double.IsFinite(DeltaPlus))) yield return Invariant($"delta-plus is {DeltaPlus}; must be at least 0 and finite.");
        if (!(Sigma > 0 && double.IsFinite(Sigma))) yield return Invariant($"sigma is {Sigma}; must be more than 0 and finite.");
        if (!(EpsilonOptimistic >= 0 && double.IsFinite(EpsilonOptimistic))) yield return Invariant($"epsilon-optimistic is {EpsilonOptimistic}; must be at least 0 and finite.");
        if (!(EpsilonPessimistic >= 0 && double.IsFinite(EpsilonPessimistic))) yield return Invariant($"epsilon-pessimistic is {EpsilonPessimistic}; must be at least 0 and finite.");
        if (Neighbours is < 1 or > 100_000) yield return Invariant($"neighbours is {Neighbours}; must be 1 to 100000.");
        if (LinePoints is < 2 or > 10_000) yield return Invariant($"line-points is {LinePoints}; must be 2 to 10000.");
        if (Rows is < 2 or > 1_000_000) yield return Invariant($"rows is {Rows}; must be 2 to 1000000.");
        if (MaxSteps < 1) yield return Invariant($"max-steps is {MaxSteps}; must be at least 1.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
    }
}

/// <summary>
/// Robust Bayesian recourse, RBR (Nguyen, Bui, Nguyen, Yue and Nguyen 2022): min over x' with ‖x' - x‖₁ ≤ ‖x_b - x‖₁ + δ₊ of the worst log posterior odds
/// max over Q₀, Q₁ of log Q₀(x') - log Q₁(x') of the outcome to be left against the desired one. Q is a mixture of a Gaussian for each synthetic row that the model gives
/// that outcome; each Gaussian is any within ε of N(row, σ² I) by the Gelbrich distance, and nowhere narrower.
/// </summary>
/// <remarks>
/// x_b, the boundary point, is the L1-nearest of the equally spaced points on the ways to training rows at which the model's outcome turns. Synthetic rows are uniform in a ball around it.
/// The inner maxima are solved exactly (<see cref="AmbiguousGaussian"/>): they depend on a row only through its distance.
/// Where we differ from the public code: training rows are brought into Δ first, only columns that the person may change are sampled and counted as dimensions, and every step stays in Δ;
/// the descent goes on where it touches the ball, its steps grow while they lower the odds and shrink where they do not; the spread ε₂ may go into any axis as the paper has it, where the code bounds it by ε₂/√p;
/// ε is 0.5 by default, where the code's 0 leaves a plain ratio of densities. A black box is asked about the whole row nearest to each point.
/// </remarks>
public sealed class Rbr : ILearningMethod
{
    private readonly RbrOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Rbr(RbrOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'rbr': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "rbr", "Recourse of the best worst-case posterior odds near the boundary",
        "Nguyen, Bui, Nguyen, Yue, Nguyen: Robust Bayesian Recourse. UAI 2022",
        Needs.TrainingRows, MaxAnswers: 1,
        "When most changeable features are categories: its densities are of points between them.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        var examples = Examples.Of(task, options.Rows, rng, cancel);
        return Finder(task, examples, cancel);
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => Finder(task, Examples.Read(task, learnt), CancellationToken.None);

    private RecourseFinder Finder(RecourseTask task, Examples examples, CancellationToken cancel) =>
        new(About, JsonSerializer.Serialize(options, OptionsJson.Default.RbrOptions), task, new RbrSearch(examples, options, task.Execution, cancel));
}
