namespace Redress.Data.Catalog;

/// <summary>German credit with all twenty features: seven numbers, thirteen categories by their codes.</summary>
internal static class GermanCredit
{
    internal static DataSet Set { get; } = new(
        "german-credit", "Statlog German credit, all features: who is a good risk", German.Set.Source, German.Set.Licence, German.Set.Files,
        "All 1,000 rows. Seven numbers, then thirteen categories with the file's codes as names. Favourable: credit_risk 1 (good). Everything may change but age, personal_status_sex and foreign_worker.",
        new Schema(
            [
                .. new[] { "duration", "amount", "installment_rate", "present_residence" }.Select(n => Feature.Numeric(n, Change.Any)), Feature.Numeric("age"),
                .. new[] { "number_credits", "people_liable" }.Select(n => Feature.Numeric(n, Change.Any)),
                Coded("status", "1 2 3 4"), Coded("credit_history", "0 1 2 3 4"), Coded("purpose", "0 1 2 3 4 5 6 7 9 10"), Coded("savings", "1 2 3 4 5"),
                Coded("employment_duration", "1 2 3 4 5"), Coded("personal_status_sex", "1 2 3 5", Change.None), Coded("other_debtors", "1 2 3"), Coded("property", "1 2 3 4"),
                Coded("other_installment_plans", "1 2 3"), Coded("housing", "1 2 3"), Coded("job", "1 2 3 4"), Coded("telephone", "1 2"), Coded("foreign_worker", "1 2", Change.None),
            ],
            "credit_risk", "1", SourceTable.Row),
        Load);

    private static Feature Coded(string name, string codes, Change change = Change.Any) => Feature.Categorical(name, codes.Split(' '), change);

    private static DataSetTables Load(string folder, Schema schema)
    {
        var table = new SourceTable(schema);
        SourceTable.Each(Path.Combine(folder, Set.Files[0]), [.. schema.Features.Select(f => f.Name), schema.Target], row =>
            table.Add([.. schema.Features.Select(row.Value)], row.Is(schema.Target, schema.Favourable, "0"), []));
        return new(table.Table());
    }
}
