using Redress.Attacks;
using Redress.Data;

namespace Redress.Generative;

/// <summary>
/// What a generator of recourse is trained for (Guo et al. 2023, eq. 4 and 5): λ2 L(f(x^cf; θ'), 1 - f(x; θ)) + λ3 L(x, x^cf), L the squared error; θ' is θ,
/// or, where there is a data shift, θ trained again on the worst shifted rows.
/// </summary>
/// <remarks>The authors' code halves all three losses; Adam does not see the difference.</remarks>
/// <param name="Validity">λ2; 0 or more.</param>
/// <param name="Proximity">λ3; 0 or more, and not both 0.</param>
/// <param name="Shift">The data shift that recourses are to survive; null for none.</param>
/// <param name="Schedule">True to let ε grow linearly, epoch / epochs times E (algorithm 2); without effect where there is no shift.</param>
/// <param name="Within">True to judge validity of rows as people get them, each number within its valid range; false of rows as generated, as published.</param>
public sealed record GeneratorObjective(double Validity = 0.2, double Proximity = 0.1, DataShiftOptions? Shift = null, bool Schedule = true, bool Within = true)
{
    internal IEnumerable<string> Problems()
    {
        if (!(Validity >= 0 && double.IsFinite(Validity))) yield return Invariant($"Validity weight (λ2) is {Validity}; must be 0 or more and finite.");
        if (!(Proximity >= 0 && double.IsFinite(Proximity))) yield return Invariant($"Proximity weight (λ3) is {Proximity}; must be 0 or more and finite.");
        if (Validity == 0 && Proximity == 0) yield return "Validity weight (λ2) and proximity weight (λ3) are both 0; a generator needs something to learn.";
        foreach (string problem in Shift?.Problems() ?? []) yield return problem;
    }

    /// <summary>What it refuses of the rows it is to be trained on.</summary>
    internal IEnumerable<string> Problems(Schema schema)
    {
        if (Shift is { MovesCategories: false } && schema.Features.All(f => f.IsNamed)) yield return "The schema has no number that a data shift could move; it must move all features.";
    }
}
