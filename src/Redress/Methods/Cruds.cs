using System.Text.Json;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="Cruds"/>.</summary>
/// <param name="MaxSteps">Gradient steps a person at most; 1 to 1,000,000.</param>
/// <param name="LearningRate">RMSprop's step size in w; more than 0.</param>
/// <param name="Lambda">λ, the weight of the distance; 0 or more.</param>
/// <param name="Patience">A person with a valid row stops after so many steps in which the total loss fell by less than a thousandth; 0 to take all steps.</param>
/// <param name="Hidden">Units of the encoders' hidden layers, 1 to 16384 each, at most 16; decoder and adversary have them in reverse. Null for 64, 32.</param>
/// <param name="Latent">Numbers in z, which carries nothing of the label; 1 to 1024.</param>
/// <param name="Subspace">Numbers in w, which carries the label; 1 to 1024.</param>
/// <param name="Epochs">Passes over the training rows; 1 to 100,000.</param>
/// <param name="BatchSize">Rows a step of the training, 1 or more; fewer where the table has under sixteen batches, but not under eight.</param>
/// <param name="TrainingRate">The training's step size; more than 0.</param>
/// <param name="KlWeight">β_z, the weight of z's divergence; 0 or more.</param>
/// <param name="SubspaceKlWeight">β_w, the weight of w's: the larger beside the other, the less w says but the label; 0 or more.</param>
/// <param name="Independence">The weight of the term that keeps the label out of z; 0 or more.</param>
/// <param name="Numbers">How numbers are scaled and their reconstruction judged.</param>
public sealed record CrudsOptions(
    int MaxSteps = 2000, double LearningRate = 0.008, double Lambda = 0.001, int Patience = 200, IReadOnlyList<int>? Hidden = null, int Latent = 8, int Subspace = 2, int Epochs = 20,
    int BatchSize = 128, double TrainingRate = 0.002, double KlWeight = 0.2, double SubspaceKlWeight = 1, double Independence = 10, NumberLikelihood Numbers = NumberLikelihood.Gaussian)
{
    /// <summary>CARLA's settings: 16 units, five epochs, and 2,000 steps for everyone.</summary>
    public static CrudsOptions Carla { get; } = new(Patience: 0, Hidden: [16], Epochs: 5, BatchSize: 32, TrainingRate: 0.001, Numbers: NumberLikelihood.Bernoulli);

    /// <summary>The settings of Garg et al. 2025, table 8: CARLA's with 512-256-8 and a hundred epochs.</summary>
    public static CrudsOptions Garg2025 { get; } = Carla with { Hidden = [512, 256], Epochs = 100 };

    private const int MostSteps = 1_000_000, MostUnits = 16384, MostLayers = 16, MostLatent = 1024, MostEpochs = 100_000, MostRows = 1 << 20;

    private static readonly int[] DefaultHidden = [64, 32];

    internal IReadOnlyList<int> Layers => Hidden ?? DefaultHidden;

    internal LatentDescentSettings Search => new(LatentRule.RmsProp, (float)LearningRate, Lambda, Squared: true, MaxSteps, Patience);

    internal SubspaceOptions Autoencoder => new(Layers, Latent, Subspace, Epochs, BatchSize, (float)TrainingRate, (float)KlWeight, (float)SubspaceKlWeight, (float)Independence, Numbers);

    internal IEnumerable<string> Problems()
    {
        if (MaxSteps is < 1 or > MostSteps) yield return Invariant($"max-steps is {MaxSteps}; must be 1 to {MostSteps}.");
        if (!(LearningRate > 0 && double.IsFinite(LearningRate))) yield return Invariant($"learning-rate is {LearningRate}; must be more than 0 and finite.");
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (Patience < 0) yield return Invariant($"patience is {Patience}; must be at least 0.");
        if (Layers.Count is < 1 or > MostLayers) yield return Invariant($"hidden has {Layers.Count} layers; must be 1 to {MostLayers}.");
        foreach (int units in Layers)
            if (units is < 1 or > MostUnits) yield return Invariant($"a layer of hidden has {units} units; must be 1 to {MostUnits}.");
        if (Latent is < 1 or > MostLatent) yield return Invariant($"latent is {Latent}; must be 1 to {MostLatent}.");
        if (Subspace is < 1 or > MostLatent) yield return Invariant($"subspace is {Subspace}; must be 1 to {MostLatent}.");
        if (Epochs is < 1 or > MostEpochs) yield return Invariant($"epochs is {Epochs}; must be 1 to {MostEpochs}.");
        if (BatchSize is < 1 or > MostRows) yield return Invariant($"batch-size is {BatchSize}; must be 1 to {MostRows}.");
        if (!(TrainingRate > 0 && double.IsFinite(TrainingRate))) yield return Invariant($"training-rate is {TrainingRate}; must be more than 0 and finite.");
        if (!(KlWeight >= 0 && double.IsFinite(KlWeight))) yield return Invariant($"kl-weight is {KlWeight}; must be at least 0 and finite.");
        if (!(SubspaceKlWeight >= 0 && double.IsFinite(SubspaceKlWeight))) yield return Invariant($"subspace-kl-weight is {SubspaceKlWeight}; must be at least 0 and finite.");
        if (!(Independence >= 0 && double.IsFinite(Independence))) yield return Invariant($"independence is {Independence}; must be at least 0 and finite.");
        if (!Enum.IsDefined(Numbers)) yield return Invariant($"numbers is {(int)Numbers}; must be gaussian or bernoulli.");
    }
}

/// <summary>
/// CRUDS (Downs, Chu, Yacoby, Doshi-Velez and Pan 2020): a conditional-subspace variational autoencoder splits people into z, which carries nothing of the label,
/// and w, which carries it; min over w of -log p(f(G(w, z)) is desired) + λ ‖x - G(w, z)‖₂² by RMSprop, z held fixed. Of the valid rows that were met, the one
/// of the least total loss is given. Distances are in the model's encoded units, squared as in CARLA.
/// </summary>
/// <remarks>
/// Where we differ from CARLA: z and w begin at the means of the encoders, where CARLA samples z and draws w at random; the encoder of w is told the class that
/// the model predicts, where CARLA tells the true label of the person who asks; decoded numbers are put into the person's Δ, where CARLA's leave the data's
/// range for want of a sigmoid; the divergence is a sum over rows, where CARLA builds one normal over a whole batch; the adversary steps along its own loss
/// alone, where CARLA's also gets the gradient that is meant for the encoder; p(w | y) is a mean and a variance for each label, which is all that a network of
/// a label can say. Gradients go through categories as shares and through whole numbers.
/// </remarks>
public sealed class Cruds : ILearningMethod
{
    private readonly CrudsOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Cruds(CrudsOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'cruds': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "cruds", "Gradient descent on the part of a person's code that carries the label",
        "Downs, Chu, Yacoby, Doshi-Velez, Pan: CRUDS: Counterfactual Recourse Using Disentangled Subspaces. ICML Workshop on Human Interpretability in Machine Learning 2020",
        Needs.Gradients | Needs.TrainingRows, MaxAnswers: 1,
        "When small changes matter: what it tells goes through a code of a few numbers; gradient stays nearer.",
        FixedImmutables: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Trains the autoencoder on the task's training rows and their labels with the stream's seed.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        var autoencoder = SubspaceRun.Train(TaskAutoencoder.RowsOf(task), options.Autoencoder, new Rng(rng.Seed).Split(About.Slug), task.Execution, progress, cancel);
        return FinderOf(task, autoencoder);
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt) =>
        FinderOf(task, SubspaceFile.Read(learnt.Json, options.Autoencoder, task.Model.Schema, (name, shape) => learnt.Finite(name, shape), learnt.Damaged));

    private RecourseFinder FinderOf(RecourseTask task, SubspaceAutoencoder autoencoder) =>
        new(About, JsonSerializer.Serialize(options, OptionsJson.Default.CrudsOptions), task, new Codes(options, autoencoder));

    private sealed class Codes(CrudsOptions options, SubspaceAutoencoder autoencoder) : ISearch
    {
        private readonly LatentDecoder decoder = autoencoder.Decoder;

        public Learnt Learnt => new(SubspaceFile.Json(autoencoder), SubspaceFile.Tensors(autoencoder));

        public IReadOnlyList<int> FixedImmutables => autoencoder.Layout.Immutables;

        public void Search(SearchChunk chunk, CancellationToken cancel) => DescentOf(chunk).Search(cancel);

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => DescentOf(chunk).SearchHighest(cancel);

        private LatentDescent DescentOf(SearchChunk chunk)
        {
            // Whoever is searched has the other class than they want.
            bool[] labels = [.. chunk.Signs.Select(sign => sign < 0)];
            return new(chunk, decoder, decoder.InputsOf(chunk.People, autoencoder.Encode(chunk.People, labels)), options.Search);
        }
    }
}
