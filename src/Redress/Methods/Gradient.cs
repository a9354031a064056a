using System.Text.Json;
using Redress.Actions;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>ℓ(g(x + δ), 1), the loss that pulls towards the desired outcome; p is the probability of it.</summary>
public enum GradientLoss
{
    /// <summary>-log p.</summary>
    CrossEntropy,

    /// <summary>(p - 1)², as alibi has it.</summary>
    SquaredProbability,
}

/// <summary>The distance that keeps δ small, in encoded units.</summary>
public enum GradientDistance
{
    /// <summary>‖δ‖₂².</summary>
    SquaredL2,

    /// <summary>‖δ‖₁.</summary>
    L1,
}

/// <summary>Options of <see cref="Gradient"/>.</summary>
/// <param name="Loss">ℓ.</param>
/// <param name="Distance">The distance.</param>
/// <param name="Lambda">λ', the weight of the distance the search begins with (λ₀); 0 or more.</param>
/// <param name="SearchLambda">True to search λ': a sweep of λ₀/10ⁱ, then bisection; the nearest valid point of all is kept.</param>
/// <param name="SweepSteps">Steps for each of the ten λ' of the sweep; 1 or more.</param>
/// <param name="Bisections">λ' tried after the sweep at most; 0 to 64.</param>
/// <param name="MaxSteps">Steps for each λ' after the sweep (without a search of λ': in all); 1 or more.</param>
/// <param name="LearningRate">Adam's step size in encoded units; more than 0.</param>
/// <param name="AmsGrad">True for AMSGrad.</param>
/// <param name="StopAtFirst">True to stop at the first valid step.</param>
public sealed record GradientOptions(
    GradientLoss Loss = GradientLoss.CrossEntropy,
    GradientDistance Distance = GradientDistance.SquaredL2,
    double Lambda = 0.001,
    bool SearchLambda = true,
    int SweepSteps = 20,
    int Bisections = 10,
    int MaxSteps = 100,
    double LearningRate = 0.05,
    bool AmsGrad = false,
    bool StopAtFirst = false)
{
    /// <summary>The settings of CARLA's Wachter: -log p + 0.01 L1, AMSGrad 0.01, stops at the first valid step. Unlike there, constraints hold.</summary>
    public static GradientOptions Carla { get; } =
        new(Distance: GradientDistance.L1, Lambda: 0.01, SearchLambda: false, MaxSteps: 1000, LearningRate: 0.01, AmsGrad: true, StopAtFirst: true);

    internal IEnumerable<string> Problems()
    {
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (SearchLambda && Lambda == 0) yield return "lambda is 0 and search-lambda is true; a search needs lambda more than 0.";
        if (SweepSteps < 1) yield return Invariant($"sweep-steps is {SweepSteps}; must be at least 1.");
        if (Bisections is < 0 or > 64) yield return Invariant($"bisections is {Bisections}; must be 0 to 64.");
        if (MaxSteps < 1) yield return Invariant($"max-steps is {MaxSteps}; must be at least 1.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
        if (!Enum.IsDefined(Loss)) yield return Invariant($"loss is {(int)Loss}; must be cross-entropy or squared-probability.");
        if (!Enum.IsDefined(Distance)) yield return Invariant($"distance is {(int)Distance}; must be squared-l2 or l1.");
    }
}

/// <summary>
/// Gradient descent on δ (Wachter, Mittelstadt and Russell 2017): min over δ in Δ of ℓ(g(x + δ), 1) + λ'·distance(δ), by Adam, δ projected onto Δ after
/// every step. λ' is searched as alibi does: a sweep of ten λ₀/10ⁱ, then up to ten bisections (tenfold steps while no λ' has failed or none has succeeded).
/// </summary>
/// <remarks>Where we differ: Δ is obeyed at every step (the published codes clamp to the data's range or not at all), and the nearest valid point of
/// the whole search is kept. A relaxed point counts as valid 10⁻⁴ beyond θ, since it is rounded and encoded again before it is shown.</remarks>
public sealed class Gradient : IRecourseMethod
{
    private readonly GradientOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Gradient(GradientOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'gradient': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "gradient", "Gradient descent on the action, nearest valid point kept",
        "Wachter, Mittelstadt, Russell: Counterfactual Explanations without Opening the Black Box. Harvard JOLT 31(2), 2018; λ' searched as in alibi",
        Needs.Gradients, MaxAnswers: 1,
        "When most changeable features are categories or a few whole steps: actionable-recourse searches those exactly.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.GradientOptions), task, new Descent(options));

    private sealed class Descent(GradientOptions options) : ISearch
    {
        private const int SweepLambdas = 10;

        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            var run = new GradientRun(chunk, options);
            if (options.SearchLambda) SearchLambda(chunk, run, cancel);
            else run.Descend([.. Enumerable.Repeat(options.Lambda, chunk.Rows)], options.MaxSteps, cancel);
            run.OfferNearest();
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            var run = new GradientRun(chunk, options);
            run.Ascend(options.MaxSteps, cancel);
            run.OfferHighest();
        }

        private void SearchLambda(SearchChunk chunk, GradientRun run, CancellationToken cancel)
        {
            var lambdas = new double[chunk.Rows];
            var (lower, upper) = (new double[chunk.Rows], new double[chunk.Rows]);
            Array.Fill(upper, double.PositiveInfinity);
            void Update(bool[] valid)
            {
                for (int i = 0; i < chunk.Rows; i++)
                    if (valid[i]) lower[i] = Math.Max(lower[i], lambdas[i]);
                    else upper[i] = Math.Min(upper[i], lambdas[i]);
            }
            for (int k = 0; k < SweepLambdas; k++)
            {
                Array.Fill(lambdas, options.Lambda / Math.Pow(10, k));
                bool[] valid = run.Descend(lambdas, options.SweepSteps, cancel);
                // A larger λ' can fail for want of steps where a smaller one succeeds: the upper bound is the smallest failure above the best success.
                for (int i = 0; i < chunk.Rows; i++)
                    if (valid[i]) lower[i] = Math.Max(lower[i], lambdas[i]);
                    else if (lower[i] == 0) upper[i] = Math.Min(upper[i], lambdas[i]);
            }
            // Where every λ' of the sweep failed, its steps were too few to say anything of λ'.
            for (int i = 0; i < chunk.Rows; i++)
                if (lower[i] == 0) upper[i] = double.PositiveInfinity;
            for (int k = 0; k < options.Bisections; k++)
            {
                for (int i = 0; i < chunk.Rows; i++) lambdas[i] = Between(lower[i], upper[i]);
                Update(run.Descend(lambdas, options.MaxSteps, cancel));
            }
        }

        /// <summary>The λ' to try between the largest that succeeded (0: none) and the smallest that failed (∞: none).</summary>
        private double Between(double lower, double upper) => (lower, upper) switch
        {
            (0, double.PositiveInfinity) => options.Lambda,
            (0, _) => upper / 10,
            (_, double.PositiveInfinity) => 10 * lower,
            _ => (lower + upper) / 2,
        };
    }
}
