namespace Redress.Data.Catalog;

/// <summary>German credit in two releases, the original and the corrected one, with the nine features of Guo et al. (2023, section 4): a shift by data correction. Favourable is a good customer.</summary>
/// <remarks>
/// 990 people stand in both releases, told by duration, amount and age, which together name everybody in a release; that is their id, so that a person is the same one in both.
/// The shift is one of coding: for those people every other number agrees, but "Number people" has 1 and 2 exchanged, and the codes of Status and History are permuted
/// (Status 1, 2, 3, 4 of the original are 4, 1, 2, 3 of the corrected release; History 0, 1, 2, 3, 4 are 3, 4, 0, 2, 1).
/// </remarks>
internal static class GermanReleases
{
    private static readonly string[] Names = ["Duration", "Credit amount", "Age"];

    internal static DataSet Set { get; } = new(
        "german-releases", "German credit, original and corrected release: who is a good customer", "the repository of RoCourseNet (github.com/BirkhoffG/RoCourseNet), after UCI's data sets 'Statlog (German Credit Data)' and 'South German Credit'",
        "CC BY 4.0", [new("original", "german/german-original.csv"), new("corrected", "german/german-corrected.csv")],
        "All 1,000 rows of each release; 990 people stand in both, named by duration, amount and age. Six numbers, then three categories by their codes. Favourable: GoodCustomer 1. Everything may change.",
        new Schema(
            [
                .. new[] { "Duration", "Credit amount", "Installment rate", "Age", "Existing credits", "Number people" }.Select(n => Feature.Numeric(n, Change.Any)),
                Coded("Present residence", "1 2 3 4"), Coded("Status", "1 2 3 4"), Coded("History", "0 1 2 3 4"),
            ],
            "GoodCustomer (label)", "1", "person", groups: ["release"]),
        (folder, domain, schema) => DomainFile.Read(folder, domain, schema, "0", row => Invariant($"{row.Number(Names[0])}-{row.Number(Names[1])}-{row.Number(Names[2])}")));

    private static Feature Coded(string name, string codes) => Feature.Categorical(name, codes.Split(' '), Change.Any);
}
