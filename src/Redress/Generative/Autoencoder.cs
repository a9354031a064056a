using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>One epoch of an autoencoder's training.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Reconstruction">The mean over the rows of the reconstruction's negative log-likelihood, up to a constant.</param>
/// <param name="Divergence">The mean over the rows of the codes' divergence from the standard normal, unweighted.</param>
public sealed record AutoencoderEpoch(int Number, double Reconstruction, double Divergence);

/// <summary>
/// A variational autoencoder of people (Kingma and Welling 2014), conditional on what they cannot change (Pawelczyk, Broelemann and Kasneci 2020): the
/// encoder reads whole rows, the decoder a code and the immutables, and generates what can change. It knows no classifier, so that several may share it.
/// </summary>
/// <remarks>It has an encoding of its own, fitted to its training rows: whoever uses it gives and gets raw units. Thread-safe.</remarks>
public sealed class Autoencoder
{
    private const int ChunkRows = 256;
    private readonly FeedForward frozenEncoder, frozenDecoder;

    internal Autoencoder(Schema schema, Encoding encoding, AutoencoderOptions options, FeedForward encoder, FeedForward decoder, AutoencoderTraining training)
    {
        (Schema, Encoding, Options, Encoder, Decoder, Training) = (schema, encoding, options, encoder, decoder, training);
        Layout = new(schema, encoding);
        (frozenEncoder, frozenDecoder) = (encoder.Alias(tracked: false), decoder.Alias(tracked: false));
        Fingerprint = AutoencoderFile.FingerprintOf(this);
    }

    /// <summary>The columns, and what people can change: that is generated, the rest is given.</summary>
    public Schema Schema { get; }

    /// <summary>The encoding of its rows.</summary>
    public Encoding Encoding { get; }

    /// <summary>What it looks like and how it was trained.</summary>
    public AutoencoderOptions Options { get; }

    /// <summary>On what it was trained, and how that went.</summary>
    public AutoencoderTraining Training { get; }

    /// <summary>SHA-256 of tensors, columns, immutables and encoding.</summary>
    public string Fingerprint { get; }

    /// <summary>The features that are given, not generated: those that nobody can change; ascending.</summary>
    public IReadOnlyList<int> Immutables => Layout.Immutables;

    /// <summary>Whole rows to the mean and the log-variance of their codes.</summary>
    internal FeedForward Encoder { get; }

    /// <summary>Codes and immutables to what is generated: means or logits of numbers, logits of categories.</summary>
    internal FeedForward Decoder { get; }

    internal RowLayout Layout { get; }

    /// <summary>Trains an autoencoder. The same seed gives the same bits at any thread count.</summary>
    /// <param name="rows">People in raw units; what their schema lets nobody change is given to the decoder.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">What it looks like; null for the defaults.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told as steps are done.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="OptionsException">An option is out of range, nobody can change anything, or the training diverged.</exception>
    /// <exception cref="DataException">There are no rows, or some could not be read.</exception>
    public static Autoencoder Train(
        Table rows, ulong seed, AutoencoderOptions? options = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        AutoencoderRun.Train(rows, seed, options ?? new(), execution ?? new(), progress, cancel);

    /// <summary>Writes it as one safetensors file, whole or not at all.</summary>
    public void Save(string path) => AutoencoderFile.Save(this, path);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="Models.ModelFileException">The file is damaged, or no autoencoder; one line says which.</exception>
    public static Autoencoder Load(string path) => AutoencoderFile.Load(path);

    /// <summary>Says why rows of a schema are not for this autoencoder, or null where they are.</summary>
    /// <remarks>A schema that lets nobody change anything leaves the immutables to its requests.</remarks>
    internal string? WhyNotFor(Schema schema)
    {
        if (!schema.HasColumnsOf(Schema)) return "The autoencoder was trained on other columns than the model's; train one on rows of the model's schema.";
        if (!schema.Features.Any(f => f.IsActionable)) return null;
        var theirs = new RowLayout(schema, Encoding).Immutables;
        return theirs.SequenceEqual(Immutables) ? null
            : $"The autoencoder takes {Named(Immutables)} for immutable, the model's schema {Named(theirs)}; train one for what people can change.";
    }

    /// <summary>The mean codes of people.</summary>
    /// <param name="people">People with this autoencoder's columns, without faults.</param>
    /// <param name="codes">people × <see cref="AutoencoderOptions.Latent"/>, all written.</param>
    public void Encode(Table people, Span<float> codes)
    {
        int latent = Options.Latent;
        var rows = new float[Math.Min(ChunkRows, people.Rows) * Layout.Width];
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            int count = Math.Min(ChunkRows, people.Rows - start);
            for (int i = 0; i < count; i++) Layout.Encode(people.Row(start + i), rows.AsSpan(i * Layout.Width));
            using var scope = TensorScope.Open();
            using var off = Gradients.Off();
            frozenEncoder.Forward(Tensor.From(count, Layout.Width, rows.AsSpan(0, count * Layout.Width))).SliceCols(0, latent).ReadTo(codes.Slice(start * latent, count * latent));
        }
    }

    /// <summary>The people that codes stand for, given their immutables: numbers may be fractional and outside anybody's action set.</summary>
    /// <param name="codes">people × <see cref="AutoencoderOptions.Latent"/>.</param>
    /// <param name="people">Whose immutables they have, without faults.</param>
    /// <param name="rows">people × features in raw units, all written.</param>
    public void Decode(ReadOnlySpan<float> codes, Table people, Span<double> rows)
    {
        int latent = Options.Latent, width = latent + Layout.Given, features = Schema.Features.Count;
        var inputs = new float[Math.Min(ChunkRows, people.Rows) * width];
        var columns = new float[Math.Min(ChunkRows, people.Rows) * Layout.Generated];
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            int count = Math.Min(ChunkRows, people.Rows - start);
            for (int i = 0; i < count; i++)
            {
                codes.Slice((start + i) * latent, latent).CopyTo(inputs.AsSpan(i * width));
                Layout.EncodeGiven(people.Row(start + i), inputs.AsSpan(i * width + latent));
            }
            Decode(inputs.AsSpan(0, count * width), count, columns);
            for (int i = 0; i < count; i++)
            {
                var row = rows.Slice((start + i) * features, features);
                people.Row(start + i).CopyTo(row);
                Layout.Decode(columns.AsSpan(i * Layout.Generated, Layout.Generated), row);
            }
        }
    }

    /// <summary>What the decoder generates, in the columns of <see cref="RowLayout"/>: numbers in encoded units, logits of categories.</summary>
    /// <param name="inputs">count × (latent + given): codes with encoded immutables.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="columns">count × generated, all written.</param>
    internal void Decode(ReadOnlySpan<float> inputs, int count, Span<float> columns)
    {
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        var generated = frozenDecoder.Forward(Tensor.From(count, Decoder.Sizes[0], inputs));
        generated.ReadTo(columns);
        if (Options.Numbers != NumberLikelihood.Bernoulli || Layout.Numbers == 0) return;
        ReadOnlySpan<float> numbers = generated.SliceCols(0, Layout.Numbers).Sigmoid().Values;
        for (int i = 0; i < count; i++) numbers.Slice(i * Layout.Numbers, Layout.Numbers).CopyTo(columns[(i * Layout.Generated)..]);
    }

    private string Named(IReadOnlyList<int> features) => features.Count == 0 ? "nothing" : string.Join(", ", features.Select(f => $"'{Schema.Features[f].Name}'"));
}

/// <summary>On what an autoencoder was trained, and how that went.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="DataFingerprint">SHA-256 over their keys.</param>
/// <param name="Epochs">All epochs.</param>
public sealed record AutoencoderTraining(ulong Seed, int Rows, string DataFingerprint, IReadOnlyList<AutoencoderEpoch> Epochs);
