namespace Redress.Generative;

/// <summary>What a diffusion model of a table looks like and how it is trained.</summary>
/// <param name="Hidden">Units of the denoiser's hidden layers, 1 to 16384 each, at most 16. Null for 256, 256, 256.</param>
/// <param name="Latent">Numbers in a code; 1 to 1024.</param>
/// <param name="CodeEpochs">Passes over the rows in training the autoencoder; 1 to 100,000.</param>
/// <param name="Epochs">Passes over the rows in training the denoiser; 1 to 100,000.</param>
/// <param name="BatchSize">Rows a step of either, 1 to 1,048,576; fewer where the table has under sixteen batches, but not under eight.</param>
/// <param name="LearningRate">Adam's step size for the denoiser, which falls along half a cosine; more than 0.</param>
public sealed record DiffusionOptions(
    IReadOnlyList<int>? Hidden = null, int Latent = 24, int CodeEpochs = 80, int Epochs = 200, int BatchSize = 128, double LearningRate = 0.001)
{
    private const int MaxLayers = 16, MaxUnits = 16384, MaxEpochs = 100_000, MaxBatch = 1 << 20;

    private static readonly int[] DefaultHidden = [256, 256, 256];

    /// <summary><see cref="Hidden"/>, or the default.</summary>
    internal IReadOnlyList<int> Layers => Hidden ?? DefaultHidden;

    /// <summary>The autoencoder: a weak divergence, since what the codes' distribution is the denoiser learns.</summary>
    internal AutoencoderOptions Codes => new([128, 64], Latent, CodeEpochs, BatchSize, KlWeight: 0.05f);

    /// <summary>The options in one line.</summary>
    internal string Said => Invariant($"hidden {string.Join(',', Layers)}, latent {Latent}, code-epochs {CodeEpochs}, epochs {Epochs}, batch-size {BatchSize}, learning-rate {LearningRate}");

    /// <summary>Every problem, by the options' names in JSON.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Layers.Count > MaxLayers) yield return Invariant($"hidden has {Layers.Count} layers; the limit is {MaxLayers}.");
        foreach (int units in Layers)
            if (units is < 1 or > MaxUnits) yield return Invariant($"a layer of hidden has {units} units; must be 1 to {MaxUnits}.");
        if (Latent is < 1 or > AutoencoderOptions.MaxLatent) yield return Invariant($"latent is {Latent}; must be 1 to {AutoencoderOptions.MaxLatent}.");
        if (CodeEpochs is < 1 or > MaxEpochs) yield return Invariant($"code-epochs is {CodeEpochs}; must be 1 to {MaxEpochs}.");
        if (Epochs is < 1 or > MaxEpochs) yield return Invariant($"epochs is {Epochs}; must be 1 to {MaxEpochs}.");
        if (BatchSize is < 1 or > MaxBatch) yield return Invariant($"batch-size is {BatchSize}; must be 1 to {MaxBatch}.");
        if (!((float)LearningRate > 0 && float.IsFinite((float)LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
    }
}
