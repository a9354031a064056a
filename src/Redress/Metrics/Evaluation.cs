using Redress.Actions;
using Redress.Attacks;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Metrics;

/// <summary>What metrics look at: a model, people, and the recourse they got.</summary>
public sealed class Evaluation
{
    private readonly Lazy<FoundRows> found;
    private readonly Lazy<double[]> spheres, outliers;   // two metrics each read them
    private SusceptibilityPoint? underAttack;

    /// <summary>Scores the people and joins them with their recourse.</summary>
    /// <param name="model">The model.</param>
    /// <param name="people">The people, without faults.</param>
    /// <param name="actions">What they may change.</param>
    /// <param name="recourse">A batch over the same people in the same order, or null.</param>
    /// <param name="rng">The stream of metrics that draw noise.</param>
    /// <param name="execution">Threads; they never change a figure.</param>
    /// <param name="reference">Labelled rows without faults, such as those the model was trained on, that recourse is compared with; null where metrics that need them shall say nothing.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="ArgumentException">The batch is of other people, or the reference rows have no labels or some could not be read.</exception>
    public Evaluation(IModel model, Table people, ActionSet actions, RecourseBatch? recourse, Rng rng, Execution? execution = null, Table? reference = null, CancellationToken cancel = default)
    {
        if (recourse is not null && recourse.Records.Count != people.Rows)
            throw new ArgumentException(Invariant($"There are {recourse.Records.Count} records for {people.Rows} people."), nameof(recourse));
        (Model, People, Actions, Recourse, Rng) = (model, people, actions, recourse, rng);
        (Execution, Cancel) = (execution ?? new(), cancel);
        Encoding = (model as IFittedModel)?.Encoding ?? Encoding.Fit(model.Schema, actions.Statistics, new());
        Reference = reference is null ? null : new(model, Encoding, reference, Execution, cancel);
        Scores = Models.Scores.Favourable(model, people, Execution, cancel);
        found = new(() => new FoundRows(this));
        spheres = new(() => SphereDistance.Measure(this));
        outliers = new(() => OutlierFactor.Measure(this));
    }

    /// <summary>The model.</summary>
    public IModel Model { get; }

    /// <summary>The people.</summary>
    public Table People { get; }

    /// <summary>What they may change.</summary>
    public ActionSet Actions { get; }

    /// <summary>The recourse they got, or null.</summary>
    public RecourseBatch? Recourse { get; }

    /// <summary>What the attack of the robustness metrics, projected gradient descent with its default options, may choose from.</summary>
    public AttackBall AttackBall { get; init; } = new();

    /// <summary>Models that were trained on other rows, such as later ones, by name: what robust validity judges by. Their columns are the model's.</summary>
    public IReadOnlyList<(string Name, IModel Model)> ShiftedModels { get; init; } = [];

    /// <summary>The favourable score of each person.</summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>The rows that recourse is compared with, or null.</summary>
    public ReferenceRows? Reference { get; }

    /// <summary>The units of distances: the model's own encoding; for a black box numbers in standard deviations and a column a category.</summary>
    public Encoding Encoding { get; }

    /// <summary>The first answer of everyone who was found one, side by side.</summary>
    internal FoundRows FoundRows => found.Value;

    /// <summary>What <see cref="SphereDistance"/> is of every recourse found.</summary>
    internal double[] SphereDistances => spheres.Value;

    /// <summary>What <see cref="OutlierFactor"/> is of every recourse found.</summary>
    internal double[] OutlierFactors => outliers.Value;

    internal Execution Execution { get; }

    internal CancellationToken Cancel { get; }

    /// <summary>The stream of metrics that draw noise.</summary>
    internal Rng Rng { get; }

    /// <summary>True for people below θ.</summary>
    internal bool IsRejected(int row) => Scores[row] < Model.Threshold;

    /// <summary>True for people who were found a recourse.</summary>
    internal bool HasRecourse(int row) => Recourse!.Records[row].Outcome == Outcome.Found;

    /// <summary>The first answer of everyone who was found one: the person's row and the row after it, raw.</summary>
    internal IEnumerable<(int Row, double[] Changed)> Found()
    {
        for (int row = 0; row < (Recourse?.Records.Count ?? 0); row++)
            if (HasRecourse(row)) yield return (row, RecourseRows.Changed(People.Schema, Recourse!.Records[row], Recourse.Records[row].Answers[0]));
    }

    /// <summary>Everyone who was found a recourse, with the first answer.</summary>
    internal List<(RecourseRecord Record, RecourseAnswer Answer)> Answers() => [.. (Recourse?.Records ?? []).Where(r => r.Outcome == Outcome.Found).Select(r => (r, r.Answers[0]))];

    /// <summary>What the attack does, computed once; null where outcomes are unknown, or the model has no gradients or no number to move.</summary>
    internal SusceptibilityPoint? UnderAttack() => People.Labels is null || Model is not IDifferentiableClassifier || AttackBall.Problems(Model.Schema).Any()
        ? null
        : underAttack ??= SusceptibilityCurve.Measure(Model, People, new Pgd(), AttackBall, [AttackBall.Epsilon], Rng, Execution, null, Cancel)[0];

    /// <summary>The counts at θ, or null where outcomes are unknown.</summary>
    internal ConfusionCounts? Counts() => People.Labels is { } labels ? Confusion.At([.. Scores], [.. labels], Model.Threshold) : null;
}
