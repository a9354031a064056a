namespace Redress.Data.Catalog;

/// <summary>Adult as CARLA has it: training and test part of the census together, every category folded to two values.</summary>
internal static class AdultCarla
{
    internal static DataSet Set { get; } = new(
        "adult-carla", "1994 US census, CARLA's version: who earns more than 50,000 dollars", CarlaFiles.Source,
        "CC BY 4.0", CarlaFiles.Of("adult/adult-carla"),
        "All 48,832 rows in the published split: 36,624 for training, 12,208 for testing. Numbers first, then the categories, whose second value is CARLA's 1. Favourable: income 1. Everything may change but age and sex.",
        new Schema(
            [
                Feature.Numeric("age"),
                .. new[] { "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week" }.Select(n => Feature.Numeric(n, Change.Any)),
                Feature.Categorical("workclass", ["Non-Private", "Private"], Change.Any),
                Feature.Categorical("marital-status", ["Married", "Non-Married"], Change.Any),
                Feature.Categorical("occupation", ["Managerial-Specialist", "Other"], Change.Any),
                Feature.Categorical("relationship", ["Husband", "Non-Husband"], Change.Any),
                Feature.Categorical("race", ["Non-White", "White"], Change.Any),
                Feature.Categorical("sex", ["Female", "Male"]),
                Feature.Categorical("native-country", ["Non-US", "US"], Change.Any),
            ],
            "income", "1", SourceTable.Row),
        (folder, schema) => CarlaFiles.Load(folder, Set!.Files, schema, "0"));
}
