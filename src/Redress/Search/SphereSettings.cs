namespace Redress.Search;

/// <summary>How spheres grow around a person (Laugel et al. 2018), in encoded units.</summary>
/// <param name="Samples">Samples a ball or layer, n.</param>
/// <param name="Radius">The first ball's radius, η; 0 for the distance to the farthest corner of the person's Δ.</param>
/// <param name="LayerWidth">The width of a layer, as a share of the radius where growing begins.</param>
/// <param name="Shrink">True to halve the first ball until no sample inside is valid.</param>
/// <param name="UniformRadius">True to draw the distance from the person uniformly, false for samples uniform in volume.</param>
/// <param name="UniformCategories">True to draw categories, and whole numbers of two values, uniformly at every radius; false to treat them as directions of the space.</param>
/// <param name="Clip">True to bring every sample into Δ before it is scored.</param>
/// <param name="MaxLayers">Balls and layers drawn at most.</param>
/// <param name="Limit">The radius where growing ends; null for twice the distance to the farthest corner of Δ, or that distance where nothing is clipped.</param>
internal sealed record SphereSettings(
    int Samples, double Radius, double LayerWidth, bool Shrink, bool UniformRadius, bool UniformCategories, bool Clip, int MaxLayers, double? Limit = null);
