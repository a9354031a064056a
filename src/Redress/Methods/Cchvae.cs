using System.Text.Json;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>How the radius of the spheres grows.</summary>
public enum LatentSearch
{
    /// <summary>Radii double until a row is valid; then the rays of the cheapest valid rows are followed back, many radii at once.</summary>
    Doubling,

    /// <summary>Shells of one width one after the other, as CARLA has it.</summary>
    FixedStep,
}

/// <summary>The norm by which radii in the space of codes are measured.</summary>
public enum LatentNorm
{
    /// <summary>‖·‖₂.</summary>
    L2,

    /// <summary>‖·‖₁.</summary>
    L1,
}

/// <summary>Options of <see cref="Cchvae"/>.</summary>
/// <param name="Search">How the radius grows.</param>
/// <param name="Samples">Codes drawn a sphere; 1 to 10,000.</param>
/// <param name="Norm">The norm of radii.</param>
/// <param name="Step">The first radius (doubling), or the width of a shell (fixed step); more than 0.</param>
/// <param name="MaxRadius">The largest radius; at least the step, and at most 10,000 steps. Codes are spread about as the standard normal.</param>
/// <param name="Autoencoder">The fingerprint of the autoencoder that must be used; null for whichever is given or trained. What a finder says of itself names it.</param>
public sealed record CchvaeOptions(
    LatentSearch Search = LatentSearch.Doubling, int Samples = 64, LatentNorm Norm = LatentNorm.L2, double Step = 0.25, double MaxRadius = 8, string? Autoencoder = null)
{
    /// <summary>CARLA's settings: shells of 0.1 in the L1 norm, 100 codes each. Unlike there, the search ends at radius 15, beyond which codes stand for nobody; CARLA goes on to 100.</summary>
    public static CchvaeOptions Carla { get; } = new(LatentSearch.FixedStep, 100, LatentNorm.L1, 0.1, 15);

    private const int MaxSteps = 10_000;

    internal IEnumerable<string> Problems()
    {
        if (!Enum.IsDefined(Search)) yield return Invariant($"search is {(int)Search}; must be doubling or fixed-step.");
        if (Samples is < 1 or > 10_000) yield return Invariant($"samples is {Samples}; must be 1 to 10000.");
        if (!Enum.IsDefined(Norm)) yield return Invariant($"norm is {(int)Norm}; must be l2 or l1.");
        if (!(Step > 0 && double.IsFinite(Step))) yield return Invariant($"step is {Step}; must be more than 0 and finite.");
        else if (!(MaxRadius >= Step && MaxRadius <= MaxSteps * Step)) yield return Invariant($"max-radius is {MaxRadius}; must be {Step} (the step) to {MaxSteps * Step} ({MaxSteps} steps).");
    }
}

/// <summary>
/// C-CHVAE (Pawelczyk, Broelemann and Kasneci 2020; Krishna, Agarwal and Lakkaraju 2023, eq. 3): min ‖ζ‖ subject to f(G(E(x) + ζ)) being the desired
/// outcome, where E and G are the encoder and decoder of a variational autoencoder that is conditional on what people cannot change. Spheres grow around
/// the person's code until one holds a code whose row is valid; of that sphere's rows the cheapest by the request's cost is given.
/// </summary>
/// <remarks>
/// Where we differ from CARLA: immutables are given to the decoder as they are, in place of being perturbed and overwritten; every decoded row is put
/// into the person's Δ, in whole steps, before the model scores it; the default search doubles the radius and follows rays back, for a tenth of the rows.
/// </remarks>
public sealed class Cchvae : ILearningMethod
{
    private readonly CchvaeOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Cchvae(CchvaeOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'cchvae': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "cchvae", "Growing spheres around the person's code in an autoencoder",
        "Pawelczyk, Broelemann, Kasneci: Learning Model-Agnostic Counterfactual Explanations for Tabular Data. WWW 2020",
        Needs.Autoencoder, MaxAnswers: 1,
        "When small changes matter: what it tells is a whole other person who looks like the data, and even the person's own decoded row differs from them.",
        FixedImmutables: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Takes the task's autoencoder, or trains one on the task's training rows with the stream's seed.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        return FinderOf(task, TaskAutoencoder.Of(task, rng, progress, cancel));
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => TaskAutoencoder.Restore(About.Slug, learnt, autoencoder => FinderOf(task, autoencoder));

    private RecourseFinder FinderOf(RecourseTask task, Autoencoder autoencoder)
    {
        TaskAutoencoder.Check(About.Slug, task, autoencoder, options.Autoencoder);
        string said = JsonSerializer.Serialize(options with { Autoencoder = autoencoder.Fingerprint }, OptionsJson.Default.CchvaeOptions);
        return new RecourseFinder(About, said, task, new CchvaeSearch(options, autoencoder));
    }
}
