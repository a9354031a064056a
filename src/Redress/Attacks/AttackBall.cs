using Redress.Data;

namespace Redress.Attacks;

/// <summary>How the size of a perturbation is measured.</summary>
public enum AttackNorm
{
    /// <summary>The largest change of a column.</summary>
    Linf,

    /// <summary>The root of the sum of squared changes.</summary>
    L2,
}

/// <summary>Which columns an attack may move.</summary>
public enum AttackedFeatures
{
    /// <summary>Numbers and integers, both by fractions; categories and ordinal values stay.</summary>
    Numbers,

    /// <summary>All: ordinal values by fractions, and each column of a category between 0 and 1, so that no longer one of them need be 1.</summary>
    All,
}

/// <summary>
/// The perturbations that an attack may choose from: {δ : ‖δ / r‖ ≤ ε}, in encoded units, and x + δ in the valid range of each column: the declared one,
/// else that of the training rows, widened to hold x. Under min-max or range scaling ε is a share of that range (8/255 is eight grey levels of an image);
/// under standardising it counts standard deviations. What people can change (Δ) plays no part: an attacker is not bound by it.
/// </summary>
/// <param name="Epsilon">ε, the radius in encoded units; 0 to 1000.</param>
/// <param name="Norm">How δ is measured.</param>
/// <param name="Features">Which columns may move.</param>
/// <param name="Radii">r by feature name, 10⁻⁶ to 1000; 1 where it is not named, and 0 keeps a feature as it is.</param>
public sealed record AttackBall(
    double Epsilon = 8.0 / 255, AttackNorm Norm = AttackNorm.Linf, AttackedFeatures Features = AttackedFeatures.Numbers, IReadOnlyDictionary<string, double>? Radii = null)
{
    // Searches scale by 1/r in single precision.
    private const double Least = 1e-6, Most = 1000;

    internal IEnumerable<string> Problems()
    {
        if (!(Epsilon is >= 0 and <= Most)) yield return Invariant($"Epsilon is {Epsilon}; must be 0 to {Most} in encoded units.");
        if (!Enum.IsDefined(Norm)) yield return Invariant($"Norm is {(int)Norm}; must be one of {string.Join(", ", Enum.GetNames<AttackNorm>())}.");
        if (!Enum.IsDefined(Features)) yield return Invariant($"Features is {(int)Features}; must be one of {string.Join(", ", Enum.GetNames<AttackedFeatures>())}.");
        foreach (var (name, radius) in (Radii ?? new Dictionary<string, double>()).OrderBy(r => r.Key, StringComparer.Ordinal))
            if (!(radius is 0 or (>= Least and <= Most))) yield return Invariant($"The radius of '{name}' is {radius}; must be 0, or {Least:0.000000} to {Most}.");
    }

    /// <summary>What a schema contradicts: a name that is none of its features, or nothing left to move.</summary>
    internal IEnumerable<string> Problems(Schema schema)
    {
        foreach (string name in (Radii?.Keys ?? []).Order(StringComparer.Ordinal))
            if (schema.IndexOf(name) < 0) yield return $"There is no feature '{name}' to give a radius.";
        if (schema.Features.Any(f => RadiusOf(f) > 0)) yield break;
        yield return Features == AttackedFeatures.Numbers && !schema.Features.Any(f => !f.IsNamed)
            ? "The schema has no number that an attack could move; include categories."
            : "Every feature has the radius 0; an attack needs one that may move.";
    }

    /// <summary>r of a feature, 0 where it stays.</summary>
    internal double RadiusOf(Feature feature) =>
        Features == AttackedFeatures.Numbers && feature.IsNamed ? 0 : Radii is not null && Radii.TryGetValue(feature.Name, out double radius) ? radius : 1;
}
