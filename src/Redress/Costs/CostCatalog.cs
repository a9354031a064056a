namespace Redress.Costs;

/// <summary>Every cost, one line each.</summary>
public static class CostCatalog
{
    /// <summary>All costs; the first is the default.</summary>
    public static IReadOnlyList<ICost> All { get; } =
    [
        new L1Cost(),
        new L2Cost(),
        new PercentileShift(CostJoin.Sum),
        new PercentileShift(CostJoin.Maximum),
    ];

    /// <summary>The cost with a slug.</summary>
    /// <exception cref="OptionsException">There is none; the message lists those there are.</exception>
    public static ICost Get(string slug) =>
        All.FirstOrDefault(c => c.Slug == slug) ?? throw new OptionsException($"Cost '{slug}' is not known; there are {string.Join(", ", All.Select(c => c.Slug))}.");
}
