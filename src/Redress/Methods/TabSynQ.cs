using System.Text.Json;
using Redress.Data;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="TabSynQ"/>.</summary>
/// <param name="Lambda">λ, how much nearer rows are preferred; 0 or more.</param>
/// <param name="Samples">Rows drawn from Q for a person, of which the one with the best score is given; 1 to 1,000.</param>
/// <param name="Nearest">K, the nearest rows to which Q is cut off; 1 to 10,000.</param>
/// <param name="Synthetic">Rows drawn from the diffusion model once, 1 to 10,000,000; 0 for as many as the training rows.</param>
/// <param name="Label">True to train on rows whose own outcome was the desired one only.</param>
/// <param name="Confidence">γ: rows that the model gives the desired outcome with a probability above this; 0 to below 1.</param>
/// <param name="OtherSide">True to learn rows of the other outcome too, for people who should leave the favourable one.</param>
/// <param name="Steps">Reverse steps of the diffusion; 1 to 1,000.</param>
/// <param name="Hidden">Units of the denoiser's hidden layers, 1 to 16384 each, at most 16. Null for 256, 256, 256.</param>
/// <param name="Latent">Numbers in a code; 1 to 1024.</param>
/// <param name="CodeEpochs">Passes over the rows in training the autoencoder; 1 to 100,000.</param>
/// <param name="Epochs">Passes over the rows in training the denoiser; 1 to 100,000.</param>
/// <param name="BatchSize">Rows a step, 1 to 1,048,576; fewer for small tables.</param>
/// <param name="LearningRate">Adam's step size for the denoiser; more than 0.</param>
public sealed record TabSynQOptions(
    double Lambda = 5, int Samples = 10, int Nearest = 500, int Synthetic = 0, bool Label = true, double Confidence = 0.7, bool OtherSide = false, int Steps = 50,
    IReadOnlyList<int>? Hidden = null, int Latent = 24, int CodeEpochs = 80, int Epochs = 200, int BatchSize = 128, double LearningRate = 0.001)
{
    private const int MaxNearest = 10_000, MaxSynthetic = 10_000_000;

    internal DiffusionOptions Diffusion => new(Hidden, Latent, CodeEpochs, Epochs, BatchSize, LearningRate);

    internal IEnumerable<string> Problems()
    {
        if (Nearest is < 1 or > MaxNearest) yield return Invariant($"nearest is {Nearest}; must be 1 to {MaxNearest}.");
        if (Synthetic is < 0 or > MaxSynthetic) yield return Invariant($"synthetic is {Synthetic}; must be 0 (as many as the training rows) to {MaxSynthetic}.");
        foreach (string problem in TabSynTraining.Problems(Lambda, Samples, Steps, Label, Confidence, Diffusion)) yield return problem;
    }
}

/// <summary>
/// TabSyn+Q (Garg, Nagalapatti and Sarawagi, section 5.6): a diffusion model of the rows D_h⁺ (TabSyn; Zhang et al. 2024) draws a set of synthetic rows once;
/// a person's recourse is drawn from Q(x⁺ | x) ∝ exp(-λ C(x, x⁺)) over it (eq. 6), and of several draws the one that the model scores best is given.
/// </summary>
/// <remarks>
/// Where we differ: of the synthetic rows those are kept that the model itself accepts with confidence γ; C is infinite for every row outside of the person's
/// action set, not only where immutables differ; who has no row of finite C gets rows near them, pulled into their action set; Q is cut off after the
/// nearest rows. <see cref="Diffusion"/> says where the diffusion model differs.
/// </remarks>
public sealed class TabSynQ : ILearningMethod
{
    private readonly TabSynQOptions options;
    private readonly TabSynTraining training;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public TabSynQ(TabSynQOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'tabsyn-q': {p}"));
        training = new(About, this.options.Diffusion, this.options.Label, this.options.Confidence, this.options.OtherSide);
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "tabsyn-q", "Near rows of a set that a diffusion model drew after the rows which the model accepts with confidence",
        "Garg, Nagalapatti, Sarawagi: From Search to Sampling: Generative Models for Robust Algorithmic Recourse, section 5.6",
        Needs.TrainingRows, MaxAnswers: 100,
        "When small changes matter, or real rows may be shown: nearest-neighbour needs no training.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains a diffusion model on the task's training rows with the stream's seed, or takes the task's, and draws the synthetic rows.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var (favourable, other) = training.Train(task, rng, progress, cancel);
        int count = options.Synthetic > 0 ? options.Synthetic : task.TrainingRows!.Rows;
        Table Drawn(Diffusion? from, string side) => from?.Sample(count, rng.Split("synthetic").Split(side), options.Steps, task.Execution, progress, cancel) ?? new(task.Model.Schema, []);
        var (plus, minus) = (Drawn(favourable, "favourable"), Drawn(other, "other"));
        double[] values = [.. plus.Values, .. minus.Values];
        int features = task.Model.Schema.Features.Count;
        for (int row = 0; row < plus.Rows + minus.Rows; row++) Tie(task, values.AsSpan(row * features, features));
        bool[] sides = [.. Enumerable.Repeat(true, plus.Rows), .. Enumerable.Repeat(false, minus.Rows)];
        return Finder(task, Examples.Of(task, new Table(task.Model.Schema, values, labels: sides), cancel));
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt)
    {
        var examples = Examples.Read(task, learnt);
        return examples.Rows.Labels is null ? throw learnt.Damaged("the rows' sides are missing") : Finder(task, examples);
    }

    private RecourseFinder Finder(RecourseTask task, Examples examples) =>
        new(About, JsonSerializer.Serialize(options, OptionsJson.Default.TabSynQOptions), task, new TabSynQSearch(task, examples, options, training));

    /// <summary>Lets columns that follow others follow them: the diffusion model draws every column.</summary>
    private static void Tie(RecourseTask task, Span<double> row)
    {
        foreach (var tie in task.Statistics.Ties)
            if (tie.Follow(row[tie.Leader]) is var value && !double.IsNaN(value)) row[tie.Follower] = value;
    }
}
