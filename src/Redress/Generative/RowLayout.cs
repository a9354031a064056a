using Redress.Data;

namespace Redress.Generative;

/// <summary>
/// The order of an autoencoder's columns: first what the decoder generates (numbers, then one-hot groups), then what it is given, the immutables. The
/// encoder reads whole rows, the decoder writes their beginning.
/// </summary>
/// <remarks>A feature that follows another (same_as) is generated where its leader is; whoever uses the row lets it follow.</remarks>
internal sealed class RowLayout
{
    private readonly Encoding encoding;
    private readonly int[] places;      // a feature each: its first column here
    private readonly int[] generated;   // features, ascending
    private readonly int[] conditions;  // features, ascending

    internal RowLayout(Schema schema, Encoding encoding)
    {
        this.encoding = encoding;
        places = new int[schema.Features.Count];
        conditions = schema.Immutables;
        generated = [.. Enumerable.Range(0, places.Length).Except(conditions)];
        int next = 0;
        void Place(int feature)
        {
            places[feature] = next;
            next += encoding.At(feature).Width;
        }
        foreach (int f in generated)
            if (!encoding.At(f).IsOneHot) Place(f);
        Numbers = next;
        var groups = new List<(int Start, int Width)>();
        foreach (int f in generated)
        {
            if (!encoding.At(f).IsOneHot) continue;
            Place(f);
            groups.Add((places[f], encoding.At(f).Width));
        }
        (Groups, Generated) = (groups, next);
        foreach (int f in conditions) Place(f);
        Width = next;
    }

    /// <summary>Columns of numbers, which stand first.</summary>
    internal int Numbers { get; }

    /// <summary>The one-hot groups that are generated.</summary>
    internal IReadOnlyList<(int Start, int Width)> Groups { get; }

    /// <summary>Columns that the decoder generates.</summary>
    internal int Generated { get; }

    /// <summary>All columns.</summary>
    internal int Width { get; }

    /// <summary>Columns that the decoder is given.</summary>
    internal int Given => Width - Generated;

    /// <summary>Features that are given, not generated.</summary>
    internal IReadOnlyList<int> Immutables => conditions;

    /// <summary>Features that are generated, ascending.</summary>
    internal ReadOnlySpan<int> Features => generated;

    /// <summary>The first column of a feature.</summary>
    internal int PlaceOf(int feature) => places[feature];

    /// <summary>Writes a raw row in this order; <see cref="Width"/> values, all written.</summary>
    internal void Encode(ReadOnlySpan<double> raw, Span<float> row)
    {
        foreach (int f in generated) Encode(f, raw[f], row, 0);
        foreach (int f in conditions) Encode(f, raw[f], row, 0);
    }

    /// <summary>Writes a raw row's immutables; <see cref="Given"/> values, all written.</summary>
    internal void EncodeGiven(ReadOnlySpan<double> raw, Span<float> given)
    {
        foreach (int f in conditions) Encode(f, raw[f], given, Generated);
    }

    /// <summary>Reads generated columns back, a group as the index of its largest; immutables stay.</summary>
    /// <param name="columns"><see cref="Generated"/> values: numbers in encoded units, anything that grows with a category's probability.</param>
    /// <param name="raw">Features in schema order.</param>
    internal void Decode(ReadOnlySpan<float> columns, Span<double> raw)
    {
        foreach (int f in generated)
        {
            ref readonly var at = ref encoding.At(f);
            raw[f] = at.IsOneHot ? System.Numerics.Tensors.TensorPrimitives.IndexOfMax(columns.Slice(places[f], at.Width)) : at.Shift + at.Scale * columns[places[f]];
        }
    }

    private void Encode(int feature, double value, Span<float> row, int before)
    {
        ref readonly var at = ref encoding.At(feature);
        var columns = row.Slice(places[feature] - before, at.Width);
        if (!at.IsOneHot)
        {
            columns[0] = (float)((value - at.Shift) / at.Scale);
            return;
        }
        columns.Clear();
        columns[(int)value] = 1;
    }
}
