using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Training;

/// <summary>How well a multi-class model predicts the likeliest class of some rows.</summary>
/// <param name="Accuracy">The share of rows whose class is predicted, in [0, 1]; higher is better.</param>
/// <param name="F1">Of each class against the rest, in [0, 1]; higher is better.</param>
public sealed record ClassFigures(double Accuracy, IReadOnlyList<double> F1)
{
    /// <summary>The mean of F1 over the classes (macro F1).</summary>
    public double MeanF1 => F1.Average();

    /// <summary>The figures of a model on labelled rows.</summary>
    /// <exception cref="DataException">The rows do not say their classes.</exception>
    public static ClassFigures Of(MulticlassModel model, Table rows)
    {
        if (rows.Classes is not { } classes) throw new DataException($"The rows do not say which class of '{model.Schema.Target}' they have.");
        return Of(model.Predict(rows), [.. classes], model.Classes.Count);
    }

    /// <summary>The figures of logits, rows × classes.</summary>
    internal static ClassFigures Of(float[] logits, int count, int[] classes) =>
        Of([.. classes.Select((_, i) => TensorPrimitives.IndexOfMax<float>(logits.AsSpan(i * count, count)))], classes, count);

    /// <summary>The mean over the rows of weight times -log of the softmax of the row's class.</summary>
    internal static double CrossEntropy(float[] logits, int count, int[] classes, Func<int, float> weightOf)
    {
        using var scope = TensorScope.Open();
        var logs = Tensor.From(classes.Length, count, logits).LogSoftmax();
        double sum = 0;
        for (int i = 0; i < classes.Length; i++) sum -= weightOf(classes[i]) * (double)logs[i, classes[i]];
        return sum / classes.Length;
    }

    private static ClassFigures Of(int[] predicted, int[] classes, int count)
    {
        double F1Of(int c) => Confusion.At([.. predicted.Select(p => p == c ? 1.0 : 0.0)], [.. classes.Select(own => own == c)], 1).F1;
        return new((double)predicted.Zip(classes).Count(p => p.First == p.Second) / classes.Length, [.. Enumerable.Range(0, count).Select(F1Of)]);
    }
}
