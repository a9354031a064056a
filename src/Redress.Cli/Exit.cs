namespace Redress.Cli;

/// <summary>Exit codes.</summary>
internal static class Exit
{
    internal const int Done = 0, BadInput = 1, BadUsage = 2, PromiseBroken = 3, SomeRowsInvalid = 4, Bug = 70, Cancelled = 130;
}
