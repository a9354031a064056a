using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>How the decoder's numbers are distributed, and with it how they are scaled.</summary>
public enum NumberLikelihood
{
    /// <summary>Normal around the decoder's output, on numbers scaled to mean 0 and standard deviation 1: squared error.</summary>
    Gaussian,

    /// <summary>On numbers scaled to 0 and 1 at the training minimum and maximum: cross-entropy, as CARLA has it. Decoded numbers stay in the training range.</summary>
    Bernoulli,
}

/// <summary>What an autoencoder looks like and how it is trained.</summary>
/// <param name="Hidden">Units of the encoder's hidden layers, 1 to 16384 each, at most 16; the decoder has them in reverse. Null for 64, 32.</param>
/// <param name="Latent">Numbers in a code; 1 to 1024.</param>
/// <param name="Epochs">Passes over the training rows; 1 or more.</param>
/// <param name="BatchSize">Rows a step, 1 or more; fewer where the table has under sixteen batches, but not under eight.</param>
/// <param name="LearningRate">Adam's step size; more than 0.</param>
/// <param name="KlWeight">β, the weight of the codes' divergence from the standard normal; 0 or more. It rises from 0 during the first half of the steps.</param>
/// <param name="Numbers">How numbers are scaled and their reconstruction judged.</param>
/// <param name="Activation">The hidden layers' activation.</param>
public sealed record AutoencoderOptions(
    IReadOnlyList<int>? Hidden = null,
    int Latent = 8,
    int Epochs = 20,
    int BatchSize = 128,
    float LearningRate = 0.002f,
    float KlWeight = 0.3f,
    NumberLikelihood Numbers = NumberLikelihood.Gaussian,
    Activation Activation = Activation.Relu)
{
    /// <summary>CARLA's settings for adult: 512-256-8, five epochs, cross-entropy. Unlike there, the layers have no batch normalisation and the encoder sees the immutables too.</summary>
    public static AutoencoderOptions Carla { get; } = new([512, 256], Epochs: 5, BatchSize: 32, LearningRate: 0.001f, Numbers: NumberLikelihood.Bernoulli);

    internal const int MaxLatent = 1024;

    private const int MaxLayers = 16, MaxUnits = 16384;

    private static readonly int[] DefaultHidden = [64, 32];

    /// <summary><see cref="Hidden"/>, or the default.</summary>
    internal IReadOnlyList<int> Layers => Hidden ?? DefaultHidden;

    internal IEnumerable<string> Problems()
    {
        if (Layers.Count > MaxLayers) yield return Invariant($"The autoencoder has {Layers.Count} hidden layers; the limit is {MaxLayers}.");
        foreach (int size in Layers)
            if (size is < 1 or > MaxUnits) yield return Invariant($"A hidden layer of the autoencoder has {size} units; must be 1 to {MaxUnits}.");
        if (Latent is < 1 or > MaxLatent) yield return Invariant($"Latent size is {Latent}; must be 1 to {MaxLatent}.");
        if (Epochs < 1) yield return Invariant($"Epochs is {Epochs}; must be at least 1.");
        if (BatchSize < 1) yield return Invariant($"Batch size is {BatchSize}; must be at least 1.");
        if (!(LearningRate > 0 && float.IsFinite(LearningRate))) yield return Invariant($"Learning rate is {LearningRate}; must be more than 0 and finite.");
        if (!(KlWeight >= 0 && float.IsFinite(KlWeight))) yield return Invariant($"KL weight is {KlWeight}; must be at least 0 and finite.");
        if (!Enum.IsDefined(Numbers)) yield return Invariant($"Number likelihood is {(int)Numbers}; must be one of {string.Join(", ", Enum.GetNames<NumberLikelihood>())}.");
        if (!Enum.IsDefined(Activation)) yield return Invariant($"Activation is {(int)Activation}; must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
    }
}
