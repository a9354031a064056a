using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Generative;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="TabSynSvdd"/>.</summary>
/// <param name="Lambda">λ = 1 / α, how much the reward counts beside the data; 0 or more. The paper has 5 and 10.</param>
/// <param name="Samples">Rows drawn for a person, of which the one with the best score is given; 1 to 1,000.</param>
/// <param name="Candidates">M, drawn at each step for each of them; 1 to 1,000.</param>
/// <param name="Label">True to train on rows whose own outcome was the desired one only.</param>
/// <param name="Confidence">γ: rows that the model gives the desired outcome with a probability above this; 0 to below 1.</param>
/// <param name="OtherSide">True to learn rows of the other outcome too, for people who should leave the favourable one.</param>
/// <param name="Steps">Reverse steps of the diffusion, each one of the person's budget, which may leave fewer; 1 to 1,000.</param>
/// <param name="Hidden">Units of the denoiser's hidden layers, 1 to 16384 each, at most 16. Null for 256, 256, 256.</param>
/// <param name="Latent">Numbers in a code; 1 to 1024.</param>
/// <param name="CodeEpochs">Passes over the rows in training the autoencoder; 1 to 100,000.</param>
/// <param name="Epochs">Passes over the rows in training the denoiser; 1 to 100,000.</param>
/// <param name="BatchSize">Rows a step of training, 1 to 1,048,576; fewer for small tables.</param>
/// <param name="LearningRate">Adam's step size for the denoiser; more than 0.</param>
public sealed record TabSynSvddOptions(
    double Lambda = 5, int Samples = 10, int Candidates = 10, bool Label = true, double Confidence = 0.7, bool OtherSide = false, int Steps = 50,
    IReadOnlyList<int>? Hidden = null, int Latent = 24, int CodeEpochs = 80, int Epochs = 200, int BatchSize = 128, double LearningRate = 0.001)
{
    internal DiffusionOptions Diffusion => new(Hidden, Latent, CodeEpochs, Epochs, BatchSize, LearningRate);

    internal IEnumerable<string> Problems()
    {
        if (Candidates is < 1 or > 1000) yield return Invariant($"candidates is {Candidates}; must be 1 to 1000.");
        foreach (string problem in TabSynTraining.Problems(Lambda, Samples, Steps, Label, Confidence, Diffusion)) yield return problem;
    }
}

/// <summary>
/// TabSyn+SVDD (Garg, Nagalapatti and Sarawagi, section 5.6 and appendix D.4): a diffusion model of the rows D_h⁺ (TabSyn; Zhang et al. 2024), guided for each
/// person towards P'(x') ∝ P(x') exp(λ r(x')) (eq. 10) with r(x') = -ℓ2(x', x) - 100 · 1[immutables differ] by soft values (SVDD; Li et al. 2024).
/// </summary>
/// <remarks>
/// Where we differ: what was drawn is pulled into the person's action set before it is judged, so that immutables stay whatever the guidance reached; of
/// several rows the one that the model scores best is given, as the paper does for its own method. <see cref="Diffusion"/> and
/// <see cref="SoftValueDecoding"/> say where the diffusion model and the guidance differ.
/// </remarks>
public sealed class TabSynSvdd : ILearningMethod
{
    private const string Favourable = "favourable.", Other = "other.";

    private readonly TabSynSvddOptions options;
    private readonly TabSynTraining training;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public TabSynSvdd(TabSynSvddOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'tabsyn-svdd': {p}"));
        training = new(About, this.options.Diffusion, this.options.Label, this.options.Confidence, this.options.OtherSide);
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "tabsyn-svdd", "A diffusion model of the rows which the model accepts with confidence, guided towards the person without gradients",
        "Garg, Nagalapatti, Sarawagi: From Search to Sampling: Generative Models for Robust Algorithmic Recourse, section 5.6; Li et al.: Derivative-Free Guidance in Continuous and Discrete Diffusion Models with Soft Value-Based Decoding, 2024",
        Needs.TrainingRows, MaxAnswers: 100,
        "When small changes or fast answers matter: it goes farther than tabsyn-q, and takes thousands of passes through a network a person.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains a diffusion model on the task's training rows with the stream's seed, or takes the task's.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        var (favourable, other) = training.Train(task, rng, progress, cancel);
        return Finder(task, favourable, other);
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt)
    {
        TabSynModels? models;
        try
        {
            models = JsonSerializer.Deserialize(learnt.Json, TabSynJson.Default.TabSynModels);
        }
        catch (JsonException e)
        {
            throw learnt.Damaged(e.Message.Split('\n')[0].TrimEnd());
        }
        if (models is null) throw learnt.Damaged("what was learnt is null");
        return Finder(task, Read(task, learnt, models.Favourable, Favourable), Read(task, learnt, models.Other, Other));
    }

    private static Diffusion? Read(RecourseTask task, Learnt learnt, string? json, string prefix)
    {
        if (json is null) return null;
        var read = DiffusionFile.Read(json, [.. learnt.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[prefix.Length..] })], learnt.File ?? About.Slug);
        return read.Schema.HasColumnsOf(task.Model.Schema) ? read : throw learnt.Damaged("its diffusion model is of other columns than the model's");
    }

    private RecourseFinder Finder(RecourseTask task, Diffusion? favourable, Diffusion? other) => new(
        About, JsonSerializer.Serialize(options, OptionsJson.Default.TabSynSvddOptions), task, new TabSynSvddSearch(task, options, training, favourable, other, LearntOf(favourable, other)));

    private static Learnt LearntOf(Diffusion? favourable, Diffusion? other)
    {
        static IEnumerable<StoredTensor> Named(Diffusion? model, string prefix) => model is null ? [] : DiffusionFile.Tensors(model).Select(t => t with { Name = prefix + t.Name });
        var models = new TabSynModels(favourable is null ? null : DiffusionFile.Json(favourable), other is null ? null : DiffusionFile.Json(other));
        return new(JsonSerializer.Serialize(models, TabSynJson.Default.TabSynModels), [.. Named(favourable, Favourable), .. Named(other, Other)]);
    }
}

/// <summary>The manifests of the models that were learnt; null where a side has none.</summary>
internal sealed record TabSynModels(string? Favourable, string? Other);

[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TabSynModels))]
internal sealed partial class TabSynJson : JsonSerializerContext;
