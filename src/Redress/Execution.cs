namespace Redress;

/// <summary>How work is cut and spread. It never changes an answer.</summary>
/// <param name="Threads">Threads to use; 0 for all cores.</param>
/// <param name="ChunkRows">People searched together; 0 for the tuned default.</param>
public sealed record Execution(int Threads = 0, int ChunkRows = 0)
{
    internal IEnumerable<string> Problems()
    {
        if (Threads is < 0 or > 1024) yield return Invariant($"Threads is {Threads}; must be 0 (all cores) to 1024.");
        if (ChunkRows < 0) yield return Invariant($"Chunk rows is {ChunkRows}; must be 0 (default) or more.");
    }
}
