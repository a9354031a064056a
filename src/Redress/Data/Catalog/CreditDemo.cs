using Redress.Tensors;

namespace Redress.Data.Catalog;

/// <summary>
/// Loan applicants from a structural causal model, for the demo and for first steps without any file. Amounts are in euros, durations in months.
/// </summary>
/// <remarks>
/// Every U is an independent standard normal, except the last, which is uniform:
/// <code>
/// gender    = female with probability 1/2
/// age       = 39 + 12 U, whole years, 18 to 75
/// level     = 0.8 + 0.02 (age - 39) + 0.9 U, cut at 0.3, 1.2 and 2.0
/// education = school, vocational, bachelor or master by level
/// income    = exp(10.15 + 0.22 education + 0.008 (age - 39) - 0.08 [female] + 0.35 U) a year, to the hundred
/// savings   = income exp(-1.6 + 0.01 (age - 39) + 0.8 U), to the hundred
/// amount    = income exp(-1.0 + 0.5 U), to the hundred, 500 to 75,000
/// duration  = 12, 24, 36, 48 or 60 by amount / income + 0.15 U, cut at 0.2, 0.35, 0.55 and 0.8
/// burden    = (amount / duration) / (income / 12)
/// z         = 2 - 20 burden - 2 amount / income + 1.5 log(1 + savings / 2,000) + 0.5 education + 0.02 (age - 39)
/// repaid    = [U' &lt; 1 / (1 + exp(-z))]
/// </code>
/// </remarks>
public static class CreditDemo
{
    private static readonly string[] Education = ["school", "vocational", "bachelor", "master"];
    private static readonly double[] Durations = [12, 24, 36, 48, 60];

    /// <summary>Gender is a group, which the model never sees. Education, income and savings may rise, the amount may fall, the duration go either way.</summary>
    public static Schema Schema { get; } = new(
        [
            Feature.Integer("age"),
            Feature.Ordinal("education", Education, Change.Increase) with { LargestChange = new(1, ChangeUnit.Raw) },
            Feature.Integer("income", Change.Increase) with { LargestChange = new(3_000, ChangeUnit.Raw) },
            Feature.Integer("savings", Change.Increase) with { LargestChange = new(2_000, ChangeUnit.Raw) },
            Feature.Integer("amount", Change.Decrease) with { Minimum = 500, LargestChange = new(2_000, ChangeUnit.Raw) },
            Feature.Integer("duration", Change.Any) with { Allowed = Durations },
        ],
        "repaid", "yes", groups: ["gender"]);

    /// <summary>Draws applicants; the same seed gives the same ones everywhere.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="rows">How many.</param>
    public static Table Generate(ulong seed, int rows = 10_000)
    {
        var values = new double[rows * Schema.Features.Count];
        var labels = new bool[rows];
        var genders = new string[rows];
        var root = new Rng(seed).Split("credit-demo");
        for (int row = 0; row < rows; row++)
        {
            var u = root.Split((ulong)row);
            bool female = u.NextDouble() < 0.5;
            genders[row] = female ? "female" : "male";
            labels[row] = Draw(u, female, values.AsSpan(row * Schema.Features.Count, Schema.Features.Count));
        }
        var groups = new Dictionary<string, IReadOnlyList<string>> { ["gender"] = genders };
        return new(Schema, values, labels: labels, groups: groups);
    }

    private static bool Draw(Rng u, bool female, Span<double> person)
    {
        double age = Math.Clamp(Math.Round(39 + 12 * u.NextGaussian()), 18, 75);
        double education = Cut(0.8 + 0.02 * (age - 39) + 0.9 * u.NextGaussian(), [0.3, 1.2, 2.0]);
        double income = Hundreds(Math.Exp(10.15 + 0.22 * education + 0.008 * (age - 39) - (female ? 0.08 : 0) + 0.35 * u.NextGaussian()));
        double savings = Hundreds(income * Math.Exp(-1.6 + 0.01 * (age - 39) + 0.8 * u.NextGaussian()));
        double amount = Math.Clamp(Hundreds(income * Math.Exp(-1.0 + 0.5 * u.NextGaussian())), 500, 75_000);
        double duration = Durations[Cut(amount / income + 0.15 * u.NextGaussian(), [0.2, 0.35, 0.55, 0.8])];
        double burden = amount / duration / (income / 12);
        double z = 2 - 20 * burden - 2 * amount / income + 1.5 * Math.Log(1 + savings / 2_000) + 0.5 * education + 0.02 * (age - 39);
        ((ReadOnlySpan<double>)[age, education, income, savings, amount, duration]).CopyTo(person);
        return u.NextDouble() < 1 / (1 + Math.Exp(-z));
    }

    private static double Hundreds(double amount) => 100 * Math.Round(amount / 100);

    private static int Cut(double value, ReadOnlySpan<double> limits)
    {
        int place = 0;
        while (place < limits.Length && value >= limits[place]) place++;
        return place;
    }
}
