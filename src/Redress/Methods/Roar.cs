using System.Text.Json;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="Roar"/>.</summary>
/// <param name="Surrogate">Where the line comes from if the model is not linear.</param>
/// <param name="LimeSamples">Rows scored for a person's LIME line; 10 to 1,000,000.</param>
/// <param name="DeltaMax">δ_max, how far weights and intercept may shift together; 0 or more.</param>
/// <param name="Norm">The norm of the shift.</param>
/// <param name="UnitWeights">True to scale the line to ‖w‖₂ = 1 first, so that δ_max is a share of its steepness.</param>
/// <param name="Distance">The size of the action, in encoded units.</param>
/// <param name="Lambda">λ, its weight; 0 or more.</param>
/// <param name="SearchLambda">True to halve λ, up to ten times, while the worst shift undoes the answer.</param>
/// <param name="Refreshes">How often the line is fitted again where the search came to, if the model itself and a shift of δ_max there are not met; 0 to 1000. 0 never asks the model.</param>
/// <param name="MaxSteps">Proximal steps for each line and λ; 1 or more.</param>
/// <param name="Tolerance">A step that lowers the objective by this share of it or less is the last; 0 to less than 1.</param>
public sealed record RoarOptions(
    Surrogate Surrogate = Surrogate.Auto,
    int LimeSamples = 1000,
    double DeltaMax = 0.1,
    ShiftNorm Norm = ShiftNorm.LInfinity,
    bool UnitWeights = false,
    GradientDistance Distance = GradientDistance.L1,
    double Lambda = 0.1,
    bool SearchLambda = true,
    int Refreshes = 10,
    int MaxSteps = 200,
    double Tolerance = 1e-6)
{
    /// <summary>ROAR-LIME as published: one LIME line, never asked again whether it holds.</summary>
    public static RoarOptions Lime { get; } = new(Surrogate.Lime, Refreshes: 0);

    /// <summary>As RBR's authors run it: one LIME line of unit steepness, bounded in L2.</summary>
    public static RoarOptions Unit { get; } = new(Surrogate.Lime, Norm: ShiftNorm.L2, UnitWeights: true, Refreshes: 0);

    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Surrogate)) yield return Invariant($"surrogate is {(int)Surrogate}; must be auto, gradient or lime.");
        if (LimeSamples is < 10 or > 1_000_000) yield return Invariant($"lime-samples is {LimeSamples}; must be 10 to 1000000.");
        if (!(DeltaMax >= 0 && double.IsFinite(DeltaMax))) yield return Invariant($"delta-max is {DeltaMax}; must be at least 0 and finite.");
        if (!Enum.IsDefined(Norm)) yield return Invariant($"norm is {(int)Norm}; must be l-infinity, l2 or l1.");
        if (!Enum.IsDefined(Distance)) yield return Invariant($"distance is {(int)Distance}; must be squared-l2 or l1.");
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (Refreshes is < 0 or > 1000) yield return Invariant($"refreshes is {Refreshes}; must be 0 to 1000.");
        if (MaxSteps < 1) yield return Invariant($"max-steps is {MaxSteps}; must be at least 1.");
        if (Tolerance is not (>= 0 and < 1)) yield return Invariant($"tolerance is {Tolerance}; must be 0 to less than 1.");
    }
}

/// <summary>
/// Robust algorithmic recourse, ROAR (Upadhyay, Joshi and Lakkaraju 2021, equation 3): min over x' in x + Δ of max over ‖(δ_w, δ_b)‖ ≤ δ_max of
/// -log σ((w + δ_w)ᵀx' + b + δ_b - θ) + λ d(x, x'), where wᵀx + b is a line that stands in for the model near the person.
/// </summary>
/// <remarks>
/// The inner maximum has a closed form (<see cref="ModelShift"/>), so what is left is convex but for Δ's categories: proximal steps, backtracking, down to its minimum.
/// Line and loss are in log-odds. The paper's line for models that are not linear is LIME's of the probability; a tangent is exact at the person, costs one gradient, and is the default.
/// The paper never asks whether the model agrees; with refreshes the line is fitted again where the search came to, until the model's own score there outlasts the shift.
/// CARLA's published code regresses probabilities on standardised columns, applies the weights to others, stops after two steps, and has no threshold: nothing of that is here.
/// Whether a found row is valid is judged by the model, as for every method; that it outlasts every shift is promised of the line only.
/// </remarks>
public sealed class Roar : IRecourseMethod
{
    private readonly RoarOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Roar(RoarOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'roar': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "roar", "Recourse that outlasts the worst bounded shift of a local line",
        "Upadhyay, Joshi, Lakkaraju: Towards Robust and Reliable Algorithmic Recourse. NeurIPS 2021",
        Needs.None, MaxAnswers: 1,
        "When nothing will be retrained: gradient asks people for less.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Surrogate == Surrogate.Gradient && task.Model is not IDifferentiableClassifier)
            throw new OptionsException("Options of 'roar': surrogate is gradient, and the model gives scores only; use lime.");
        return new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.RoarOptions), task, new RoarSearch(options));
    }
}
