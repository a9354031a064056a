using System.Text.Json;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Where recourse is taken inexactly.</summary>
public enum ProbeNoise
{
    /// <summary>Every encoded column, as the paper has it.</summary>
    All,

    /// <summary>The numbers that the person can change.</summary>
    Numbers,
}

/// <summary>How the invalidation rate of a point is told before it is an answer; the descent follows the first-order rate whichever it is.</summary>
public enum RateCheck
{
    /// <summary>1 - Φ(m / (σ‖∇g‖)).</summary>
    FirstOrder,

    /// <summary>The share of random draws that are not valid, asked where the first-order rate is at the target.</summary>
    MonteCarlo,
}

/// <summary>Options of <see cref="Probe"/>.</summary>
/// <param name="Target">r, the invalidation rate wanted; more than 0 to 0.5.</param>
/// <param name="Slack">How far above r the rate of an answer may be; 0 to 0.5.</param>
/// <param name="Variance">σ² of the noise, encoded units; more than 0.</param>
/// <param name="Noise">The columns with noise.</param>
/// <param name="Check">How a rate is told.</param>
/// <param name="Samples">Draws for each Monte Carlo rate; 1 to 1,000,000.</param>
/// <param name="Weight">What R is multiplied by; 0 or more.</param>
/// <param name="Lambda">λ, the weight of ‖x' - x‖₁ in the first round; finite.</param>
/// <param name="LambdaDecrease">What λ loses from round to round; 0 or more. A λ below 0 rewards distance.</param>
/// <param name="Rounds">Rounds, each from where the one before ended; 1 to 1,000.</param>
/// <param name="MaxSteps">Steps a round; 1 to 1,000,000.</param>
/// <param name="LearningRate">AMSGrad's step size in encoded units; more than 0.</param>
/// <param name="EachStep">True to look for the target at every step, false at the end of each round only.</param>
/// <param name="Curvature">True for the whole gradient of the rate, false to take ‖∇g‖ for constant, as it is between the kinks of a piecewise linear network.</param>
public sealed record ProbeOptions(
    double Target = 0.05,
    double Slack = 0,
    double Variance = 0.01,
    ProbeNoise Noise = ProbeNoise.All,
    RateCheck Check = RateCheck.FirstOrder,
    int Samples = 1000,
    double Weight = 3,
    double Lambda = 0.01,
    double LambdaDecrease = 0.005,
    int Rounds = 3,
    int MaxSteps = 500,
    double LearningRate = 0.01,
    bool EachStep = true,
    bool Curvature = false)
{
    /// <summary>The published code with the target of Garg et al. (2025, table 8): nothing is looked at before a round of 1,000 steps is over, and from the second round on distance is rewarded. Unlike there, Δ holds.</summary>
    public static ProbeOptions Published { get; } =
        new(Slack: 0.005, Check: RateCheck.MonteCarlo, Samples: 10_000, LambdaDecrease: 0.1, Rounds: 9, MaxSteps: 1000, LearningRate: 0.001, EachStep: false, Curvature: true);

    /// <summary>The same as its authors ran it for a target of 0.30: rounds of 200 steps.</summary>
    public static ProbeOptions Carla { get; } = Published with { Target = 0.3, Slack = 0.01, Rounds = 45, MaxSteps = 200 };

    internal IEnumerable<string> Problems()
    {
        if (!(Target is > 0 and <= 0.5)) yield return Invariant($"target is {Target}; must be more than 0 and at most 0.5.");
        if (!(Slack is >= 0 and <= 0.5)) yield return Invariant($"slack is {Slack}; must be 0 to 0.5.");
        if (!(Variance > 0 && double.IsFinite(Variance))) yield return Invariant($"variance is {Variance}; must be more than 0 and finite.");
        if (!Enum.IsDefined(Noise)) yield return Invariant($"noise is {(int)Noise}; must be all or numbers.");
        if (!Enum.IsDefined(Check)) yield return Invariant($"check is {(int)Check}; must be first-order or monte-carlo.");
        if (Samples is < 1 or > 1_000_000) yield return Invariant($"samples is {Samples}; must be 1 to 1000000.");
        if (!(Weight >= 0 && double.IsFinite(Weight))) yield return Invariant($"weight is {Weight}; must be at least 0 and finite.");
        if (!double.IsFinite(Lambda)) yield return Invariant($"lambda is {Lambda}; must be finite.");
        if (!(LambdaDecrease >= 0 && double.IsFinite(LambdaDecrease))) yield return Invariant($"lambda-decrease is {LambdaDecrease}; must be at least 0 and finite.");
        if (Rounds is < 1 or > 1000) yield return Invariant($"rounds is {Rounds}; must be 1 to 1000.");
        if (MaxSteps is < 1 or > 1_000_000) yield return Invariant($"max-steps is {MaxSteps}; must be 1 to 1000000.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
    }
}

/// <summary>
/// PROBE (Pawelczyk, Datta, van den Heuvel, Kasneci and Lakkaraju 2023, equation 4): min over x' in x + Δ of R(x'; σ²I) + ℓ(g(x'), 1) + λ ‖x' - x‖₁, with
/// R = max(0, Δ̃(x') - r) and Δ̃(x') = 1 - Φ(g(x') / (σ‖∇g(x')‖)) the first-order rate at which noise of N(0, σ²I) undoes the recourse; ℓ = -log p.
/// </summary>
/// <remarks>
/// Where we differ from the published code: Δ holds at every step and the rate is that of the row as shown, whole categories and steps included; the first step at
/// the target ends the search, where the code runs all steps of a round first; λ falls to 0 and not below unless told so; a search ends by steps, not by the clock.
/// Once categories are whole, numbers go on alone where that left
/// the target; how ‖∇g‖ changes is left out unless asked for, since it brought answers no nearer where it was measured. Where no row at the target is met, the one of the lowest rate is given, and its answer has a note that says so.
/// </remarks>
public sealed class Probe : IRecourseMethod
{
    private readonly ProbeOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Probe(ProbeOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'probe': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "probe", "Descent until recourse that is taken inexactly holds with a given probability",
        "Pawelczyk, Datta, van den Heuvel, Kasneci, Lakkaraju: Probabilistically Robust Recourse: Navigating the Trade-offs between Costs and Robustness in Algorithmic Recourse. ICLR 2023",
        Needs.Gradients, MaxAnswers: 1,
        "When people do exactly what they are told: gradient asks them for less.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.ProbeOptions), task, new Descent(options));

    private sealed class Descent(ProbeOptions options) : ISearch
    {
        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            using var scope = TensorScope.Open();
            new ProbeRun(chunk, options).Find(cancel);
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            using var scope = TensorScope.Open();
            HighestSearch.Offer(chunk, cancel);
            new ProbeRun(chunk, options).NoteHighest();
        }
    }
}
