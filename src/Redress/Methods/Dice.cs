using System.Text.Json;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>How <see cref="Dice"/> looks for answers.</summary>
public enum DiceSearch
{
    /// <summary>By gradients where the model has them, else by random draws.</summary>
    Auto,

    /// <summary>Adam on all answers of a person together.</summary>
    Gradient,

    /// <summary>Random values for random features, one more feature from round to round; works on any model.</summary>
    Random,
}

/// <summary>Where the answers of a person begin.</summary>
public enum DiceStart
{
    /// <summary>The n-th answer, from 0, at the person's own row and n/100 more in every column.</summary>
    Near,

    /// <summary>Anywhere in the training range, as far as the person may go.</summary>
    Random,
}

/// <summary>Options of <see cref="Dice"/>.</summary>
/// <param name="Search">How answers are looked for.</param>
/// <param name="ProximityWeight">λ₁, the weight of the mean distance from the person; 0 or more.</param>
/// <param name="DiversityWeight">λ₂, the weight of det K; 0 or more. 0 makes the answers independent of each other.</param>
/// <param name="Start">Where answers begin.</param>
/// <param name="LearningRate">Adam's step size in encoded units; more than 0.</param>
/// <param name="MinSteps">Steps taken whatever happens; 1 or more.</param>
/// <param name="MaxSteps">Steps at most; <paramref name="MinSteps"/> or more.</param>
/// <param name="Tolerance">A step that changes the loss by no more is the last, once all answers are valid; 0 or more.</param>
/// <param name="Sparsity">Numbers that an answer changes by no more than this quantile of the training values' distances from their median, nor by more than their MAD, are taken back while it stays valid; 0 (none) to 1.</param>
/// <param name="Samples">Rows drawn a round of the random search; 1 to 100,000.</param>
public sealed record DiceOptions(
    DiceSearch Search = DiceSearch.Auto,
    double ProximityWeight = 0.5,
    double DiversityWeight = 1,
    DiceStart Start = DiceStart.Near,
    double LearningRate = 0.05,
    int MinSteps = 500,
    int MaxSteps = 5000,
    double Tolerance = 1e-5,
    double Sparsity = 0.1,
    int Samples = 1000)
{
    /// <summary>As CARLA calls it: the random search, whose answers CARLA reads before they are made sparse.</summary>
    public static DiceOptions Carla { get; } = new(DiceSearch.Random, Sparsity: 0);

    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Search)) yield return Invariant($"search is {(int)Search}; must be auto, gradient or random.");
        if (!(ProximityWeight >= 0 && double.IsFinite(ProximityWeight))) yield return Invariant($"proximity-weight is {ProximityWeight}; must be at least 0 and finite.");
        if (!(DiversityWeight >= 0 && double.IsFinite(DiversityWeight))) yield return Invariant($"diversity-weight is {DiversityWeight}; must be at least 0 and finite.");
        if (!Enum.IsDefined(Start)) yield return Invariant($"start is {(int)Start}; must be near or random.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
        if (MinSteps < 1) yield return Invariant($"min-steps is {MinSteps}; must be at least 1.");
        if (MaxSteps < MinSteps) yield return Invariant($"max-steps is {MaxSteps}; must be at least min-steps, {MinSteps}.");
        if (!(Tolerance >= 0 && double.IsFinite(Tolerance))) yield return Invariant($"tolerance is {Tolerance}; must be at least 0 and finite.");
        if (!(Sparsity is >= 0 and <= 1)) yield return Invariant($"sparsity is {Sparsity}; must be 0 to 1.");
        if (Samples is < 1 or > 100_000) yield return Invariant($"samples is {Samples}; must be 1 to 100000.");
    }
}

/// <summary>
/// DiCE (Mothilal, Sharma and Tan 2020, equation 4): min over c₁ ... c_k in x + Δ of (1/k) Σ hinge(g(cᵢ)) + (λ₁/k) Σ dist(cᵢ, x) - λ₂ det K,
/// K_ij = 1/(1 + dist(cᵢ, cⱼ)) + 10⁻⁴ [i = j], hinge(g) = max(0, 1 - (g - θ)), dist the L1 distance in MADs of each number (the gradient search divides the one from the person by the columns); k answers at once. Then numbers that hardly changed are taken back.
/// </summary>
/// <remarks>
/// Where we differ from the published code: Δ holds at every step, so no penalty keeps the columns of a category a share of each; of all steps the set of the most
/// valid answers and then of the lowest loss is kept; categories are made whole, after which numbers go on alone where an answer is no longer valid; taking back tries
/// the person's own value first and then halves the way, where the code goes by the smallest unit, a model call each.
/// </remarks>
public sealed class Dice : IRecourseMethod
{
    private readonly DiceOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Dice(DiceOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'dice': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "dice", "Several answers at once, valid, near and unlike each other",
        "Mothilal, Sharma, Tan: Explaining Machine Learning Classifiers through Diverse Counterfactual Explanations. FAT* 2020",
        Needs.None, MaxAnswers: 10,
        "When one answer is asked for: gradient goes nearer.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Search == DiceSearch.Gradient && task.Model is not IDifferentiableClassifier)
            throw new OptionsException("Options of 'dice': search is gradient, and the model gives scores only; use random.");
        return new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.DiceOptions), task, new Diverse(options));
    }

    private sealed class Diverse(DiceOptions options) : ISearch
    {
        public bool AnswersShareFeatures => true;

        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            using var scope = TensorScope.Open();
            var scales = new DiceScales(chunk.Task.Statistics, chunk.Task.Encoding);
            var answers = new DiceAnswers(chunk, scales, options.Sparsity);
            if (options.Search != DiceSearch.Random && chunk.Model is IDifferentiableClassifier) new DiceRun(chunk, options, scales).Find(answers, cancel);
            else new DiceDraws(chunk, options.Samples).Find(answers, cancel);
            answers.TakeBack(cancel);
            answers.Offer();
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => HighestSearch.Offer(chunk, cancel);
    }
}
