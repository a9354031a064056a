using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Attacks;

/// <summary>What an attack did within one radius.</summary>
/// <param name="Epsilon">ε, in encoded units.</param>
/// <param name="Susceptible">Correctly classified people for whom an adversarial example within ε was found.</param>
/// <param name="Correct">People classified correctly as they are.</param>
/// <param name="People">All people.</param>
public sealed record SusceptibilityPoint(double Epsilon, int Susceptible, int Correct, int People)
{
    /// <summary>Susceptible / correct, 0 to 1; NaN where nobody is classified correctly.</summary>
    public double Susceptibility => Correct == 0 ? double.NaN : (double)Susceptible / Correct;

    /// <summary>The share of all people who are still classified correctly, 0 to 1; NaN without people.</summary>
    public double AdversarialAccuracy => People == 0 ? double.NaN : (double)(Correct - Susceptible) / People;
}

/// <summary>How many people's decisions an attack turns, by its radius.</summary>
public static class SusceptibilityCurve
{
    /// <summary>
    /// Attacks everyone who is classified correctly, at each radius from the smallest on. An example within a small ball is within a larger one, so who is
    /// susceptible at one radius counts, and is not attacked again, at all larger ones: the curve never falls.
    /// </summary>
    /// <param name="model">The model; it needs gradients.</param>
    /// <param name="people">The people, with outcomes and without faults.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="ball">What it may choose from; its own radius plays no part.</param>
    /// <param name="epsilons">The radii, one or more.</param>
    /// <param name="rng">The stream of starts.</param>
    /// <param name="execution">Threads; they never change a figure.</param>
    /// <param name="progress">Told after every radius.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <returns>A point for each different radius, ascending.</returns>
    /// <exception cref="OptionsException">The model has no gradients, or an option is wrong; the message lists every problem.</exception>
    /// <exception cref="DataException">The people have no outcomes, or a row could not be read.</exception>
    public static IReadOnlyList<SusceptibilityPoint> Measure(
        IModel model, Table people, IAttack attack, AttackBall ball, IReadOnlyList<double> epsilons, Rng rng, Execution? execution = null,
        IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        execution ??= new();
        double[] radii = [.. epsilons.Distinct().Order()];
        OptionsException.ThrowIfAny(Problems(model, attack, ball, radii).Concat(execution.Problems()).Distinct());
        if (people.Faults.Count > 0) throw new DataException(Invariant($"{people.Faults.Count} of the rows could not be read: {people.Faults.Values.First()}"));
        var labels = people.Labels ?? throw new DataException($"The target column '{people.Schema.Target}' is missing; an attack needs outcomes.");
        double[] scores = Scores.Favourable(model, people, execution, cancel);
        int[] correct = [.. Enumerable.Range(0, people.Rows).Where(r => scores[r] >= model.Threshold == labels[r])], standing = correct;
        var points = new List<SusceptibilityPoint>();
        foreach (double epsilon in radii)
        {
            standing = Standing(new(model, attack, ball with { Epsilon = epsilon }), people, standing, rng, execution, cancel);
            points.Add(new(epsilon, correct.Length - standing.Length, correct.Length, people.Rows));
            progress?.Report(new("attacking", points.Count, radii.Length));
        }
        return points;
    }

    /// <summary>The rows that an attack does not turn.</summary>
    private static int[] Standing(AttackSearch search, Table people, int[] rows, Rng rng, Execution execution, CancellationToken cancel)
    {
        bool[] fooled = search.Run(people.Select(rows), [.. rows.Select(r => people.Labels![r])], rng, keepPoints: false, execution, cancel).Fooled;
        return [.. rows.Where((_, i) => !fooled[i])];
    }

    private static IEnumerable<string> Problems(IModel model, IAttack attack, AttackBall ball, double[] radii)
    {
        if (radii.Length == 0) yield return "There is no radius; give one or more.";
        foreach (string problem in attack.Problems().Concat(radii.SelectMany(r => (ball with { Epsilon = r }).Problems())).Concat(ball.Problems(model.Schema)).Concat(AttackSearch.UnmetNeeds(model, attack)))
            yield return problem;
    }
}
