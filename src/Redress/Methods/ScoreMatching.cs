using System.Text.Json;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="ScoreMatching"/>.</summary>
/// <param name="Score">s, the target score as a logit; null for θ and <paramref name="Margin"/> beyond it. Finite. For people asked to the other side of θ than it lies on, it is
/// reflected: s = 2θ - score.</param>
/// <param name="Margin">How far beyond θ the target lies where no score is given (logits); 0 or more.</param>
/// <param name="Distance">d, in encoded units.</param>
/// <param name="Lambda">λ, the weight of the distance; 0 or more.</param>
/// <param name="SearchLambda">True to divide λ by ten, up to ten times, where the search settles without having met a valid point.</param>
/// <param name="NumbersFirst">True to move numbers alone first, and named values only for who gets no valid point so: a share of a category means nothing once it is rounded.</param>
/// <param name="MaxSteps">Steps a person, for numbers alone and for all; 1 or more.</param>
/// <param name="Tolerance">A step that lowers the objective by this share of it or less is the last; 0 to less than 1, and 0 goes on until nothing lowers it.</param>
/// <param name="StopAtFirst">True to stop at the first valid step.</param>
public sealed record ScoreMatchingOptions(
    double? Score = null,
    double Margin = 0.05,
    GradientDistance Distance = GradientDistance.SquaredL2,
    double Lambda = 0.01,
    bool SearchLambda = true,
    bool NumbersFirst = true,
    int MaxSteps = 100,
    double Tolerance = 0.001,
    bool StopAtFirst = false)
{
    internal IEnumerable<string> Problems()
    {
        if (Score is { } score && !double.IsFinite(score)) yield return Invariant($"score is {score}; must be finite.");
        if (!(Margin >= 0 && double.IsFinite(Margin))) yield return Invariant($"margin is {Margin}; must be at least 0 and finite.");
        if (!Enum.IsDefined(Distance)) yield return Invariant($"distance is {(int)Distance}; must be squared-l2 or l1.");
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (SearchLambda && Lambda == 0) yield return "lambda is 0 and search-lambda is true; a search needs lambda more than 0.";
        if (MaxSteps < 1) yield return Invariant($"max-steps is {MaxSteps}; must be at least 1.");
        if (Tolerance is not (>= 0 and < 1)) yield return Invariant($"tolerance is {Tolerance}; must be 0 to less than 1.");
    }
}

/// <summary>
/// Score counterfactual explanations, SCFE (Krishna, Agarwal and Lakkaraju 2023, equation 2, after Wachter, Mittelstadt and Russell 2017):
/// min over δ in Δ of (h(x + δ) - s)² + λ d(δ), h the logit, s a target score, d = ‖δ‖₂² or ‖δ‖₁ in encoded units, by proximal gradient steps.
/// </summary>
/// <remarks>
/// Where h is linear and no limit in the way, δ = m w / (λ + ‖w‖²) with m = s - h(x) for ‖δ‖₂², and the first step is there (the paper's definition 1 prints another form,
/// which is wrong). The score it reaches falls short of s by m λ / (λ + ‖w‖²): with s = logit θ, as in the paper, no λ more than 0 gives a valid answer.
/// Hence the margin, and the smaller λ where it does not suffice. Where we differ: Δ holds at every step, and the nearest valid point met is kept rather than the last.
/// </remarks>
public sealed class ScoreMatching : IRecourseMethod
{
    /// <summary>Adam's step size in the ascent to the highest score, in encoded units.</summary>
    private const float AscentRate = 0.05f;

    private readonly ScoreMatchingOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public ScoreMatching(ScoreMatchingOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'score-matching': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "score-matching", "Squared distance of the score to a target, plus the size of the action (SCFE)",
        "Krishna, Agarwal, Lakkaraju: On the Impact of Adversarially Robust Models on Algorithmic Recourse. 2023, equation 2; after Wachter, Mittelstadt, Russell 2018",
        Needs.Gradients, MaxAnswers: 1,
        "When most changeable features are categories or a few whole steps: actionable-recourse searches those exactly.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.ScoreMatchingOptions), task, new Matching(options));

    private sealed class Matching(ScoreMatchingOptions options) : ISearch
    {
        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            var run = new ScoreMatchingRun(chunk, options);
            run.Descend(cancel);
            run.OfferNearest();
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            var descent = new LaneDescent(chunk);
            descent.Ascend(new ProjectedAdam(chunk.Encoded, AscentRate, amsGrad: false), options.MaxSteps, cancel);
            descent.OfferHighest();
        }
    }
}
