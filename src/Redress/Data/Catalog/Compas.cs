using System.Globalization;

namespace Redress.Data.Catalog;

/// <summary>COMPAS: ProPublica's two-year recidivism file, with the seven features of Ross, Lakkaraju and Bastani (2021).</summary>
/// <remarks>The paper calls the COMPAS score the label; its public code uses recidivism within two years, as here.</remarks>
internal static class Compas
{
    internal static DataSet Set { get; } = new(
        "compas", "Broward County defendants: who does not reoffend within two years", "ProPublica, repository 'compas-analysis' (github.com/propublica/compas-analysis), file compas-scores-two-years.csv",
        "published for reuse by ProPublica, without a stated licence", ["compas/compas-two-years.csv"],
        "Kept: -30 <= days_b_screening_arrest <= 30, is_recid not -1, charge degree not O, a score present: 6,172 rows. length_of_stay: whole days in jail. Favourable: no recidivism in two years. priors_count may go either way by 0.75 standard deviations.",
        new Schema(
            [
                Feature.Numeric("age"), Feature.Numeric("priors_count", Change.Any, new(0.75, ChangeUnit.StandardDeviations)), Feature.Numeric("length_of_stay"),
                Feature.Numeric("days_b_screening_arrest"), Feature.Numeric("male"), Feature.Numeric("caucasian"), Feature.Numeric("felony"),
            ],
            "two_year_recid", "0", SourceTable.Row, groups: ["race", "sex"]),
        Load);

    private static DataSetTables Load(string folder, Schema schema)
    {
        var table = new SourceTable(schema);
        string[] needed = ["age", "priors_count", "c_jail_in", "c_jail_out", "days_b_screening_arrest", "sex", "race", "c_charge_degree", "is_recid", "score_text", "two_year_recid"];
        SourceTable.Each(Path.Combine(folder, Set.Files[0]), needed, row =>
        {
            if (row["days_b_screening_arrest"].Length == 0 || Math.Abs(row.Number("days_b_screening_arrest")) > 30) return;
            if (row["is_recid"] == "-1" || row["c_charge_degree"] == "O" || CsvLayout.MeansMissing(row["score_text"], number: false)) return;
            double stay = Math.Floor((Time(row, "c_jail_out") - Time(row, "c_jail_in")).TotalDays);
            double[] features =
            [
                row.Number("age"), row.Number("priors_count"), stay, row.Number("days_b_screening_arrest"),
                row["sex"] == "Male" ? 1 : 0, row["race"] == "Caucasian" ? 1 : 0, row["c_charge_degree"] == "F" ? 1 : 0,
            ];
            table.Add(features, row.Is("two_year_recid", schema.Favourable, "1"), [row["race"] == "Caucasian" ? "white" : "non-white", row["sex"]]);
        });
        return new(table.Table());
    }

    private static DateTime Time(SourceTable.Source row, string column) =>
        DateTime.TryParseExact(row[column], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : throw row.Fault(column, "is no time (yyyy-MM-dd HH:mm:ss).");
}
