using System.Text.Json;
using Redress.Generative;
using Redress.Methods;
using Redress.Search;

namespace Redress.Studies.Krishna2023;

/// <summary>C-CHVAE's own search, without the frame's fallback, that keeps the radius at which it found each person's answer: theorem 2 speaks of it.</summary>
/// <remarks>For one thread, which takes chunks in order.</remarks>
internal sealed class RecordedSpheres(CchvaeOptions options, Autoencoder autoencoder) : ISearch
{
    private readonly List<double> radii = [];

    /// <summary>The search in the frame that all methods share.</summary>
    internal static IRecourseFinder Prepare(RecourseTask task, Autoencoder autoencoder, out RecordedSpheres search)
    {
        var options = KrishnaChoices.Latent;
        search = new(options, autoencoder);
        return new RecourseFinder(Cchvae.About with { Needs = Needs.None }, JsonSerializer.Serialize(options, OptionsJson.Default.CchvaeOptions), task, search);
    }

    public bool HighestIsTheSame => true;

    public IReadOnlyList<int> FixedImmutables => autoencoder.Immutables;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        var spheres = new LatentSpheres(chunk, options, autoencoder, highest: false);
        spheres.Grow(cancel);
        for (int i = 0; i < chunk.Rows; i++) spheres.Offer(i);
        radii.AddRange(spheres.Radii);
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Search(chunk, cancel);

    /// <summary>r* of everyone, NaN where there is none: the search only sees whom it is asked for.</summary>
    internal double[] RadiiOf(bool[] asked)
    {
        var all = new double[asked.Length];
        int next = 0;
        for (int i = 0; i < all.Length; i++) all[i] = asked[i] ? radii[next++] : double.NaN;
        return all;
    }
}
