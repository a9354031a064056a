using System.Text.Json;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="GenReUnconditional"/>.</summary>
/// <param name="Lambda">λ, the weight of cost in the choice among draws (eq. 5); 0 or more.</param>
/// <param name="Confidence">γ: rows of the favourable outcome whose probability of it is above this make up the density; 0 to below 1.</param>
/// <param name="Bins">n_j, kernels of each number's density; 1 to 1,024. Null for 50, or a value each where there are fewer.</param>
/// <param name="Binning">How numbers are cut into bins.</param>
/// <param name="Bandwidth">What the kernels' widths are multiplied by in soft labels (eq. 8); 0 or more.</param>
/// <param name="Layers">Layers; 1 to 64. The paper gives it twice as many as the conditional model has in its decoder.</param>
/// <param name="Width">The size of a token; 1 to 4,096.</param>
/// <param name="Heads">Attention heads; a divisor of the width.</param>
/// <param name="FeedForward">Units between the two parts of each layer's feed-forward network; 1 to 4,096.</param>
/// <param name="Epochs">Passes over the accepted rows at most; 1 to 100,000.</param>
/// <param name="Patience">Epochs without a lower validation loss after which training ends; 1 or more.</param>
/// <param name="BatchSize">Rows a step; 1 or more.</param>
/// <param name="LearningRate">Adam's step size; more than 0.</param>
/// <param name="Temperature">τ, what logits are multiplied by when a bin is drawn; more than 0. At 1 rows are drawn from the density itself.</param>
/// <param name="Sigma">σ, the noise around a bin's mean, in widths of the bin; 0 or more.</param>
/// <param name="Samples">Rows drawn a person, of which the likeliest by eq. 5 is given; 1 to 10,000.</param>
/// <param name="OtherSide">True to learn for people who are to have the unfavourable outcome, too; it takes as long again.</param>
public sealed record GenReUnconditionalOptions(
    double Lambda = 5, double Confidence = 0.7, int? Bins = null, Binning Binning = Binning.Quantile, double Bandwidth = 0.5, int Layers = 4, int Width = 32, int Heads = 8, int FeedForward = 32,
    int Epochs = 40, int Patience = 5, int BatchSize = 256, double LearningRate = 0.003, double Temperature = 1, double Sigma = 0, int Samples = 100, bool OtherSide = false)
{
    internal GenReSettings Settings => new(
        GenReUnconditional.About, Lambda, Confidence, null, Bins, Binning, new(0, Layers, Width, Heads, FeedForward),
        new(Epochs, Patience, BatchSize, LearningRate, Bandwidth), new(Temperature, Sigma, KeepOwn: false), Samples, OtherSide);
}

/// <summary>
/// The ablation of GenRe (Garg, Nagalapatti and Sarawagi 2025, section 5.4): a transformer of P(x⁺ | y⁺), the rows that the model accepts with confidence, whoever asks; rows are
/// drawn from it, and of those that the model accepts the likeliest under exp(-λ C(x, x⁺)) P(x⁺ | y⁺) V(x⁺) (eq. 5), that is the cheapest, is given.
/// </summary>
/// <remarks>The paper shows this density's contours, and does not say how recourse would be chosen from it: ours is self-normalised importance sampling at its mode.</remarks>
public sealed class GenReUnconditional : ILearningMethod
{
    private readonly GenReSettings settings;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public GenReUnconditional(GenReUnconditionalOptions? options = null)
    {
        var o = options ?? new();
        OptionsException.ThrowIfAny(o.Settings.Problems().Select(p => $"Options of 'genre-unconditional': {p}"));
        settings = o.Settings with { Json = JsonSerializer.Serialize(o, OptionsJson.Default.GenReUnconditionalOptions) };
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "genre-unconditional", "The cheapest of many draws from a transformer of accepted rows, whoever asks",
        "Garg, Nagalapatti, Sarawagi: From Search to Sampling: Generative Models for Robust Algorithmic Recourse. ICLR 2025, section 5.4",
        Needs.TrainingRows, MaxAnswers: 100,
        "Nearly always: it shows what GenRe gains by being told who asks, and genre finds nearer rows with fewer draws.",
        FixedImmutables: true, Resumes: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains the transformer on the task's training rows with the stream's seed; <see cref="RecourseTask.Checkpoint"/> keeps its state.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) => settings.Prepare(task, rng, progress, cancel);

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => settings.Restore(task, learnt);
}
