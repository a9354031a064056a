using Redress.Data;

namespace Redress.Training;

/// <summary>The training rows as steps read them.</summary>
internal sealed class TrainingRows
{
    private readonly float[] ratios;

    /// <param name="of">The rows.</param>
    /// <param name="classWeights">True for weights by class.</param>
    /// <param name="outputs">Outputs of the network: 1, or one a class.</param>
    internal TrainingRows(ObjectiveRows of, bool classWeights, int outputs)
    {
        (Of, Outputs) = (of, outputs);
        X = of.Actions?.X ?? EncodeAll(of.Encoding, of.Table);
        int[] classes = ClassesOf(of.Table, outputs), counts = new int[Math.Max(2, outputs)];
        foreach (int c in classes) counts[c]++;
        // The rarer classes count as much as the commonest one.
        ratios = [.. counts.Select(n => classWeights ? (float)counts.Max() / n : 1)];
        Targets = TargetsOf(of.Table, outputs);
        Weights = [.. classes.Select(WeightOf)];
    }

    /// <summary>The rows.</summary>
    internal ObjectiveRows Of { get; }

    /// <summary>The number of rows.</summary>
    internal int Count => Of.Table.Rows;

    /// <summary>Outputs of the network.</summary>
    internal int Outputs { get; }

    /// <summary>Encoded columns.</summary>
    internal int Width => Of.Encoding.Width;

    /// <summary>[rows, width], encoded.</summary>
    internal float[] X { get; }

    /// <summary>[rows, outputs]: 1 where the outcome is favourable, or in the column of its class.</summary>
    internal float[] Targets { get; }

    /// <summary>The weight of each row's class.</summary>
    internal float[] Weights { get; }

    /// <summary>The weight of a class (<see cref="ClassesOf"/>).</summary>
    internal float WeightOf(int number) => ratios[number];

    /// <summary>The class of each row: 1 for the favourable outcome and 0 for the other where there is one output, else its number in the schema.</summary>
    internal static int[] ClassesOf(Table rows, int outputs) => outputs == 1 ? [.. rows.Labels!.Select(l => l ? 1 : 0)] : [.. rows.Classes!];

    /// <summary>What a network is to say of each row, rows × outputs: the class where there is one output, else 1 in the column of the class.</summary>
    internal static float[] TargetsOf(Table rows, int outputs)
    {
        int[] classes = ClassesOf(rows, outputs);
        if (outputs == 1) return [.. classes.Select(c => (float)c)];
        var targets = new float[rows.Rows * outputs];
        for (int row = 0; row < classes.Length; row++) targets[row * outputs + classes[row]] = 1;
        return targets;
    }

    internal static float[] EncodeAll(Encoding encoding, Table rows)
    {
        var encoded = new float[rows.Rows * encoding.Width];
        encoding.Encode(rows, 0, rows.Rows, encoded);
        return encoded;
    }
}
