namespace Redress.Data;

/// <summary>How numbers are scaled for a model.</summary>
public enum NumberScaling
{
    /// <summary>To mean 0 and standard deviation 1 over the training rows.</summary>
    Standardise,

    /// <summary>To 0 at the training minimum and 1 at the maximum.</summary>
    MinMax,

    /// <summary>Left as they are.</summary>
    None,

    /// <summary>To 0 at the declared minimum and 1 at the declared maximum (named values: the first and the last), whatever the training rows hold; an end that is not declared is the training rows'.</summary>
    Range,
}

/// <summary>How categories become numbers for a model.</summary>
public enum CategoryCoding
{
    /// <summary>One column a category, 1 where it is the person's.</summary>
    OneHot,

    /// <summary>One column with the category's index, scaled like a number.</summary>
    Ordinal,
}

/// <summary>How an encoding is fitted.</summary>
/// <param name="Numbers">How numbers and ordinal values are scaled.</param>
/// <param name="Categories">How categories become numbers.</param>
public sealed record EncodingOptions(NumberScaling Numbers = NumberScaling.Standardise, CategoryCoding Categories = CategoryCoding.OneHot);

/// <summary>Where a feature stands in the encoded row.</summary>
/// <param name="Offset">Its first column.</param>
/// <param name="Width">Its columns: 1, or one a category where <paramref name="IsOneHot"/>.</param>
/// <param name="IsOneHot">True for a one-hot group.</param>
/// <param name="Shift">encoded = (raw - Shift) / Scale.</param>
/// <param name="Scale">Never 0.</param>
public readonly record struct EncodedFeature(int Offset, int Width, bool IsOneHot, double Shift, double Scale)
{
    /// <summary>True where this can be a feature's place, read from a file that is not to be trusted: at the given column, as wide as its values, and invertible.</summary>
    internal bool Fits(Feature feature, int offset) => Offset == offset && (!IsOneHot || feature.Kind == FeatureKind.Categorical)
        && Width == (IsOneHot ? feature.Values.Count : 1) && Math.Abs(Scale) > 0 && double.IsFinite(Scale) && double.IsFinite(Shift);
}

/// <summary>The invertible map from raw rows to a model's inputs, fitted on training rows only. It lives with the model.</summary>
/// <param name="Features">A feature each, in schema order.</param>
public sealed record Encoding(IReadOnlyList<EncodedFeature> Features)
{
    // Read for every cell: an array is read without a call.
    private readonly EncodedFeature[] at = [.. Features];

    /// <summary>Columns of an encoded row.</summary>
    public int Width { get; } = Features.Count == 0 ? 0 : Features[^1].Offset + Features[^1].Width;

    /// <summary>Fits an encoding to the training rows' schema and statistics.</summary>
    public static Encoding Fit(Schema schema, TrainingStatistics statistics, EncodingOptions options)
    {
        var features = new EncodedFeature[schema.Features.Count];
        int offset = 0;
        for (int f = 0; f < features.Length; f++)
        {
            var feature = schema.Features[f];
            bool oneHot = feature.Kind == FeatureKind.Categorical && options.Categories == CategoryCoding.OneHot;
            var distribution = statistics.Distributions[f];
            var (shift, scale) = (oneHot ? NumberScaling.None : options.Numbers) switch
            {
                NumberScaling.Standardise => (statistics.Mean[f], statistics.StandardDeviation[f]),
                NumberScaling.MinMax => Between(distribution.Minimum, distribution.Maximum),
                NumberScaling.Range => Between(LowestOf(feature) ?? distribution.Minimum, HighestOf(feature) ?? distribution.Maximum),
                _ => (0.0, 1.0),
            };
            int width = oneHot ? feature.Values.Count : 1;
            features[f] = new(offset, width, oneHot, shift, scale);
            offset += width;
        }
        return new(features);
    }

    /// <summary>True where scaling of this kind knows both ends of a feature without the training rows, so that these may all hold one value.</summary>
    internal static bool IsDeclared(Feature feature, NumberScaling scaling) => scaling == NumberScaling.Range && LowestOf(feature) < HighestOf(feature);

    private static double? LowestOf(Feature feature) => feature.IsNamed ? 0 : feature.Minimum;

    private static double? HighestOf(Feature feature) => feature.IsNamed ? feature.Values.Count - 1 : feature.Maximum;

    private static (double Shift, double Scale) Between(double lowest, double highest) => (lowest, highest > lowest ? highest - lowest : 1);

    /// <summary>Where a feature stands, as <see cref="Features"/> has it.</summary>
    internal ref readonly EncodedFeature At(int feature) => ref at[feature];

    /// <summary>Encodes one raw row.</summary>
    /// <param name="raw">Features in schema order.</param>
    /// <param name="encoded"><see cref="Width"/> values, all written.</param>
    public void Encode(ReadOnlySpan<double> raw, Span<float> encoded)
    {
        for (int f = 0; f < at.Length; f++) Encode(f, raw[f], encoded);
    }

    /// <summary>Writes one feature's columns of an encoded row.</summary>
    public void Encode(int feature, double raw, Span<float> encoded)
    {
        ref readonly var f = ref at[feature];
        if (!f.IsOneHot)
        {
            encoded[f.Offset] = (float)((raw - f.Shift) / f.Scale);
            return;
        }
        encoded.Slice(f.Offset, f.Width).Clear();
        encoded[f.Offset + (int)raw] = 1;
    }

    /// <summary>Makes the largest column of every one-hot feature 1 and the others 0; the first of equals.</summary>
    /// <param name="encoded"><see cref="Width"/> values, changed in place.</param>
    internal void TakeLargest(Span<float> encoded)
    {
        foreach (ref readonly var f in at.AsSpan())
        {
            if (!f.IsOneHot) continue;
            int place = Tensors.Kernels.Largest.Place(encoded, f.Offset, f.Width);
            encoded.Slice(f.Offset, f.Width).Clear();
            encoded[f.Offset + place] = 1;
        }
    }

    /// <summary>Encodes rows of a table: count × <see cref="Width"/> values, row-major.</summary>
    public void Encode(Table people, int start, int count, Span<float> encoded)
    {
        for (int i = 0; i < count; i++) Encode(people.Row(start + i), encoded.Slice(i * Width, Width));
    }

    /// <summary>True where most columns of an encoded row are zeros of one-hot groups.</summary>
    internal bool IsSparse => 3 * Features.Count <= Width;

    /// <summary>Encodes rows of a table as what may not be 0: a column and a value a feature, ascending.</summary>
    /// <param name="people">Rows.</param>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">count × features, all written.</param>
    /// <param name="values">count × features, all written.</param>
    internal void EncodeTerms(Table people, int start, int count, Span<int> columns, Span<float> values)
    {
        for (int i = 0; i < count; i++)
        {
            var raw = people.Row(start + i);
            for (int f = 0; f < at.Length; f++)
            {
                ref readonly var to = ref at[f];
                (columns[i * at.Length + f], values[i * at.Length + f]) = to.IsOneHot ? (to.Offset + (int)raw[f], 1f) : (to.Offset, (float)((raw[f] - to.Shift) / to.Scale));
            }
        }
    }

    /// <summary>Reads one feature back: a number, or the index of the largest column of a one-hot group.</summary>
    public double Decode(int feature, ReadOnlySpan<float> encoded)
    {
        ref readonly var f = ref at[feature];
        return f.IsOneHot ? Tensors.Kernels.Largest.Place(encoded, f.Offset, f.Width) : f.Shift + f.Scale * encoded[f.Offset];
    }
}
