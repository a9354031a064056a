using System.Text.Json;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="VanillaCf"/>.</summary>
/// <param name="Lambda">λ, the weight of half the mean squared distance over the encoded columns; 0 or more.</param>
/// <param name="MaxSteps">Steps a person; 1 or more.</param>
/// <param name="LearningRate">RMSprop's step size α in encoded units; more than 0.</param>
/// <param name="Groups">How categories are kept a share of each while the search moves them.</param>
/// <param name="Finish">True to let numbers go on alone, up to as many steps again, where the row is no longer valid once its categories are whole.</param>
/// <param name="Noise">E: at every step the gradient is read beside the row, by a draw from [-E, E] on each encoded number; 0 to 1000, and 0 for none.</param>
public sealed record VanillaCfOptions(double Lambda = 0.01, int MaxSteps = 1000, double LearningRate = 0.003, GroupRule Groups = GroupRule.Simplex, bool Finish = true, double Noise = 0)
{
    /// <summary>As jax-relax has it: a softmax after every step, and categories made whole at the end whatever that does.</summary>
    public static VanillaCfOptions Relax { get; } = new(Groups: GroupRule.Softmax, Finish: false);

    /// <summary>VanillaCF-Random of Guo et al. (2023, appendix B.2), E = 0.1.</summary>
    public static VanillaCfOptions Random { get; } = new(Noise: 0.1);

    internal IEnumerable<string> Problems()
    {
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (MaxSteps < 1) yield return Invariant($"max-steps is {MaxSteps}; must be at least 1.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
        if (!Enum.IsDefined(Groups)) yield return Invariant($"groups is {(int)Groups}; must be simplex or softmax.");
        if (!(Noise is >= 0 and <= 1000)) yield return Invariant($"noise is {Noise}; must be 0 to 1000.");
    }
}

/// <summary>
/// VanillaCF, the plain baseline of Guo et al. (2023, section 4) and of jax-relax, after Wachter, Mittelstadt and Russell (2017): all steps of
/// RMSprop on -log p(x') + λ ½ mean (x' - x)², p the probability of the desired outcome, and where it ends is the answer.
/// </summary>
/// <remarks>
/// Unlike <see cref="Gradient"/>, which keeps the nearest valid point, it goes on beyond θ until its steps are spent: it costs more and survives more.
/// Where we differ from the published code: Δ holds at every step; the outcome aimed at is the desired one, not 1 - f(x); shares of categories are projected, since a
/// softmax of a softmax forgets the person's own; and the answer, there a mixture of categories, is made whole, after which numbers go on alone where it is no longer valid.
/// The paper says of VanillaCF-Random only that a small perturbation is added to the input: ours is a fresh draw at every step.
/// </remarks>
public sealed class VanillaCf : IRecourseMethod
{
    /// <summary>Adam's step size and steps in the ascent to the highest score.</summary>
    private const float AscentRate = 0.05f;
    private const int AscentSteps = 100;

    private readonly VanillaCfOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public VanillaCf(VanillaCfOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'vanilla-cf': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "vanilla-cf", "All steps of a gradient descent, its end given",
        "Wachter, Mittelstadt, Russell 2017, as the baseline VanillaCF of Guo, Jia, Chen, Squicciarini, Yadav: RoCourseNet. CIKM 2023",
        Needs.Gradients, MaxAnswers: 1,
        "When the change should be small: gradient keeps the nearest valid point instead of the last.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.VanillaCfOptions), task, new Descent(options));

    private sealed class Descent(VanillaCfOptions options) : ISearch
    {
        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            var run = new VanillaCfRun(chunk, options);
            run.Descend(cancel);
            run.MakeWhole();
            if (options.Finish) run.Finish(cancel);
            run.OfferEnds();
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            var descent = new LaneDescent(chunk);
            descent.Ascend(new ProjectedAdam(chunk.Encoded, AscentRate, amsGrad: false), AscentSteps, cancel);
            descent.OfferHighest();
        }
    }
}
