using Redress.Data;

namespace Redress.Search;

/// <summary>Writes one row for everybody in a chunk, as a generator does.</summary>
internal interface IRowWriter
{
    /// <summary>The model's.</summary>
    Encoding Encoding { get; }

    /// <summary>Features it takes for immutable, ascending.</summary>
    IReadOnlyList<int> Immutables { get; }

    /// <summary>True where it reads <see cref="SearchChunk.Pass"/>.</summary>
    bool ReadsPass { get; }

    /// <summary>What was learnt, or null.</summary>
    Learnt? Learnt { get; }

    /// <summary>Says why it writes nothing for people who should be on a side of θ, or null where it does.</summary>
    /// <param name="sign">As <see cref="SearchChunk.Signs"/> has it.</param>
    string? WhyNotFor(int sign) => null;

    /// <summary>Writes.</summary>
    /// <param name="chunk">The people; a scope is open.</param>
    /// <param name="written">people × encoding width, all written: numbers in encoded units, and columns of which the largest is the category.</param>
    void Write(SearchChunk chunk, Span<float> written);
}
