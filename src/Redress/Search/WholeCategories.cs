using Redress.Actions;

namespace Redress.Search;

/// <summary>Turns a mixture of categories, which a descent may end in, into one category a feature.</summary>
internal static class WholeCategories
{
    /// <summary>Takes the largest category of each feature that a person can change; followers follow.</summary>
    /// <param name="chunk">The person's chunk.</param>
    /// <param name="person">The person.</param>
    /// <param name="point">An encoded point, changed in place.</param>
    /// <returns>True where a feature had no category whole.</returns>
    internal static bool Take(SearchChunk chunk, int person, Span<float> point)
    {
        bool any = false;
        var encoding = chunk.Encoded.Encoding;
        foreach (int f in chunk.ActionsOf(person).Actionable)
        {
            ref readonly var feature = ref encoding.At(f);
            if (!feature.IsOneHot) continue;
            any |= !point.Slice(feature.Offset, feature.Width).Contains(1f);
            encoding.Encode(f, encoding.Decode(f, point), point);
        }
        TiedColumns.Follow(chunk.Encoded, person, point);
        return any;
    }
}
