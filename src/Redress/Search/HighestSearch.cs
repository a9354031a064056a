using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>The highest score within Δ, for methods that have no way of their own to it: Adam's ascent where the model has gradients, else growing spheres.</summary>
internal static class HighestSearch
{
    private const float AscentRate = 0.05f;
    private const int AscentSteps = 100;
    private static readonly SphereSettings Spheres = new(Samples: 500, Radius: 0, LayerWidth: 0.1, Shrink: false, UniformRadius: false, UniformCategories: false, Clip: true, MaxLayers: int.MaxValue);

    /// <summary>Offers everyone the row of the highest score that is found, blind to θ and cost.</summary>
    internal static void Offer(SearchChunk chunk, CancellationToken cancel)
    {
        if (chunk.Model is IDifferentiableClassifier)
        {
            var descent = new LaneDescent(chunk);
            descent.Ascend(new ProjectedAdam(chunk.Encoded, AscentRate, amsGrad: false), AscentSteps, cancel);
            descent.OfferHighest();
            return;
        }
        using var scope = TensorScope.Open();
        var search = new SphereSearch(chunk, Spheres, cancel);
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
            if (search.Climb(i)) search.Row.CopyTo(chunk.Offer(i));
    }
}
