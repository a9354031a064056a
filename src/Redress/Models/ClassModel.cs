using System.Buffers;
using Redress.Data;

namespace Redress.Models;

/// <summary>A multi-class model, seen for one of its classes (<see cref="MulticlassModel.For"/>).</summary>
internal sealed class ClassModel : IEncodedClassifier, IGeneratingModel, ITrainedClassifier
{
    /// <exception cref="OptionsException">It is no class of the model.</exception>
    internal ClassModel(MulticlassModel of, string @class)
    {
        Of = of;
        Schema = of.Schema.Favouring(@class);
        Class = of.Classes.ToList().IndexOf(@class);
        Classes = [$"not {@class}", @class];
        Fingerprint = ContentHash.Hex(System.Text.Encoding.UTF8.GetBytes($"{of.Fingerprint}\n{@class}"));
    }

    /// <summary>The model.</summary>
    internal MulticlassModel Of { get; }

    /// <summary>The number of the class.</summary>
    internal int Class { get; }

    /// <summary>The model's, with the class as its favourable one.</summary>
    public Schema Schema { get; }

    public Encoding Encoding => Of.Encoding;

    public TrainingStatistics Statistics => Of.Statistics;

    public TrainingRecord Training => Of.Training;

    public IReadOnlyList<string> Classes { get; }

    public ScoreKind ScoreKind => ScoreKind.Logit;

    public double Threshold => 0;

    public string Fingerprint { get; }

    public string? GeneratorSlug => Of.GeneratorSlug;

    /// <summary>Null: a maximum over classes is not linear.</summary>
    public (float[] Weights, float Intercept)? Linear() => null;

    public void Score(Table people, Span2D scores, CancellationToken cancel = default)
    {
        if (scores.Rows != people.Rows || scores.Columns != 2)
            throw new ArgumentException(Invariant($"Scores are {scores.Rows} × {scores.Columns}; {people.Rows} people need {people.Rows} × 2."), nameof(scores));
        int classes = Of.Classes.Count, size = people.Rows * classes;
        double[] all = ArrayPool<double>.Shared.Rent(size);
        Of.Score(people, new(all.AsSpan(0, size), people.Rows, classes), cancel);
        for (int i = 0; i < people.Rows; i++) (scores[i, 0], scores[i, 1]) = (0, Margin(all.AsSpan(i * classes, classes)));
        ArrayPool<double>.Shared.Return(all);
    }

    public void Logits(ReadOnlySpan<float> rows, int count, Span<float> logits)
    {
        int classes = Of.Classes.Count;
        float[] all = ArrayPool<float>.Shared.Rent(count * classes);
        Of.Run(rows, count, all);
        var one = new double[classes];
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < classes; c++) one[c] = all[i * classes + c];
            logits[i] = (float)Margin(one);
        }
        ArrayPool<float>.Shared.Return(all);
    }

    /// <summary>z_c - max over k ≠ c of z_k.</summary>
    private double Margin(ReadOnlySpan<double> z)
    {
        double rival = double.NegativeInfinity;
        for (int k = 0; k < z.Length; k++)
            if (k != Class) rival = Math.Max(rival, z[k]);
        return z[Class] - rival;
    }
}
