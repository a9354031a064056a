namespace Redress.Search;

/// <summary>The part of a method that differs from method to method: where to look. <see cref="RecourseFinder"/> does the rest.</summary>
internal interface ISearch
{
    /// <summary>Offers relaxed rows that may be recourse, the method's first choice first, for every person of the chunk.</summary>
    void Search(SearchChunk chunk, CancellationToken cancel);

    /// <summary>Offers the row of the highest score the method can reach in Δ, without looking at θ, cost or budget.</summary>
    void SearchHighest(SearchChunk chunk, CancellationToken cancel);

    /// <summary>True where both offer the same rows, so that the second never finds what the first did not.</summary>
    bool HighestIsTheSame => false;

    /// <summary>True where answers that change the same features to other values count as different; else each answer changes another set of features.</summary>
    bool AnswersShareFeatures => false;

    /// <summary>True where everyone's gradient or hidden layers at their own row are read: screening then keeps what they need.</summary>
    bool ReadsGradients => false;

    /// <summary>What was learnt, so that a preparation can be saved and read back (<see cref="ILearningMethod"/>); null where nothing was.</summary>
    Learnt? Learnt => null;

    /// <summary>Features that were taken for immutable when this was prepared, ascending: a request that lets people change one is refused.</summary>
    IReadOnlyList<int> FixedImmutables => [];
}
