namespace Redress.Actions;

/// <summary>How a linear programme ended.</summary>
internal enum LinearProgramStatus
{
    /// <summary>A best point was found and checked against the rows as given.</summary>
    Optimal,

    /// <summary>No point obeys all rows and bounds.</summary>
    Infeasible,

    /// <summary>The objective falls without limit.</summary>
    Unbounded,
}
