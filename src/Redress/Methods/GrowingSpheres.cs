using System.Text.Json;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="GrowingSpheres"/>. Radii are in encoded units.</summary>
/// <param name="Samples">Samples a ball or layer, n; 1 to 1,000,000.</param>
/// <param name="Radius">The first ball's radius, η; 0 for the distance to the farthest corner of the person's action set. 0 to 1,000,000.</param>
/// <param name="LayerWidth">The width of a layer, as a share of the radius where growing begins; more than 0 to 1,000.</param>
/// <param name="Shrink">True to halve the first ball until no sample inside is valid.</param>
/// <param name="UniformRadius">True to draw the distance from the person uniformly between a layer's radii; false for samples uniform in its volume.</param>
/// <param name="UniformCategories">True to draw categories, and whole numbers of two values, uniformly at every radius; false to treat them as directions.</param>
/// <param name="Clip">True to bring every sample into the action set before it is scored; false to do so with the sample found only.</param>
/// <param name="Sparsify">True to put features back one at a time, the least changed first, while the row stays valid.</param>
/// <param name="MaxLayers">Balls and layers a person at most; 1 to 100,000.</param>
public sealed record GrowingSpheresOptions(
    int Samples = 500,
    double Radius = 0,
    double LayerWidth = 0.25,
    bool Shrink = true,
    bool UniformRadius = false,
    bool UniformCategories = false,
    bool Clip = true,
    bool Sparsify = true,
    int MaxLayers = 200)
{
    /// <summary>CARLA's search: layers of 0.2 from the person on, nothing shrunk, clipped or put back. Unlike there, the row given obeys the action set.</summary>
    public static GrowingSpheresOptions Carla { get; } =
        new(Samples: 1000, Radius: 0.2, LayerWidth: 1, Shrink: false, UniformRadius: true, UniformCategories: true, Clip: false, Sparsify: false, MaxLayers: 1000);

    internal SphereSettings Settings => new(Samples, Radius, LayerWidth, Shrink, UniformRadius, UniformCategories, Clip, MaxLayers);

    internal IEnumerable<string> Problems()
    {
        if (Samples is < 1 or > 1_000_000) yield return Invariant($"samples is {Samples}; must be 1 to 1000000.");
        if (Radius is not (>= 0 and <= 1e6)) yield return Invariant($"radius is {Radius}; must be 0 to 1000000.");
        if (LayerWidth is not (> 0 and <= 1000)) yield return Invariant($"layer-width is {LayerWidth}; must be more than 0 to 1000.");
        if (MaxLayers is < 1 or > 100_000) yield return Invariant($"max-layers is {MaxLayers}; must be 1 to 100000.");
    }
}

/// <summary>
/// Growing spheres (Laugel et al. 2018): random rows around the person, in a ball that is halved until none of them is valid, then in layers that grow
/// until one holds valid rows; the nearest of these, with as many features put back as stay without harm. It needs scores only.
/// </summary>
/// <remarks>
/// Where we differ: only columns that the person can move are sampled, and every sample is brought to the nearest row of Δ before it is scored: numbers to their interval, whole
/// numbers to whole steps, groups to their highest category. A ball is sampled only until a valid row is met. With <see cref="GrowingSpheresOptions.Clip"/> off, samples leave
/// Δ as the published code's do; the row found is brought into Δ, scored again, and given only if it is still valid.
/// </remarks>
public sealed class GrowingSpheres : IRecourseMethod
{
    private readonly GrowingSpheresOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public GrowingSpheres(GrowingSpheresOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'growing-spheres': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "growing-spheres", "Random rows in growing spheres, the nearest valid one made sparse",
        "Laugel, Lesot, Marsala, Renard, Detyniecki: Comparison-Based Inverse Classification for Interpretability in Machine Learning. IPMU 2018",
        Needs.None, MaxAnswers: 1,
        "When the model has gradients or few features can change: gradient and actionable-recourse find nearer recourse with fewer model calls.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.GrowingSpheresOptions), task, new Spheres(options));

    private sealed class Spheres(GrowingSpheresOptions options) : ISearch
    {
        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            using var scope = TensorScope.Open();
            var search = new SphereSearch(chunk, options.Settings, cancel);
            for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
            {
                if (!search.Find(i) || !search.IsRow) continue;
                if (options.Sparsify) search.Sparsify();
                search.Row.CopyTo(chunk.Offer(i));
            }
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            using var scope = TensorScope.Open();
            var settings = options.Settings with { Clip = true, UniformRadius = false, UniformCategories = false, MaxLayers = int.MaxValue };
            var search = new SphereSearch(chunk, settings, cancel);
            for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
                if (search.Climb(i)) search.Row.CopyTo(chunk.Offer(i));
        }
    }
}
