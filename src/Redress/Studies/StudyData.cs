using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Studies;

/// <summary>A data set of a study.</summary>
/// <param name="Slug">Its name.</param>
/// <param name="Tables">Its tables.</param>
/// <param name="Fingerprint">SHA-256 over the bytes of its files.</param>
internal sealed record StudyData(string Slug, DataSetTables Tables, string Fingerprint)
{
    /// <summary>A limit of what numbers may become, beyond any value of the data and still exact to a unit in float32 after scaling: without one, the training range is the limit.</summary>
    internal const double Free = 1e7;

    /// <summary>Reads known data sets, and says everything that is wrong with their files together.</summary>
    /// <exception cref="DataException">A file is missing or not the published one.</exception>
    internal static IReadOnlyList<StudyData> Load(IEnumerable<string> slugs, string folder) => All(slugs.Select(DataSetCatalog.Get), folder, set => new StudyData(set.Slug, set.Load(folder), FingerprintOf(set, folder)));

    /// <summary>Reads each of some data sets, and says everything that is wrong with their files together.</summary>
    /// <exception cref="DataException">The folder or a file is missing, or a file is not the published one.</exception>
    internal static IReadOnlyList<T> All<T>(IEnumerable<DataSet> sets, string folder, Func<DataSet, T> load)
    {
        if (!Directory.Exists(folder)) throw new DataException($"There is no data folder '{folder}'.");
        var read = new List<T>();
        var faults = new List<string>();
        foreach (var set in sets)
        {
            try
            {
                read.Add(load(set));
            }
            catch (DataException e)
            {
                faults.Add(e.Message);
            }
        }
        return faults.Count == 0 ? read : throw new DataException(string.Join(Environment.NewLine, faults));
    }

    /// <summary>SHA-256 over the bytes of a data set's files.</summary>
    internal static string FingerprintOf(DataSet set, string folder) =>
        ContentHash.Hex(System.Text.Encoding.UTF8.GetBytes(string.Concat(set.Files.Select(f => ContentHash.Hex(File.ReadAllBytes(Path.Combine(folder, f)))))));
}
