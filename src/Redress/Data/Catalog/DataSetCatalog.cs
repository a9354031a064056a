namespace Redress.Data.Catalog;

/// <summary>Every known data set, one line each.</summary>
public static class DataSetCatalog
{
    /// <summary>All data sets.</summary>
    public static IReadOnlyList<DataSet> All { get; } = [Adult.Set, Compas.Set, Bail.Set, German.Set, AdultCarla.Set, CompasCarla.Set, HelocCarla.Set, GermanCredit.Set, FashionMnist.Set, Loan.Set, GermanReleases.Set, Student.Set, ShiftedSets.Covariate, ShiftedSets.Label];

    /// <summary>The data set with a slug, or some of its domains: <c>loan</c>, <c>loan:2006</c>, <c>loan:1994,2006</c>.</summary>
    /// <exception cref="OptionsException">There is none; the message lists those there are.</exception>
    public static DataSet Get(string slug)
    {
        int colon = slug.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? Whole(slug) : Whole(slug[..colon]).Only(slug[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    private static DataSet Whole(string slug) =>
        All.FirstOrDefault(d => d.Slug == slug) ?? throw new OptionsException($"Data set '{slug}' is not known; there are {string.Join(", ", All.Select(d => d.Slug))}.");
}
