namespace Redress.Data.Catalog;

/// <summary>German: Statlog German credit, with the four features of Ross, Lakkaraju and Bastani (2021). Favourable is good credit.</summary>
/// <remarks>The paper's public code takes the file's label 1 as favourable where it means bad credit; here good credit is favourable.</remarks>
internal static class German
{
    private static readonly LargestChange Reach = new(0.75, ChangeUnit.StandardDeviations);

    internal static DataSet Set { get; } = new(
        "german", "Statlog German credit: who is a good risk", "the UCI Machine Learning Repository, data set 'Statlog (German Credit Data)' (archive.ics.uci.edu/dataset/144), coded as numbers, columns named in English",
        "CC BY 4.0", ["german/german.csv"],
        "All 1,000 rows. personal_status_sex is categorical. Favourable: credit_risk 1 (good). amount may go either way, age may rise, each by 0.75 standard deviations.",
        new Schema(
            [
                Feature.Numeric("duration"), Feature.Numeric("amount", Change.Any, Reach), Feature.Numeric("age", Change.Increase, Reach),
                Feature.Categorical("personal_status_sex", ["1", "2", "3", "5"]),
            ],
            "credit_risk", "1", SourceTable.Row),
        Load);

    private static DataSetTables Load(string folder, Schema schema)
    {
        var table = new SourceTable(schema);
        SourceTable.Each(Path.Combine(folder, Set.Files[0]), [.. schema.Features.Select(f => f.Name), schema.Target], row =>
            table.Add([.. schema.Features.Select(row.Value)], row.Is(schema.Target, schema.Favourable, "0"), []));
        return new(table.Table());
    }
}
