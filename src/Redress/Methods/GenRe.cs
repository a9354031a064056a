using System.Text.Json;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="GenRe"/>.</summary>
/// <param name="Lambda">λ, the weight of cost in Q (eq. 6); 0 or more.</param>
/// <param name="Confidence">γ: rows of the favourable outcome whose probability of it is above this are what people may become; 0 to below 1.</param>
/// <param name="Partners">K, the nearest such rows of which each rejected row's partner is drawn; 1 to 10,000. Null for 50, or all where there are fewer.</param>
/// <param name="Bins">n_j, kernels of each number's density; 1 to 1,024. Null for 50, or a value each where there are fewer.</param>
/// <param name="Binning">How numbers are cut into bins.</param>
/// <param name="Bandwidth">What the kernels' widths are multiplied by in soft labels (eq. 8); 0 or more, and 0 for the bin of the value alone.</param>
/// <param name="EncoderLayers">Layers that read the person; 1 to 64.</param>
/// <param name="DecoderLayers">Layers that write the recourse; 1 to 64.</param>
/// <param name="Width">The size of a token; 1 to 4,096.</param>
/// <param name="Heads">Attention heads; a divisor of the width.</param>
/// <param name="FeedForward">Units between the two parts of each layer's feed-forward network; 1 to 4,096.</param>
/// <param name="Epochs">e, passes over the rejected rows at most; 1 to 100,000.</param>
/// <param name="Patience">Epochs without a lower validation loss after which training ends; 1 or more.</param>
/// <param name="BatchSize">b, pairs a step; 1 or more.</param>
/// <param name="LearningRate">η, Adam's step size; more than 0. It rises over the first 200 steps and falls along half a cosine.</param>
/// <param name="Temperature">τ, what logits are multiplied by when a bin is drawn; more than 0.</param>
/// <param name="Sigma">σ, the noise around a bin's mean, in widths of the bin; 0 or more.</param>
/// <param name="Samples">Rows drawn a person, of which the one with the highest score is given; 1 to 10,000.</param>
/// <param name="KeepOwn">True to leave a number as it is where the person's own bin is drawn.</param>
/// <param name="OtherSide">True to learn for people who are to have the unfavourable outcome, too; it takes as long again.</param>
public sealed record GenReOptions(
    double Lambda = 5, double Confidence = 0.7, int? Partners = null, int? Bins = null, Binning Binning = Binning.Quantile, double Bandwidth = 0.5, int EncoderLayers = 2, int DecoderLayers = 2,
    int Width = 32, int Heads = 8, int FeedForward = 32, int Epochs = 40, int Patience = 5, int BatchSize = 256, double LearningRate = 0.003, double Temperature = 10, double Sigma = 0,
    int Samples = 10, bool KeepOwn = true, bool OtherSide = false)
{
    /// <summary>Sizes and rates as the paper has them: 16 + 16 layers, 50 bins of one width, batches of 2,048 at 10⁻⁴. It says nothing of K and epochs.</summary>
    public static GenReOptions Paper { get; } = new(Binning: Binning.EqualWidth, Bandwidth: 1, EncoderLayers: 16, DecoderLayers: 16, BatchSize: 2048, LearningRate: 0.0001, Epochs: 1000, Patience: 50, KeepOwn: false);

    internal GenReSettings Settings => new(
        GenRe.About, Lambda, Confidence, Partners, Bins, Binning, new(EncoderLayers, DecoderLayers, Width, Heads, FeedForward),
        new(Epochs, Patience, BatchSize, LearningRate, Bandwidth), new(Temperature, Sigma, KeepOwn), Samples, OtherSide);

    internal IEnumerable<string> Problems()
    {
        if (EncoderLayers == 0) yield return "encoder-layers is 0; without an encoder nobody would be read, which is what genre-unconditional does.";
        foreach (string problem in Settings.Problems()) yield return problem;
    }
}

/// <summary>
/// GenRe (Garg, Nagalapatti and Sarawagi, ICLR 2025): a transformer R_θ(x⁺|x) that is trained on pairs of a rejected row and a row that the model accepts with
/// confidence, drawn by Q(x⁺|x) ∝ exp(-λ C(x, x⁺)) (eq. 6), and from which recourse is sampled; of n samples the one of the highest h(x⁺) is given (section 5.1).
/// </summary>
/// <remarks>
/// Where we differ: values are drawn among those that the person can reach, and what they cannot change stays theirs before later features are drawn; bins hold about equally many
/// rows and have a frequent value alone, so that nobody is told to have a little of what nearly everybody has none of; a person whose own bin is drawn keeps
/// their value. The paper leaves K, epochs and what tokens are made of open, and gives γ in section 5.5 only.
/// </remarks>
public sealed class GenRe : ILearningMethod
{
    private readonly GenReSettings settings;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public GenRe(GenReOptions? options = null)
    {
        var o = options ?? new();
        OptionsException.ThrowIfAny(o.Problems().Select(p => $"Options of 'genre': {p}"));
        settings = o.Settings with { Json = JsonSerializer.Serialize(o, OptionsJson.Default.GenReOptions) };
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "genre", "Samples from a transformer trained on pairs of a rejected row and a near accepted one",
        "Garg, Nagalapatti, Sarawagi: From Search to Sampling: Generative Models for Robust Algorithmic Recourse. ICLR 2025",
        Needs.TrainingRows, MaxAnswers: 100,
        "When small changes matter more than being like others who were accepted, or training rows are few: gradient goes only as far as it must.",
        FixedImmutables: true, Resumes: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains the transformer on the task's training rows with the stream's seed; <see cref="RecourseTask.Checkpoint"/> keeps its state.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) => settings.Prepare(task, rng, progress, cancel);

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => settings.Restore(task, learnt);
}
