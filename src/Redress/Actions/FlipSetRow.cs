namespace Redress.Actions;

/// <summary>A linear row over a choice: Σ_j Values[j][choice_j] ≤ Limit, held to 1e-9 (1 + |Limit|) so that 0.1 + 0.2 ≤ 0.3.</summary>
/// <param name="Values">What each action adds, feature × action, the shape of the grid; finite.</param>
/// <param name="Limit">Right-hand side; not NaN, +∞ for none.</param>
internal sealed record FlipSetRow(double[][] Values, double Limit);

/// <summary>How the costs of the chosen actions make one cost.</summary>
internal enum FlipSetCost
{
    /// <summary>Their sum.</summary>
    Total,

    /// <summary>The largest of them; equal largest costs are told apart by the sum.</summary>
    Maximum,
}

/// <summary>What a search has settled about one feature; in the order in which equal costs are looked at.</summary>
internal enum FlipState : byte
{
    /// <summary>It changes, by any action but 0.</summary>
    Changed,

    /// <summary>Nothing yet: every action is possible.</summary>
    Open,

    /// <summary>It keeps its value: action 0.</summary>
    Kept,

    /// <summary>Its action is chosen.</summary>
    Picked,
}
