namespace Redress.Data.Catalog;

/// <summary>Bail: North Carolina prison releases, with the features, and the 500 test people, of Ross, Lakkaraju and Bastani (2021). AGE is in months.</summary>
internal static class Bail
{
    private static readonly LargestChange Reach = new(0.75, ChangeUnit.StandardDeviations);

    private static readonly string[] Columns =
        ["WHITE", "ALCHY", "JUNKY", "SUPER", "MARRIED", "FELON", "WORKREL", "PROPTY", "PERSON", "MALE", "PRIORS", "SCHOOL", "RULE", "AGE", "TSERVD", "FOLLOW"];

    internal static DataSet Set { get; } = new(
        "bail", "North Carolina prison releases: who does not return", "ICPSR study 8987, 'Predicting Recidivism in North Carolina' (icpsr.umich.edu), training and test sample as CSV with a header line",
        "ICPSR terms of use", ["bail/bail-train.csv", "bail/bail-test.csv"],
        "Dropped: FILE = 3 (ALCHY and JUNKY are meaningless there) and the missing codes -9 in PRIORS and 0 in SCHOOL: 7,911 training and 8,923 test rows. Favourable: RECID 0. SCHOOL may rise, RULE go either way, each by 0.75 standard deviations.",
        new Schema(
            [.. Columns.Select(c => c switch { "SCHOOL" => Feature.Numeric(c, Change.Increase, Reach), "RULE" => Feature.Numeric(c, Change.Any, Reach), _ => Feature.Numeric(c) })],
            "RECID", "0", SourceTable.Row, groups: ["race", "sex"]),
        (folder, schema) => new(Part(folder, 0, schema), Part(folder, 1, schema))) { TestSample = 500 };

    private static Table Part(string folder, int file, Schema schema)
    {
        var table = new SourceTable(schema, file == 0 ? "" : "test-");
        SourceTable.Each(Path.Combine(folder, Set.Files[file]), [.. Columns, "RECID", "FILE"], row =>
        {
            if (row["FILE"] == "3" || row["PRIORS"] == "-9" || row["SCHOOL"] == "0") return;
            table.Add([.. Columns.Select(row.Number)], row.Is("RECID", schema.Favourable, "1"), [row["WHITE"] == "1" ? "white" : "non-white", row["MALE"] == "1" ? "male" : "female"]);
        });
        return table.Table();
    }
}
