using Redress.Data;

namespace Redress.Actions;

/// <summary>
/// The action sets of a batch of people in encoded units, for methods that search there: X, and for every column the interval that contains x + Δ.
/// A category's columns have the interval [0, 1] where the person may take it. Integer steps and listed values are relaxed to their interval;
/// <see cref="Rounding"/> restores them.
/// </summary>
internal sealed class EncodedActions
{
    private readonly Func<int, ActionSet> actionsOf;
    private readonly bool[] mayMove;

    /// <summary>Encodes people and their action sets.</summary>
    /// <param name="people">People without faults.</param>
    /// <param name="actionsOf">The action set of each row.</param>
    /// <param name="encoding">The model's encoding.</param>
    internal EncodedActions(Table people, Func<int, ActionSet> actionsOf, Encoding encoding)
    {
        this.actionsOf = actionsOf;
        People = people;
        Encoding = encoding;
        Width = encoding.Width;
        X = new float[people.Rows * Width];
        encoding.Encode(people, 0, people.Rows, X);
        Lower = (float[])X.Clone();
        Upper = (float[])X.Clone();
        IsBox = true;
        mayMove = new bool[people.Rows];
        for (int row = 0; row < people.Rows; row++)
        {
            var actions = actionsOf(row);
            IsBox &= actions.IsBox;
            mayMove[row] = actions.WhyNotZero(people.Row(row)) is null;
            if (mayMove[row]) Bound(row, actions);
        }
    }

    internal Table People { get; }

    internal Encoding Encoding { get; }

    internal int Rows => People.Rows;

    /// <summary>True where every person's relaxed action set is a product of intervals: no changeable category, tie or linear constraint.</summary>
    internal bool IsBox { get; }

    internal int Width { get; }

    /// <summary>rows × width: the people.</summary>
    internal float[] X { get; }

    /// <summary>rows × width: the lowest encoded value of each column.</summary>
    internal float[] Lower { get; }

    /// <summary>rows × width: the highest encoded value of each column.</summary>
    internal float[] Upper { get; }

    internal ActionSet ActionsOf(int row) => actionsOf(row);

    internal ReadOnlySpan<float> XOf(int row) => X.AsSpan(row * Width, Width);

    internal ReadOnlySpan<float> LowerOf(int row) => Lower.AsSpan(row * Width, Width);

    internal ReadOnlySpan<float> UpperOf(int row) => Upper.AsSpan(row * Width, Width);

    /// <summary>The interval of a number or ordinal feature in raw units, as narrow as listed values make it.</summary>
    internal (double Lower, double Upper) RawBounds(int row, int feature) =>
        mayMove[row] ? Hull(ActionsOf(row), feature, People.Row(row)[feature]) : (People.Row(row)[feature], People.Row(row)[feature]);

    /// <summary>Reads an encoded point of the relaxed set back to raw units, exactly inside every interval. Followers stay; <see cref="Rounding"/> moves them.</summary>
    /// <param name="row">The person.</param>
    /// <param name="encoded">Width values.</param>
    /// <param name="raw">Features in schema order, all written; discrete values may still be fractional.</param>
    internal void Decode(int row, ReadOnlySpan<float> encoded, Span<double> raw)
    {
        var present = People.Row(row);
        var actions = ActionsOf(row);
        present.CopyTo(raw);
        foreach (int f in actions.Actionable)
        {
            ref readonly var at = ref Encoding.At(f);
            if (!at.IsOneHot && encoded[at.Offset] == X[row * Width + at.Offset]) continue;
            raw[f] = at.IsOneHot ? Encoding.Decode(f, encoded) : InsideHull(row, f, encoded[at.Offset]);
        }
        PullInside(actions, present, raw);
    }

    /// <summary>The raw value of a number column; a column at its limit gives the limit itself, not its float32 neighbour.</summary>
    private double InsideHull(int row, int feature, float encoded)
    {
        ref readonly var at = ref Encoding.At(feature);
        var (lower, upper) = RawBounds(row, feature);
        int column = row * Width + at.Offset;
        return encoded <= Lower[column] ? lower : encoded >= Upper[column] ? upper : Math.Clamp(at.Shift + at.Scale * encoded, lower, upper);
    }

    /// <summary>The largest step from the person towards a point that obeys every linear constraint: Δ is convex and contains 0.</summary>
    private static void PullInside(ActionSet actions, ReadOnlySpan<double> present, Span<double> raw)
    {
        double step = 1;
        foreach (var constraint in actions.Constraints)
        {
            double at = constraint.Left(present), to = constraint.Left(raw);
            if (to > constraint.Bound && to > at) step = Math.Min(step, Math.Max(0, (constraint.Bound - at) / (to - at)));
        }
        if (step == 1) return;
        for (int f = 0; f < raw.Length; f++)
            if (!actions.Schema.Features[f].IsNamed) raw[f] = present[f] + step * (raw[f] - present[f]);
    }

    private void Bound(int row, ActionSet actions)
    {
        var present = People.Row(row);
        foreach (int f in actions.Actionable)
        {
            ref readonly var at = ref Encoding.At(f);
            if (at.IsOneHot)
            {
                for (int c = 0; c < at.Width; c++)
                {
                    Lower[row * Width + at.Offset + c] = 0;
                    Upper[row * Width + at.Offset + c] = actions.MayTake(f, present[f], c) ? 1 : 0;
                }
                continue;
            }
            var (lower, upper) = Hull(actions, f, present[f]);
            Encoding.Encode(f, lower, Lower.AsSpan(row * Width, Width));
            Encoding.Encode(f, upper, Upper.AsSpan(row * Width, Width));
        }
    }

    /// <summary>The smallest interval around the values a feature may really take: narrower than the declared one where values are listed.</summary>
    private static (double Lower, double Upper) Hull(ActionSet actions, int feature, double present)
    {
        var (lower, upper) = actions.Interval(feature, present);
        if (!actions.IsListed(feature)) return (lower, upper);
        double low = present, high = present;
        foreach (double value in actions.ListedValues(feature))
        {
            if (!actions.MayTake(feature, present, value)) continue;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
        return (low, high);
    }
}
