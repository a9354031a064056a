using Redress.Actions;
using Redress.Attacks;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Metrics;

/// <summary>What metrics look at: a model, people, and the recourse they got.</summary>
public sealed class Evaluation
{
    private readonly Execution execution;
    private readonly CancellationToken cancel;
    private SusceptibilityPoint? underAttack;

    /// <summary>Scores the people and joins them with their recourse.</summary>
    /// <param name="model">The model.</param>
    /// <param name="people">The people, without faults.</param>
    /// <param name="actions">What they may change.</param>
    /// <param name="recourse">A batch over the same people in the same order, or null.</param>
    /// <param name="rng">The stream of metrics that draw noise.</param>
    /// <param name="execution">Threads; they never change a figure.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="ArgumentException">The batch is of other people.</exception>
    public Evaluation(IModel model, Table people, ActionSet actions, RecourseBatch? recourse, Rng rng, Execution? execution = null, CancellationToken cancel = default)
    {
        if (recourse is not null && recourse.Records.Count != people.Rows)
            throw new ArgumentException(Invariant($"There are {recourse.Records.Count} records for {people.Rows} people."), nameof(recourse));
        (Model, People, Actions, Recourse, Rng) = (model, people, actions, recourse, rng);
        (this.execution, this.cancel) = (execution ?? new(), cancel);
        Scores = Models.Scores.Favourable(model, people, this.execution, cancel);
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

    /// <summary>The favourable score of each person.</summary>
    public IReadOnlyList<double> Scores { get; }

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

    /// <summary>What the attack does, computed once; null where outcomes are unknown, or the model has no gradients or no number to move.</summary>
    internal SusceptibilityPoint? UnderAttack() => People.Labels is null || Model is not IDifferentiableClassifier || AttackBall.Problems(Model.Schema).Any()
        ? null
        : underAttack ??= SusceptibilityCurve.Measure(Model, People, new Pgd(), AttackBall, [AttackBall.Epsilon], Rng, execution, null, cancel)[0];

    /// <summary>The counts at θ, or null where outcomes are unknown.</summary>
    internal ConfusionCounts? Counts() => People.Labels is { } labels ? Confusion.At([.. Scores], [.. labels], Model.Threshold) : null;
}
