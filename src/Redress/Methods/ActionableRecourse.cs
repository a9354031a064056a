using System.Text.Json;
using Redress.Actions;
using Redress.Costs;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Where the weights come from if the model is not linear.</summary>
public enum Surrogate
{
    /// <summary>The gradient where the model has one, else LIME.</summary>
    Auto,

    /// <summary>∇g(x): the Taylor expansion of Ross, Lakkaraju and Bastani (2021), section 3.2.</summary>
    Gradient,

    /// <summary>A local regression on scores (LIME); works on any model.</summary>
    Lime,
}

/// <summary>Options of <see cref="ActionableRecourse"/>.</summary>
/// <param name="Surrogate">Where the weights come from if the model is not linear; a linear model's own weights are always used.</param>
/// <param name="LimeSamples">Rows scored for a person's LIME weights; 10 to 1,000,000.</param>
/// <param name="FlipSets">Flip sets tried on a model that is not linear, cheapest first, until enough are valid; 1 to 10,000.</param>
/// <param name="GridSize">Values tried of a feature that has more; 2 to 100,000.</param>
public sealed record ActionableRecourseOptions(Surrogate Surrogate = Surrogate.Auto, int LimeSamples = 1000, int FlipSets = 20, int GridSize = 100)
{
    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Surrogate)) yield return Invariant($"surrogate is {(int)Surrogate}; must be auto, gradient or lime.");
        if (LimeSamples is < 10 or > 1_000_000) yield return Invariant($"lime-samples is {LimeSamples}; must be 10 to 1000000.");
        if (FlipSets is < 1 or > 10_000) yield return Invariant($"flip-sets is {FlipSets}; must be 1 to 10000.");
        if (GridSize is < 2 or > 100_000) yield return Invariant($"grid-size is {GridSize}; must be 2 to 100000.");
    }
}

/// <summary>
/// The integer programme of Ustun, Spangher and Liu (2019): one action a feature from a grid of attainable values, least cost, subject to wᵀδ reaching
/// θ - g(x); solved exactly by branch and bound. Exact for linear models; for others w is a local surrogate (Ross, Lakkaraju and Bastani 2021, section 3.2,
/// δ = A(x; θ - g(x), ∇g(x))), and each flip set is scored by the model itself before it is given.
/// </summary>
/// <remarks>
/// Infeasible is said only of a linear model, and only when proved: its largest logit over the relaxed Δ stays below θ, or the grid holds every
/// attainable value and is exhausted. Different answers change different sets of features.
/// </remarks>
public sealed class ActionableRecourse : IRecourseMethod
{
    private readonly ActionableRecourseOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public ActionableRecourse(ActionableRecourseOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'actionable-recourse': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "actionable-recourse", "Cheapest flip set on a grid of attainable values, by integer programming",
        "Ustun, Spangher, Liu: Actionable Recourse in Linear Classification. FAT* 2019; on other models as Ross, Lakkaraju, Bastani 2021",
        Needs.None, MaxAnswers: 100,
        "When the model bends strongly near the person: its linear stand-in misleads, and gradient follows the model itself.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        if (options.Surrogate == Surrogate.Gradient && task.Model is not IDifferentiableClassifier)
            throw new OptionsException("Options of 'actionable-recourse': surrogate is gradient, and the model gives scores only; use lime.");
        return new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.ActionableRecourseOptions), task, new FlipSetSearch(options));
    }
}
