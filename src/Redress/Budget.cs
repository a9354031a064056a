namespace Redress;

/// <summary>What a search may spend on each person. Budgets count work, never seconds; deadlines are cancellation tokens.</summary>
/// <param name="Steps">Search steps a person at most; 1 or more, or null for the method's own limit.</param>
/// <param name="ModelCalls">Rows scored a person at most, the person's own row and the final check included; 2 or more, or null for no limit.</param>
public sealed record Budget(int? Steps = null, int? ModelCalls = null)
{
    internal IEnumerable<string> Problems()
    {
        if (Steps is < 1) yield return Invariant($"Budget steps is {Steps}; must be at least 1.");
        if (ModelCalls is < 2) yield return Invariant($"Budget model calls is {ModelCalls}; must be at least 2 (the person's own row and one check).");
    }
}
