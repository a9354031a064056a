namespace Redress.Data.Catalog;

/// <summary>Adult: the 1994 US census income sample, with the nine features of Ross, Lakkaraju and Bastani (2021).</summary>
internal static class Adult
{
    private static readonly LargestChange Reach = new(0.75, ChangeUnit.StandardDeviations);

    internal static DataSet Set { get; } = new(
        "adult", "1994 US census: who earns more than 50,000 dollars", "the UCI Machine Learning Repository, data set 'Adult' (archive.ics.uci.edu/dataset/2/adult), with a header line",
        "CC BY 4.0", ["adult/adult-uci.csv"],
        "All rows are kept; an unknown country counts as not US. white, us, married and male are 0 or 1. Favourable: income >50K. education-num may rise, hours-per-week go either way, each by 0.75 standard deviations.",
        new Schema(
            [
                Feature.Numeric("age"), Feature.Numeric("education-num", Change.Increase, Reach), Feature.Numeric("capital-gain"), Feature.Numeric("capital-loss"),
                Feature.Numeric("hours-per-week", Change.Any, Reach), Feature.Numeric("white"), Feature.Numeric("us"), Feature.Numeric("married"), Feature.Numeric("male"),
            ],
            "income", ">50K", SourceTable.Row, groups: ["race", "sex"]),
        Load);

    private static DataSetTables Load(string folder, Schema schema)
    {
        var table = new SourceTable(schema);
        string[] numbers = ["age", "education-num", "capital-gain", "capital-loss", "hours-per-week"];
        SourceTable.Each(Path.Combine(folder, Set.Files[0]), [.. numbers, "race", "native-country", "marital-status", "sex", "income"], row =>
        {
            double[] features =
            [
                .. numbers.Select(row.Number),
                row["race"] == "White" ? 1 : 0, row["native-country"] == "United-States" ? 1 : 0,
                row["marital-status"].StartsWith("Married", StringComparison.Ordinal) ? 1 : 0, row["sex"] == "Male" ? 1 : 0,
            ];
            table.Add(features, row.Is("income", schema.Favourable, "<=50K"), [row["race"] == "White" ? "white" : "non-white", row["sex"]]);
        });
        return new(table.Table());
    }
}
