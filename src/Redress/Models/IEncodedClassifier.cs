using System.Buffers;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>A model that scores encoded rows: our own networks.</summary>
internal interface IEncodedClassifier : IFittedModel
{
    /// <summary>w and b where the logit is wᵀx + b in encoded units, else null.</summary>
    (float[] Weights, float Intercept)? Linear();

    /// <summary>Log-odds of the favourable class.</summary>
    /// <param name="rows">count × encoding width.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="logits">count values, all written.</param>
    void Logits(ReadOnlySpan<float> rows, int count, Span<float> logits);
}

/// <summary>A model whose logits can be differentiated by the encoded row.</summary>
internal interface IDifferentiableClassifier : IEncodedClassifier
{
    /// <summary>Log-odds of the favourable class, recorded for <see cref="Gradients"/>; its weights are constants.</summary>
    /// <param name="rows">[rows, encoding width].</param>
    /// <returns>[rows, 1].</returns>
    Tensor Logits(Tensor rows);

    /// <summary>Scores people as <see cref="IModel.Score"/> does, to the bit, and keeps what their gradients need, in the innermost open scope.</summary>
    /// <param name="people">Raw rows.</param>
    /// <returns>Their log-odds of the favourable class.</returns>
    ForwardPass Pass(Table people);

    /// <summary>The same on rows side by side, for one thread; its storage belongs to the innermost open scope.</summary>
    LaneNetwork Lanes();
}

/// <summary>A model that may have been trained together with a generator of recourse.</summary>
internal interface IGeneratingModel : IModel
{
    /// <summary>What the generator was trained as, such as counternet; null for a model without one.</summary>
    string? GeneratorSlug { get; }
}

/// <summary>What every caller needs of a model's scores.</summary>
internal static class Scores
{
    /// <summary>The favourable class's score of every person, in the model's unit.</summary>
    internal static double[] Favourable(IModel model, Table people, CancellationToken cancel = default)
    {
        double[] block = ArrayPool<double>.Shared.Rent(people.Rows * 2);
        var both = block.AsSpan(0, people.Rows * 2);
        both.Clear();
        model.Score(people, new Span2D(both, people.Rows, 2), cancel);
        var favourable = new double[people.Rows];
        for (int i = 0; i < favourable.Length; i++) favourable[i] = both[2 * i + 1];
        ArrayPool<double>.Shared.Return(block);
        return favourable;
    }

    /// <summary>As <see cref="Favourable(IModel, Table, CancellationToken)"/>, over chunks of rows on several threads.</summary>
    internal static double[] Favourable(IModel model, Table people, Execution execution, CancellationToken cancel)
    {
        var scores = new double[people.Rows];
        Chunks.Run(people.Rows, execution, (start, count) => Favourable(model, people.Slice(start, count), cancel).CopyTo(scores.AsSpan(start)), cancel);
        return scores;
    }

    /// <summary>A score as a probability, for people to read.</summary>
    internal static double Probability(ScoreKind kind, double score) => kind == ScoreKind.Logit ? 1 / (1 + Math.Exp(-score)) : score;

    /// <summary>A score as log-odds, infinite for a probability of 0 or 1.</summary>
    internal static double LogOdds(ScoreKind kind, double score) => kind == ScoreKind.Logit ? score : Math.Log(score / (1 - score));

    /// <summary>A probability in the unit of a model's scores.</summary>
    internal static double FromProbability(ScoreKind kind, double probability) =>
        kind == ScoreKind.Logit ? Math.Log(probability / (1 - probability)) : probability;
}
