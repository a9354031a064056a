namespace Redress.Data.Catalog;

/// <summary>The simulated shifts of Guo et al. (2023, appendix B.3) as the authors drew them; <see cref="SimulatedShift"/> draws more.</summary>
internal static class ShiftedSets
{
    private const string From = "the repository of RoCourseNet (github.com/BirkhoffG/RoCourseNet)", Licence = "Apache 2.0";

    internal static DataSet Covariate { get; } = Of("covariate", "Simulated covariate shift: what people are like changes, whom the outcome favours does not", "x1 and x2 change their means and deviations, y given x stays.");

    internal static DataSet Label { get; } = Of("label", "Simulated label shift: how many have the outcome changes, what they are like does not", "The share of y = 1 falls from 0.6 to 0.3, x given y stays.");

    private static DataSet Of(string name, string title, string shift) => new(
        $"{name}-shift", title, From, Licence, [new("original", $"simulated/{name}-original.csv"), new("shifted", $"simulated/{name}-shifted.csv")],
        $"1,000 rows of each part, two numbers. {shift} Favourable: y 1. Everything may change.", SimulatedShift.Schema, (folder, domain, schema) => DomainFile.Read(folder, domain, schema, "0"));
}
