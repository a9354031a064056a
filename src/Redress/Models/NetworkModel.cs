using System.Buffers;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>A multilayer perceptron with one logit, and what it was trained on; without hidden layers it is a logistic regression.</summary>
public sealed class NetworkModel : IDifferentiableClassifier, IGeneratingModel, ICertifiableModel
{
    private const int ChunkRows = 256, GeneratedRows = 64;
    private readonly FeedForward frozen;
    private readonly PackedNetwork packed;

    /// <summary>Joins the parts of a trained model.</summary>
    /// <param name="schema">The columns it reads.</param>
    /// <param name="encoding">Fitted on its training rows.</param>
    /// <param name="statistics">Of its training rows.</param>
    /// <param name="network">encoding width inputs, one output: the log-odds of the favourable class. Its weights stay as they are from here on.</param>
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
        packed = new(network, encoding.IsSparse);
        Threshold = threshold;
        Training = training;
        Certificates = certificates ?? [];
        Classes = [$"not {schema.Favourable}", schema.Favourable];
        Fingerprint = ModelFile.FingerprintOf(TrainedNetwork.Of(this));
    }

    internal NetworkModel(TrainedNetwork parts) : this(parts.Schema, parts.Encoding, parts.Statistics, parts.Network, parts.Threshold, parts.Training, parts.Certificates, parts.Generator) { }

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

    ICertifiableModel ICertifiableModel.Certified(Certificate certificate) => Certified(certificate);

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
        float[] logits = ArrayPool<float>.Shared.Rent(Math.Min(ChunkRows, people.Rows));
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(ChunkRows, people.Rows - start);
            Run(people, start, count, default, logits.AsSpan(0, count));
            for (int i = 0; i < count; i++) (scores[start + i, 0], scores[start + i, 1]) = (0, logits[i]);
        }
        ArrayPool<float>.Shared.Return(logits);
    }

    void IEncodedClassifier.Logits(ReadOnlySpan<float> rows, int count, Span<float> logits) => Logits(rows, count, logits);

    Tensor IDifferentiableClassifier.Logits(Tensor rows) => frozen.Forward(rows);

    LaneNetwork IDifferentiableClassifier.Lanes() => new(frozen);

    ForwardPass IDifferentiableClassifier.Pass(Table people)
    {
        var pass = new ForwardPass(frozen, people.Rows);
        Run(people, 0, people.Rows, pass.Kept, pass.Written);
        return pass;
    }

    /// <summary>Encodes rows and runs the network on them; the bits are the same whether zeros are written out or not.</summary>
    private void Run(Table people, int start, int count, ReadOnlySpan<Tensor?> kept, Span<float> logits)
    {
        int features = Encoding.Features.Count, size = count * Encoding.Width;
        float[] values = ArrayPool<float>.Shared.Rent(size);
        if (Encoding.IsSparse && packed.TakesTerms)
        {
            int[] columns = ArrayPool<int>.Shared.Rent(size);
            Encoding.EncodeTerms(people, start, count, columns, values);
            packed.Run(columns, values, features, count, kept, logits);
            ArrayPool<int>.Shared.Return(columns);
        }
        else
        {
            Encoding.Encode(people, start, count, values);
            packed.Run(values.AsSpan(0, size), count, kept, logits);
        }
        ArrayPool<float>.Shared.Return(values);
    }

    /// <summary>Scores people and writes what their generator gives them, in one pass; nothing is put into anybody's action set.</summary>
    /// <param name="rows">count × encoding width.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="logits">count values, all written: log-odds of the favourable class.</param>
    /// <param name="recourse">count × encoding width, all written: one category a feature, and immutables as in the rows.</param>
    /// <exception cref="InvalidOperationException">The model has no generator.</exception>
    internal void Generate(ReadOnlySpan<float> rows, int count, Span<float> logits, Span<float> recourse)
    {
        if (Generator is not { } generator) throw new InvalidOperationException("The model has no generator.");
        int width = Encoding.Width;
        // Blocks stay in the cache from the first layer to the row that is written.
        for (int start = 0; start < count; start += GeneratedRows)
        {
            using var scope = TensorScope.Open();
            int some = Math.Min(GeneratedRows, count - start);
            ReadOnlySpan<float> x = rows.Slice(start * width, some * width);
            var written = recourse.Slice(start * width, some * width);
            var pass = new ForwardPass(frozen, some, generator.Reads);
            packed.Run(x, some, pass.Kept, pass.Written);
            pass.Outputs.CopyTo(logits[start..]);
            generator.Write(generator.InputsOf(pass, x, some), written);
            generator.Harden(written, x);
        }
    }

    private void Logits(ReadOnlySpan<float> rows, int count, Span<float> logits) => packed.Run(rows[..(count * Encoding.Width)], count, logits[..count]);
}
