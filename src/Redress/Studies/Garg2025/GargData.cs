using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Studies.Garg2025;

/// <summary>A data set under the paper's declarations (appendix C.1): everything may change but sex and race; numbers stay within the range of all rows.</summary>
/// <param name="Slug">Its name.</param>
/// <param name="Tables">Training and test rows with real outcomes.</param>
/// <param name="Fingerprint">SHA-256 over the bytes of its files.</param>
internal sealed record GargData(string Slug, DataSetTables Tables, string Fingerprint)
{
    private static readonly string[] Immutables = ["sex", "race"];

    /// <summary>Reads data sets.</summary>
    /// <exception cref="DataException">A file is missing or not the published one.</exception>
    internal static IReadOnlyList<GargData> Load(IReadOnlyList<string> slugs, string folder) => [.. StudyData.Load(slugs, folder).Select(d =>
    {
        var all = Table.Join([("train", d.Tables.Rows), ("test", d.Tables.Test!)]);
        var schema = Within(all.Schema, TrainingStatistics.Of(all));
        return new GargData(d.Slug, new(Under(schema, d.Tables.Rows), Under(schema, d.Tables.Test!)), d.Fingerprint);
    })];

    /// <summary>Training and test rows, by which everything is scaled to 0 and 1.</summary>
    internal Table All => Table.Join([("train", Tables.Rows), ("test", Tables.Test!)]);

    /// <summary>The columns of published code: numbers without limits, categories among them, and nothing that may not change.</summary>
    internal static Schema Unbounded(Schema schema) => new([.. schema.Features.Select(f => Feature.Numeric(f.Name, Change.Any) with { Minimum = -StudyData.Free, Maximum = StudyData.Free })], schema.Target, schema.Favourable, schema.Id);

    /// <summary>The same rows under other declarations.</summary>
    internal static Table Under(Schema schema, Table rows) => new(schema, rows.Values.ToArray(), rows.Ids, rows.Labels, rows.Groups, rows.Faults);

    private static Schema Within(Schema schema, TrainingStatistics statistics) => new(
        [.. schema.Features.Select((f, j) => f with
        {
            Change = Immutables.Contains(f.Name) ? Change.None : Change.Any,
            Minimum = f.IsNamed ? null : statistics.Distributions[j].Minimum,
            Maximum = f.IsNamed ? null : statistics.Distributions[j].Maximum,
        })], schema.Target, schema.Favourable, schema.Id);
}
