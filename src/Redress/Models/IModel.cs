using Redress.Data;

namespace Redress.Models;

/// <summary>The unit of a model's scores.</summary>
public enum ScoreKind
{
    /// <summary>Log-odds of the favourable class: no saturation, no ties.</summary>
    Logit,

    /// <summary>A probability from 0 to 1, for models that give no more.</summary>
    Probability,
}

/// <summary>A classifier of people in raw units.</summary>
public interface IModel
{
    /// <summary>The columns it reads.</summary>
    Schema Schema { get; }

    /// <summary>The classes in the order of the score columns; the second is the favourable one.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The unit of the scores.</summary>
    ScoreKind ScoreKind { get; }

    /// <summary>The decision threshold θ in the unit of the scores: favourable where score ≥ θ.</summary>
    double Threshold { get; }

    /// <summary>A text that changes whenever any score could change; θ and certificates stand outside it.</summary>
    string Fingerprint { get; }

    /// <summary>Scores people. Thread-safe; a row's scores do not depend on its company.</summary>
    /// <param name="people">People with this model's schema, without faults.</param>
    /// <param name="scores">people × classes, filled: for logits (0, z), for probabilities (1-p, p).</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    void Score(Table people, Span2D scores, CancellationToken cancel = default);
}

/// <summary>Some of a model's rows that a caller lends: rows × columns, row-major.</summary>
public readonly ref struct Span2D
{
    private readonly Span<double> values;

    /// <summary>Views memory as a matrix.</summary>
    /// <exception cref="ArgumentException">The memory is not rows × columns long.</exception>
    public Span2D(Span<double> values, int rows, int columns)
    {
        if (values.Length != rows * columns) throw new ArgumentException(Invariant($"{values.Length} values are not {rows} × {columns}."), nameof(values));
        this.values = values;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>One entry.</summary>
    public ref double this[int row, int column] => ref values[row * Columns + column];
}
