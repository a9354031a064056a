using Redress.Data;

namespace Redress.Training;

/// <summary>The training rows as steps read them.</summary>
internal sealed class TrainingRows
{
    private readonly float ratioFavourable = 1, ratioOther = 1;

    /// <param name="of">The rows.</param>
    /// <param name="classWeights">True for weights by class.</param>
    internal TrainingRows(ObjectiveRows of, bool classWeights)
    {
        Of = of;
        X = of.Actions?.X ?? EncodeAll(of.Encoding, of.Table);
        int favourable = of.Table.Labels!.Count(l => l), other = of.Table.Rows - favourable;
        // The rarer class counts as much as the commoner one.
        if (classWeights && favourable < other) ratioFavourable = (float)other / favourable;
        if (classWeights && other < favourable) ratioOther = (float)favourable / other;
        Labels = [.. of.Table.Labels!.Select(l => l ? 1f : 0f)];
        Weights = [.. of.Table.Labels!.Select(WeightOf)];
    }

    /// <summary>The rows.</summary>
    internal ObjectiveRows Of { get; }

    /// <summary>The number of rows.</summary>
    internal int Count => Labels.Length;

    /// <summary>Encoded columns.</summary>
    internal int Width => Of.Encoding.Width;

    /// <summary>[rows, width], encoded.</summary>
    internal float[] X { get; }

    /// <summary>1 where the outcome is favourable.</summary>
    internal float[] Labels { get; }

    /// <summary>The weight of each row's class.</summary>
    internal float[] Weights { get; }

    /// <summary>The weight of a class.</summary>
    internal float WeightOf(bool favourable) => favourable ? ratioFavourable : ratioOther;

    internal static float[] EncodeAll(Encoding encoding, Table rows)
    {
        var encoded = new float[rows.Rows * encoding.Width];
        encoding.Encode(rows, 0, rows.Rows, encoded);
        return encoded;
    }
}
