namespace Redress.Data.Catalog;

/// <summary>Loan: US Small Business Administration loans by the year of approval (Li, Mickel and Taylor 2018), as Guo et al. (2023, section 4) use them. Favourable is a loan that was paid in full.</summary>
/// <remarks>
/// The paper's text says that Y = 1 is a default; the file's Approve is 1 where the loan was paid in full, and that is favourable here. The term is a category of 36 values and
/// nothing is immutable, as published. Categories are those of the sixteen years together.
/// </remarks>
internal static class Loan
{
    private const int First = 1994, Years = 16;

    private const string
        States = "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY",
        Terms = "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 32 33 35 36 43";

    internal static DataSet Set { get; } = new(
        "loan", "US small business loans by year: which are paid in full", "the repository of RoCourseNet (github.com/BirkhoffG/RoCourseNet), a gzip file a year, after Li, Mickel and Taylor, 'Should This Loan be Approved or Denied?' (2018)",
        "public records of the US Small Business Administration",
        [.. Enumerable.Range(First, Years).Select(y => new Domain(Invariant($"{y}"), Invariant($"loan/year={y}.csv.gz")))],
        "All 449,152 rows of 1994 to 2009, a domain a year. Seven numbers (amounts are logarithms of dollars), then five categories. Favourable: Approve 1 (paid in full). Everything may change.",
        new Schema(
            [
                .. new[] { "NoEmp", "NewExist", "CreateJob", "RetainedJob", "DisbursementGross", "GrAppv", "SBA_Appv" }.Select(n => Feature.Numeric(n, Change.Any)),
                Coded("State", States), Coded("Term", Terms), Coded("UrbanRural", "0 1 2"), Coded("LowDoc", "0 A C N R S Y"), Coded("Sector_Points", "0 1 2 3 4 5"),
            ],
            "Approve", "1", SourceTable.Row, groups: ["year"]),
        (folder, domain, schema) => DomainFile.Read(folder, domain, schema, "0"));

    private static Feature Coded(string name, string codes) => Feature.Categorical(name, codes.Split(' '), Change.Any);
}
