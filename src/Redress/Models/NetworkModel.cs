using System.Buffers;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>A multilayer perceptron with one logit, and what it was trained on; without hidden layers it is a logistic regression.</summary>
public sealed class NetworkModel : IDifferentiableClassifier
{
    private const int ChunkRows = 256;
    private readonly FeedForward frozen;

    /// <summary>Joins the parts of a trained model.</summary>
    /// <param name="schema">The columns it reads.</param>
    /// <param name="encoding">Fitted on its training rows.</param>
    /// <param name="statistics">Of its training rows.</param>
    /// <param name="network">encoding width inputs, one output: the log-odds of the favourable class.</param>
    /// <param name="threshold">θ, as a logit.</param>
    /// <param name="training">How it was trained.</param>
    /// <param name="certificates">What was certified about it.</param>
    /// <param name="generator">The generator of recourse trained with it, or null.</param>
    internal NetworkModel(
        Schema schema, Encoding encoding, TrainingStatistics statistics, FeedForward network, double threshold,
        TrainingRecord training, IReadOnlyList<Certificate>? certificates = null, RecourseGenerator? generator = null)
    {
        if (network.Sizes[0] != encoding.Width || network.Sizes[^1] != 1)
            throw new ArgumentException(Invariant($"The network maps {network.Sizes[0]} inputs to {network.Sizes[^1]} outputs; the encoding has {encoding.Width} columns and a classifier one logit."), nameof(network));
        generator?.RequireFits(network);
        Schema = schema;
        Encoding = encoding;
        Generator = generator;
        Statistics = statistics;
        Network = network;
        frozen = network.Alias(tracked: false);
        Threshold = threshold;
        Training = training;
        Certificates = certificates ?? [];
        Classes = [$"not {schema.Favourable}", schema.Favourable];
        Fingerprint = ModelFile.FingerprintOf(this);
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public Encoding Encoding { get; }

    /// <inheritdoc/>
    public TrainingStatistics Statistics { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public ScoreKind ScoreKind => ScoreKind.Logit;

    /// <inheritdoc/>
    public double Threshold { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <summary>How it was trained.</summary>
    public TrainingRecord Training { get; }

    /// <summary>What was certified about it.</summary>
    public IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>What the generator of recourse that was trained with the model was trained as, such as counternet; null for a model without one.</summary>
    public string? GeneratorSlug => Generator?.Slug;

    /// <summary>True for a logistic regression: the logit is linear in the encoded row.</summary>
    public bool IsLinear => Network.Sizes.Count == 2;

    /// <summary>The network itself.</summary>
    internal FeedForward Network { get; }

    /// <summary>The generator of recourse that was trained with it, or null.</summary>
    internal RecourseGenerator? Generator { get; }

    /// <summary>This model under a certificate: with its θ, and the certificate among its own. The fingerprint stays.</summary>
    /// <param name="certificate">A certificate of this model.</param>
    /// <exception cref="ArgumentException">The certificate is of another model.</exception>
    public NetworkModel Certified(Certificate certificate) => certificate.Model == Fingerprint
        ? With(certificate.Threshold, [.. Certificates, certificate])
        : throw new ArgumentException("The certificate is of another model.", nameof(certificate));

    /// <summary>The same model with another threshold and certificates; the fingerprint stays.</summary>
    internal NetworkModel With(double threshold, IReadOnlyList<Certificate> certificates) =>
        new(Schema, Encoding, Statistics, Network, threshold, Training, certificates, Generator);

    (float[] Weights, float Intercept)? IEncodedClassifier.Linear()
    {
        if (!IsLinear) return null;
        var weights = new float[Encoding.Width];
        Network.Parameters[0].ReadTo(weights);
        return (weights, Network.Parameters[1].Item);
    }

    /// <inheritdoc/>
    public void Score(Table people, Span2D scores, CancellationToken cancel = default)
    {
        if (scores.Rows != people.Rows || scores.Columns != 2)
            throw new ArgumentException(Invariant($"Scores are {scores.Rows} × {scores.Columns}; {people.Rows} people need {people.Rows} × 2."), nameof(scores));
        int most = Math.Min(ChunkRows, people.Rows);
        float[] block = ArrayPool<float>.Shared.Rent(most * (Encoding.Width + 1));
        Span<float> encoded = block.AsSpan(0, most * Encoding.Width), logits = block.AsSpan(most * Encoding.Width, most);
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(ChunkRows, people.Rows - start);
            Encoding.Encode(people, start, count, encoded);
            Logits(encoded[..(count * Encoding.Width)], count, logits);
            for (int i = 0; i < count; i++) (scores[start + i, 0], scores[start + i, 1]) = (0, logits[i]);
        }
        ArrayPool<float>.Shared.Return(block);
    }

    void IEncodedClassifier.Logits(ReadOnlySpan<float> rows, int count, Span<float> logits) => Logits(rows, count, logits);

    Tensor IDifferentiableClassifier.Logits(Tensor rows) => frozen.Forward(rows);

    LaneNetwork IDifferentiableClassifier.Lanes() => new(frozen);

    ForwardPass IDifferentiableClassifier.Pass(Table people)
    {
        float[] encoded = ArrayPool<float>.Shared.Rent(people.Rows * Encoding.Width);
        Encoding.Encode(people, 0, people.Rows, encoded);
        var rows = Tensor.From(people.Rows, Encoding.Width, encoded.AsSpan(0, people.Rows * Encoding.Width));
        ArrayPool<float>.Shared.Return(encoded);
        return new(frozen, rows);
    }

    private void Logits(ReadOnlySpan<float> rows, int count, Span<float> logits)
    {
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        frozen.Forward(Tensor.From(count, Encoding.Width, rows)).ReadTo(logits[..count]);
    }
}
