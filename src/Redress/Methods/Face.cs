using System.Text.Json;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>What a link of <see cref="Face"/>'s graph costs.</summary>
public enum FaceWeight
{
    /// <summary>Its length times 1 - log p̂, where p̂ in (0, 1] falls with the distance to the K-th neighbour: ways keep to where people are.</summary>
    Density,

    /// <summary>Its length.</summary>
    Distance,
}

/// <summary>Options of <see cref="Face"/>.</summary>
/// <param name="Neighbours">K: in the k-nearest-neighbour graph each row is linked to so many others, as is the person; in both graphs the density goes by the K-th. 1 to 1,000;
/// the default where neither is asked for (a radius, and links that cost their length).</param>
/// <param name="Radius">Null for the k-nearest-neighbour graph. Else the ε graph: rows nearer than this share of the mean distance between two rows are linked; above 0, at most 1.</param>
/// <param name="Weight">What a link costs.</param>
/// <param name="Confidence">γ: ways end at rows that the model gives the desired outcome with a probability above this; 0 to below 1.</param>
/// <param name="Label">True to end only at rows whose own outcome was the desired one.</param>
/// <param name="Bring">How rows are brought into a person's action set: keep or exact.</param>
/// <param name="MaxRows">Training rows in the graph; of more a seeded sample is taken. 2 to 200,000.</param>
/// <param name="Tries">Ends looked at, nearest first along the graph, until one is valid. 1 to 1,000.</param>
public sealed record FaceOptions(
    int Neighbours = FaceOptions.DefaultNeighbours, double? Radius = null, FaceWeight Weight = FaceWeight.Density, double Confidence = 0.5, bool Label = false, Bring Bring = Bring.Keep, int MaxRows = 50_000, int Tries = 10)
{
    private const int DefaultNeighbours = 20;

    /// <summary>False where neither links nor what they cost go by neighbours.</summary>
    internal bool ReadsNeighbours => Radius is null || Weight == FaceWeight.Density;

    internal IEnumerable<string> Problems()
    {
        if (Neighbours is < 1 or > 1000) yield return Invariant($"neighbours is {Neighbours}; must be 1 to 1000.");
        else if (!ReadsNeighbours && Neighbours != DefaultNeighbours) yield return Invariant($"neighbours is {Neighbours}, and with a radius and weight distance nothing goes by neighbours; leave it at {DefaultNeighbours}.");
        if (Radius is { } radius && !(radius is > 0 and <= 1)) yield return Invariant($"radius is {radius}; must be above 0 and at most 1, a share of the mean distance, or null for the graph of nearest neighbours.");
        if (!Enum.IsDefined(Weight)) yield return Invariant($"weight is {(int)Weight}; must be density or distance.");
        if (!(Confidence is >= 0 and < 1)) yield return Invariant($"confidence is {Confidence}; must be 0 to below 1.");
        if (!Enum.IsDefined(Bring)) yield return Invariant($"bring is {(int)Bring}; must be keep or exact.");
        if (Bring == Bring.Clamp) yield return "bring is clamp; a way goes from row to row, so it must be keep or exact.";
        if (MaxRows is < 2 or > 200_000) yield return Invariant($"max-rows is {MaxRows}; must be 2 to 200000.");
        if (Tries is < 1 or > 1000) yield return Invariant($"tries is {Tries}; must be 1 to 1000.");
    }
}

/// <summary>
/// FACE (Poyiadzi, Sokol, Santos-Rodriguez, De Bie and Flach, AIES 2020): the shortest way over a graph of training rows, whose links cost more where few
/// people are, from the person to a row that the model accepts with confidence. The answer carries the way; every step of it is in the person's action set,
/// and no step moves a feature against its declared direction.
/// </summary>
/// <remarks>Where we differ: f(p̂) is 1 - log p̂ with p̂ relative to the median row, since the paper's -log of a density is negative where people are dense; rows
/// are brought into the person's action set, since the paper's condition on links leaves few of them where people differ in what they cannot change; the end
/// is scored as the person would be there. There is no threshold on the density of the end: the weights stand for it.</remarks>
public sealed class Face : ILearningMethod
{
    private readonly FaceOptions options;

    /// <summary>Creates the method.</summary>
    /// <exception cref="OptionsException">An option is out of range; the message lists every problem.</exception>
    public Face(FaceOptions? options = null)
    {
        this.options = options ?? new();
        OptionsException.ThrowIfAny(this.options.Problems().Select(p => $"Options of 'face': {p}"));
    }

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "face", "The shortest way from training row to training row, through where people are, to one that the model accepts with confidence",
        "Poyiadzi, Sokol, Santos-Rodriguez, De Bie, Flach: FACE: Feasible and Actionable Counterfactual Explanations. AIES 2020",
        Needs.TrainingRows, MaxAnswers: 10,
        "When small actions matter, or few training rows lie within people's action sets: gradient goes only as far as it must.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        if (options.Label && task.TrainingRows!.Labels is null) throw new OptionsException("Options of 'face': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.");
        var examples = Examples.Of(task, options.MaxRows, rng, cancel);
        progress?.Report(new("linking rows", 0, examples.Count));
        var graph = FaceGraph.Of(examples, options, task.Execution, cancel);
        progress?.Report(new("linking rows", examples.Count, examples.Count));
        return Finder(task, examples, graph);
    }

    IRecourseFinder ILearningMethod.Restore(RecourseTask task, Learnt learnt)
    {
        var examples = Examples.Read(task, learnt);
        if (options.Label && examples.Rows.Labels is null) throw learnt.Damaged("the rows' outcomes are missing");
        return Finder(task, examples, FaceGraph.Read(learnt, examples.Count));
    }

    private RecourseFinder Finder(RecourseTask task, Examples examples, FaceGraph graph) =>
        new(About, JsonSerializer.Serialize(options, OptionsJson.Default.FaceOptions), task, new FaceSearch(examples, graph, options));
}
