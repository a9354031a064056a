using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Generative;

/// <summary>One epoch of a denoiser's training.</summary>
/// <param name="Number">1-based.</param>
/// <param name="Loss">The mean over rows and columns of the weighted squared error, which is 1 for a denoiser that knows σ and nothing else.</param>
public sealed record DiffusionEpoch(int Number, double Loss);

/// <summary>On what a diffusion model was trained, and how that went.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Rows">Training rows.</param>
/// <param name="DataFingerprint">SHA-256 over their keys.</param>
/// <param name="Epochs">All epochs of the denoiser.</param>
public sealed record DiffusionTraining(ulong Seed, int Rows, string DataFingerprint, IReadOnlyList<DiffusionEpoch> Epochs);

/// <summary>
/// A diffusion model of a table as TabSyn has it (Zhang et al. 2024): an autoencoder of whole rows, and a denoiser of its codes by which new codes, and so
/// new rows, are drawn. It knows no classifier.
/// </summary>
/// <remarks>
/// Where we differ: the autoencoder is fully connected rather than a transformer over column tokens, its divergence has one small weight rather than one
/// that falls from 0.01 to 0.00001, and the denoiser has hidden layers of 256 units rather than 1,024 to 2,048; a training takes about a minute on one core
/// and 10,000 rows. Thread-safe.
/// </remarks>
public sealed class Diffusion
{
    private const int ChunkRows = 256;

    internal Diffusion(Schema schema, NormalScores numbers, Autoencoder codes, Denoiser denoiser, float[] centre, float scale, DiffusionOptions options, DiffusionTraining training)
    {
        (Schema, Numbers, Codes, Denoiser, Centre, Scale, Options, Training) = (schema, numbers, codes, denoiser, centre, scale, options, training);
        Fingerprint = DiffusionFile.FingerprintOf(this);
    }

    /// <summary>The columns. What people can change plays no part.</summary>
    public Schema Schema { get; }

    /// <summary>What it looks like and how it was trained.</summary>
    public DiffusionOptions Options { get; }

    /// <summary>On what it was trained, and how that went.</summary>
    public DiffusionTraining Training { get; }

    /// <summary>SHA-256 of tensors and columns.</summary>
    public string Fingerprint { get; }

    internal NormalScores Numbers { get; }

    /// <summary>Of rows whose numbers are normal scores, and of which everything is generated.</summary>
    internal Autoencoder Codes { get; }

    internal Denoiser Denoiser { get; }

    /// <summary>The mean code of the training rows.</summary>
    internal float[] Centre { get; }

    /// <summary>code = centre + scale · z: z has the variance σ_data², a mean over its columns.</summary>
    internal float Scale { get; }

    /// <summary>Trains a model. The same seed gives the same bits at any thread count.</summary>
    /// <param name="rows">People in raw units.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">What it looks like; null for the defaults.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told as steps are done.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <exception cref="OptionsException">An option is out of range, or a training diverged.</exception>
    /// <exception cref="DataException">There are no rows, or some could not be read.</exception>
    public static Diffusion Train(
        Table rows, ulong seed, DiffusionOptions? options = null, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var (wanted, threads) = (options ?? new(), execution ?? new());
        OptionsException.ThrowIfAny(wanted.Problems().Select(p => $"Options of the diffusion model: {p}").Concat(threads.Problems()));
        if (rows.Rows == 0) throw new DataException("There are no rows to train a diffusion model on.");
        if (rows.Faults.Count > 0) throw new DataException(Invariant($"{rows.Faults.Count} of the rows could not be read: {rows.Faults.Values.First()}"));
        var rng = new Rng(seed).Split("diffusion");
        var numbers = NormalScores.Of(rows);
        double[] scored = rows.Values.ToArray();
        int features = rows.Schema.Features.Count;
        for (int row = 0; row < rows.Rows; row++) numbers.Score(scored.AsSpan(row * features, features));
        var table = new Table(Generated(rows.Schema), scored);
        var codes = Autoencoder.Train(table, rng.Split("codes").Seed, wanted.Codes, threads, progress, cancel);
        var z = new float[rows.Rows * wanted.Latent];
        codes.Encode(table, z);
        var (centre, scale) = Centred(z, wanted.Latent);
        var (denoiser, epochs) = new DiffusionRun(z, wanted, rng).Train(threads, progress, cancel);
        ulong[] keys = [.. Enumerable.Range(0, rows.Rows).Select(rows.Key).Order()];
        string data = ContentHash.Hex(System.Runtime.InteropServices.MemoryMarshal.AsBytes<ulong>(keys));
        return new(rows.Schema, numbers, codes, denoiser, centre, scale, wanted, new(seed, rows.Rows, data, epochs));
    }

    /// <summary>Draws new rows.</summary>
    /// <param name="count">How many; 0 or more.</param>
    /// <param name="rng">Row i is drawn from the i-th stream that is split off, so that fewer rows are the first of more.</param>
    /// <param name="steps">Reverse steps; 1 or more.</param>
    /// <param name="execution">Threads and rows drawn together; they never change the result.</param>
    /// <param name="progress">Told as rows are done.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <returns>Raw rows. Each number is one that a training row has.</returns>
    public Table Sample(int count, Rng rng, int steps = 50, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        int features = Schema.Features.Count, latent = Options.Latent, done = 0;
        var values = new double[checked(count * features)];
        Chunks.Run(count, execution ?? new(), (start, some) =>
        {
            var streams = new Rng[some];
            for (int i = 0; i < some; i++) streams[i] = rng.Split((ulong)(start + i));
            var z = new float[some * latent];
            DiffusionSampler.Sample(Denoiser.Denoise, steps, latent, streams, z);
            Decode(z, some, values.AsSpan(start * features, some * features));
            progress?.Report(new("drawing rows", Interlocked.Add(ref done, some), count));
        }, cancel);
        return new(Schema, values);
    }

    /// <summary>Writes it as one safetensors file, whole or not at all.</summary>
    public void Save(string path) => DiffusionFile.Save(this, path);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or no diffusion model; one line says which.</exception>
    public static Diffusion Load(string path) => DiffusionFile.Load(path);

    /// <summary>The rows that scaled codes stand for.</summary>
    /// <param name="z">count × latent.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="rows">count × features in raw units, all written.</param>
    internal void Decode(ReadOnlySpan<float> z, int count, Span<double> rows)
    {
        int latent = Options.Latent, features = Schema.Features.Count, width = Codes.Layout.Generated, most = Math.Min(ChunkRows, count);
        var (inputs, columns) = (new float[most * latent], new float[most * width]);
        for (int start = 0; start < count; start += ChunkRows)
        {
            int some = Math.Min(ChunkRows, count - start);
            for (int i = 0; i < some; i++)
                for (int k = 0; k < latent; k++) inputs[i * latent + k] = Centre[k] + Scale * z[(start + i) * latent + k];
            Codes.Decode(inputs.AsSpan(0, some * latent), some, columns.AsSpan(0, some * width));
            for (int i = 0; i < some; i++)
            {
                var row = rows.Slice((start + i) * features, features);
                Codes.Layout.Decode(columns.AsSpan(i * width, width), row);
                Numbers.Unscore(row);
            }
        }
    }

    /// <summary>The schema that the autoencoder sees: everything is generated, numbers are scores and categories themselves.</summary>
    internal static Schema Generated(Schema schema) => new(
        [.. schema.Features.Select(f => f.Kind == FeatureKind.Categorical ? Feature.Categorical(f.Name, f.Values, Change.Any) : Feature.Numeric(f.Name, Change.Any))],
        schema.Target, schema.Favourable);

    /// <summary>Takes the mean of each column away and divides all by one number, so that the mean variance is σ_data²; in place.</summary>
    private static (float[] Centre, float Scale) Centred(float[] codes, int latent)
    {
        int rows = codes.Length / latent;
        var centre = new float[latent];
        double variance = 0;
        for (int k = 0; k < latent; k++)
        {
            double mean = 0;
            for (int row = 0; row < rows; row++) mean += codes[row * latent + k] / (double)rows;
            centre[k] = (float)mean;
            for (int row = 0; row < rows; row++)
            {
                codes[row * latent + k] -= centre[k];
                variance += (double)codes[row * latent + k] * codes[row * latent + k] / codes.Length;
            }
        }
        // Rows that are all alike have codes without variance.
        float scale = variance > 0 ? (float)(Math.Sqrt(variance) / Denoiser.SigmaData) : 1;
        for (int i = 0; i < codes.Length; i++) codes[i] /= scale;
        return (centre, scale);
    }
}
