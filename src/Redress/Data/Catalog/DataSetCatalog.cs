namespace Redress.Data.Catalog;

/// <summary>Every known data set, one line each.</summary>
public static class DataSetCatalog
{
    /// <summary>All data sets.</summary>
    public static IReadOnlyList<DataSet> All { get; } = [Adult.Set, Compas.Set, Bail.Set, German.Set, AdultCarla.Set, CompasCarla.Set, HelocCarla.Set, GermanCredit.Set, FashionMnist.Set];

    /// <summary>The data set with a slug.</summary>
    /// <exception cref="OptionsException">There is none; the message lists those there are.</exception>
    public static DataSet Get(string slug) =>
        All.FirstOrDefault(d => d.Slug == slug) ?? throw new OptionsException($"Data set '{slug}' is not known; there are {string.Join(", ", All.Select(d => d.Slug))}.");
}
