using Redress.Data;

namespace Redress.Models;

/// <summary>Any scoring function as a model: a black box, for methods that need scores only.</summary>
public sealed class DelegateModel : IModel
{
    private readonly Func<Table, CancellationToken, IReadOnlyList<double>> probability;

    /// <summary>Wraps a function.</summary>
    /// <param name="schema">The columns it reads.</param>
    /// <param name="probability">The probability of the favourable outcome, 0 to 1, for every row; thread-safe, and a row's value must not depend on its company.</param>
    /// <param name="fingerprint">A text that changes whenever the function does, such as a version.</param>
    /// <param name="threshold">θ: favourable where the probability is at least this.</param>
    /// <exception cref="OptionsException">The threshold is no probability.</exception>
    public DelegateModel(Schema schema, Func<Table, CancellationToken, IReadOnlyList<double>> probability, string fingerprint, double threshold = 0.5)
    {
        if (!(threshold is >= 0 and <= 1)) throw new OptionsException(Invariant($"Threshold is {threshold}; must be 0 to 1."));
        Schema = schema;
        this.probability = probability;
        Fingerprint = fingerprint;
        Threshold = threshold;
        Classes = [$"not {schema.Favourable}", schema.Favourable];
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public ScoreKind ScoreKind => ScoreKind.Probability;

    /// <inheritdoc/>
    public double Threshold { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The function returned another number of values, or one that is no probability.</exception>
    public void Score(Table people, Span2D scores, CancellationToken cancel = default)
    {
        if (scores.Rows != people.Rows || scores.Columns != 2)
            throw new ArgumentException(Invariant($"Scores are {scores.Rows} × {scores.Columns}; {people.Rows} people need {people.Rows} × 2."), nameof(scores));
        if (people.Rows == 0) return;
        var favourable = probability(people, cancel);
        if (favourable.Count != people.Rows)
            throw new InvalidOperationException(Invariant($"The model returned {favourable.Count} scores for {people.Rows} people."));
        for (int i = 0; i < favourable.Count; i++)
        {
            if (!(favourable[i] is >= 0 and <= 1)) throw new InvalidOperationException(Invariant($"The model returned {favourable[i]} for a person; a probability is 0 to 1."));
            (scores[i, 0], scores[i, 1]) = (1 - favourable[i], favourable[i]);
        }
    }
}
