using Redress.Generative;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The search of <see cref="Cchvae"/> over one prepared autoencoder.</summary>
internal sealed class CchvaeSearch(CchvaeOptions options, Autoencoder autoencoder) : ISearch
{
    public Learnt Learnt => new(AutoencoderFile.Json(autoencoder), AutoencoderFile.Tensors(autoencoder));

    public IReadOnlyList<int> FixedImmutables => autoencoder.Immutables;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        var spheres = new LatentSpheres(chunk, options, autoencoder, highest: false);
        spheres.Grow(cancel);
        for (int i = 0; i < chunk.Rows; i++) spheres.Offer(i);
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
    {
        var spheres = new LatentSpheres(chunk, options, autoencoder, highest: true);
        spheres.Sweep(cancel);
        for (int i = 0; i < chunk.Rows; i++) spheres.Offer(i);
    }
}
