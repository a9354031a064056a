namespace Redress;

/// <summary>How far a long piece of work has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; 0 where unknown.</param>
/// <param name="Note">A figure worth showing, such as the validation loss, or null.</param>
public readonly record struct Progress(string Stage, long Done, long Total, string? Note = null);
