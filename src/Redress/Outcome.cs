namespace Redress;

/// <summary>What became of one person's request.</summary>
public enum Outcome
{
    /// <summary>A recourse that obeys every constraint and is valid as shown.</summary>
    Found,

    /// <summary>The person already has the desired outcome; nothing needs to change.</summary>
    AlreadyDesired,

    /// <summary>The budget is spent or the search ended; the best attempt is attached. A recourse may still exist.</summary>
    NotFound,

    /// <summary>Proved: no action in the action set gives the desired outcome.</summary>
    Infeasible,

    /// <summary>The person's row cannot be judged; the reason names the column.</summary>
    InvalidInput,

    /// <summary>Stopped by the caller; the best attempt so far is attached.</summary>
    Cancelled,
}
