namespace Redress.Data.Catalog;

/// <summary>COMPAS as CARLA has it: the score is the label, and recidivism within two years is a number among the features.</summary>
internal static class CompasCarla
{
    internal static DataSet Set { get; } = new(
        "compas-carla", "Broward County defendants, CARLA's version: who does not get a high risk score", CarlaFiles.Source,
        "published for reuse by ProPublica, without a stated licence", CarlaFiles.Of("compas/compas-carla"),
        "All 6,172 rows in the published split: 4,629 for training, 1,543 for testing. Numbers first, then the categories, whose second value is CARLA's 1. Favourable: score 1. Everything may change but age, race and sex.",
        new Schema(
            [
                Feature.Numeric("age"),
                .. new[] { "two_year_recid", "priors_count", "length_of_stay" }.Select(n => Feature.Numeric(n, Change.Any)),
                Feature.Categorical("c_charge_degree", ["F", "M"], Change.Any),
                Feature.Categorical("race", ["African-American", "Other"]),
                Feature.Categorical("sex", ["Female", "Male"]),
            ],
            "score", "1", SourceTable.Row),
        (folder, schema) => CarlaFiles.Load(folder, Set!.Files, schema, "0"));
}
