using System.Text.Json;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="Revise"/>.</summary>
/// <param name="MaxSteps">Gradient steps a person at most; 1 to 1,000,000.</param>
/// <param name="LearningRate">Adam's step size in codes, which are spread about as the standard normal; more than 0.</param>
/// <param name="Lambda">λ, the weight of the distance; 0 or more.</param>
/// <param name="Patience">A person with a valid row stops after so many steps in which the total loss fell by less than a thousandth; 0 to take all steps.</param>
/// <param name="Autoencoder">The fingerprint of the autoencoder that must be used; null for whichever is given or trained. What a finder says of itself names it.</param>
public sealed record ReviseOptions(int MaxSteps = 1500, double LearningRate = 0.1, double Lambda = 0.5, int Patience = 200, string? Autoencoder = null)
{
    /// <summary>CARLA's settings: 1,500 steps for everyone.</summary>
    public static ReviseOptions Carla { get; } = new(Patience: 0);

    private const int MostSteps = 1_000_000;

    internal LatentDescentSettings Settings => new(LatentRule.Adam, (float)LearningRate, Lambda, Squared: false, MaxSteps, Patience);

    internal IEnumerable<string> Problems()
    {
        if (MaxSteps is < 1 or > MostSteps) yield return Invariant($"max-steps is {MaxSteps}; must be 1 to {MostSteps}.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (Patience < 0) yield return Invariant($"patience is {Patience}; must be at least 0.");
    }
}

/// <summary>
/// REVISE (Joshi, Koyejo, Vijitbenjaronk, Kim and Ghosh 2019; Garg et al. 2025, eq. 3): min over z of -log p(f(G(z)) is desired) + λ ‖x - G(z)‖₁ by Adam from
/// z = E(x), where E and G are the encoder and decoder of a variational autoencoder that is conditional on what people cannot change. Of the valid rows that
/// were met, the one of the least total loss is given. Distances are in the model's encoded units.
/// </summary>
/// <remarks>
/// Where we differ from CARLA: immutables are given to the decoder as they are, in place of being moved with the code and overwritten. Every decoded row is put
/// into the person's Δ. Gradients go through categories as shares, and through whole numbers; CARLA's go through rounding, which has none. Who has no valid row
/// is told so; CARLA gives them back their own.
/// </remarks>
public sealed class Revise : ILearningMethod
{
    private readonly ReviseOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Revise(ReviseOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'revise': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "revise", "Gradient descent on the person's code in an autoencoder",
        "Joshi, Koyejo, Vijitbenjaronk, Kim, Ghosh: Towards Realistic Individual Recourse and Actionable Explanations in Black-Box Decision Making Systems. arXiv 1907.09615, 2019",
        Needs.Gradients | Needs.Autoencoder, MaxAnswers: 1,
        "When small changes matter: what it tells is a whole other person who looks like the data; gradient stays nearer.",
        FixedImmutables: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Takes the task's autoencoder, or trains one on the task's training rows with the stream's seed.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        return FinderOf(task, TaskAutoencoder.Of(task, rng, progress, cancel));
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) => TaskAutoencoder.Restore(About.Slug, learnt, autoencoder => FinderOf(task, autoencoder));

    private RecourseFinder FinderOf(RecourseTask task, Autoencoder autoencoder)
    {
        TaskAutoencoder.Check(About.Slug, task, autoencoder, options.Autoencoder);
        string said = JsonSerializer.Serialize(options with { Autoencoder = autoencoder.Fingerprint }, OptionsJson.Default.ReviseOptions);
        return new RecourseFinder(About, said, task, new Codes(options, autoencoder));
    }

    private sealed class Codes(ReviseOptions options, Autoencoder autoencoder) : ISearch
    {
        private readonly LatentDecoder decoder = LatentDecoder.Of(autoencoder);

        public Learnt Learnt => new(AutoencoderFile.Json(autoencoder), AutoencoderFile.Tensors(autoencoder));

        public IReadOnlyList<int> FixedImmutables => autoencoder.Immutables;

        public void Search(SearchChunk chunk, CancellationToken cancel) => DescentOf(chunk).Search(cancel);

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => DescentOf(chunk).SearchHighest(cancel);

        private LatentDescent DescentOf(SearchChunk chunk)
        {
            int latent = autoencoder.Options.Latent;
            var codes = new float[chunk.Rows * latent];
            autoencoder.Encode(chunk.People, codes);
            return new(chunk, decoder, decoder.InputsOf(chunk.People, codes), options.Settings);
        }
    }
}
