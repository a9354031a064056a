using Redress.Attacks;
using Redress.Models;

namespace Redress.Studies.Guo2023;

/// <summary>A point of a figure.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Model">Its name there, which ends in its place on the x-axis.</param>
/// <param name="Training">The models.</param>
/// <param name="Method">The method.</param>
internal sealed record GuoPoint(string Figure, string Model, GuoTraining Training, GuoMethod Method);

/// <summary>The series of figures 3 to 6 and 12, and one of the inner steps: one number of the training changes, all others stay.</summary>
internal static class GuoSweeps
{
    internal const string Fronts = "figure 3", Attacker = "figure 4", Data = "figure 5", Scheduler = "figure 6", Euclidean = "figure 12", Inner = "inner steps";

    internal const string UnderAttack = "validity under attack";

    /// <summary>The points of a data set: fronts and inner steps of all, the others on the loans, as in the paper.</summary>
    internal static IEnumerable<GuoPoint> Of(GuoPlan plan, GuoData data)
    {
        GuoTraining Training(GuoKind kind, int repeat, Func<GuoChoice, GuoChoice> change)
        {
            var training = plan.Training(GuoPreset.Chosen, data, kind, repeat);
            return training with { Choice = change(training.Choice) };
        }
        GuoPoint Point(string figure, GuoMethod method, string at, Func<GuoChoice, GuoChoice> change, int repeat = 1) => new(figure, $"{method.Kind.Name}{at}", Training(method.Kind, repeat, change), method);
        GuoMethod robust = GuoMethod.RoCourseNet;
        var chosen = GuoChoices.Of(GuoPreset.Chosen, data.Slug);
        double Lambda(GuoMethod method, double factor) => factor * chosen.Recourse(robust: method == robust).Proximity;
        foreach (var method in new[] { GuoMethod.CounterNet, robust })
            foreach (double factor in GuoChoices.ProximityFactors(plan.IsQuick)) yield return Point(Fronts, method, Invariant($" λ3={Lambda(method, factor):0.####}"), c => c.WithProximity(Lambda(method, factor)));
        foreach (var (training, rate) in GuoChoices.InnerSteps(plan.IsQuick))
            for (int repeat = 1; repeat <= GuoChoices.Repeats(plan.IsQuick); repeat++)
                yield return Point(Inner, robust, Invariant($", {(training == VirtualTraining.Adam ? "Adam" : "gradient")} η={rate}"), c => c with { Shift = c.Shift with { Training = training, LearningRate = rate } }, repeat);
        foreach (var method in GuoMethod.All)
            foreach (var (at, options) in method.Front) yield return Point(Fronts, method with { Options = _ => options }, $" {at}", c => c);
        if (data.Slug != GuoData.Loan) yield break;
        foreach (int steps in GuoChoices.Steps(plan.IsQuick))
        {
            yield return Point(Attacker, robust, Invariant($" T={steps}"), c => c with { Shift = c.Shift with { Steps = steps } });
            if (!plan.IsQuick) yield return Point(Euclidean, robust, Invariant($" T={steps}"), c => c with { Shift = c.Shift with { Steps = steps, Norm = AttackNorm.L2 } });
        }
        foreach (double radius in GuoChoices.Radii(plan.IsQuick)) yield return Point(Attacker, robust, Invariant($" E={radius}"), c => c with { Shift = c.Shift with { Epsilon = radius } });
        foreach (double fraction in GuoChoices.Fractions(plan.IsQuick))
            foreach (double factor in GuoChoices.FractionFactors(plan.IsQuick))
            {
                var point = Point(Data, robust, Invariant($", {100 * fraction:0} % λ3={Lambda(robust, factor):0.####}"), c => c.WithProximity(Lambda(robust, factor)));
                yield return point with { Training = point.Training with { Fraction = fraction } };
            }
        for (int repeat = 1; repeat <= GuoChoices.Repeats(plan.IsQuick); repeat++)
            foreach (bool scheduled in new[] { true, false }) yield return Point(Scheduler, robust, scheduled ? ", ε grows" : ", ε stays", c => c with { Schedule = scheduled }, repeat);
    }

    /// <summary>What the attackers of <see cref="Attacked"/> are, in words.</summary>
    internal static string AttackersOf(GuoTraining training, bool quick) =>
        Invariant($"{training.Choice.CounterNet(robust: true).Json} η={AttackerOf(training).LearningRate}") + $" {string.Join(' ', GuoChoices.Steps(quick).Select(t => Invariant($"T={t}")))} {string.Join(' ', GuoChoices.Radii(quick).Select(e => Invariant($"E={e}")))}";

    /// <summary>The attacker that training met, with the paper's η: a smaller one, where training has it, hardly moves a model that is given.</summary>
    private static DataShiftOptions AttackerOf(GuoTraining training) => training.Choice.Shift with { LearningRate = GuoChoices.Of(GuoPreset.Written, training.Data.Slug).Shift.LearningRate };

    /// <summary>Figures 4a, 4d and 12a: models as they are under attackers of growing strength.</summary>
    internal static PartOutput Attacked(GuoTraining training, GuoMethod method, IReadOnlyList<NetworkModel> models, int most, bool quick, CancellationToken cancel)
    {
        var measures = new List<Measure>();
        var shift = AttackerOf(training);
        for (int i = 0; i < models.Count; i++)
        {
            var stream = training.Data.Stream(i, training.Repeat, training.Seed).Split("methods");
            var people = training.Data.People(i, training.Repeat, training.Seed, most);
            var recourse = GuoRecourse.Of(models[i], method.Prepare(models[i], training.Choice, training.Data.Split(i, training.Repeat, training.Seed).Train, stream, cancel), people, stream, cancel);
            void Add(string figure, string at, DataShiftOptions attacker) => measures.Add(new(
                figure, training.Data.Slug, $"{training.Kind.Name} attacked {at}", method.Label, UnderAttack, GuoAttack.ValidityUnder(recourse, attacker, training.Choice.Batch, stream.Split("attack"), cancel)));
            foreach (int steps in GuoChoices.Steps(quick))
            {
                Add(Attacker, Invariant($"T={steps}"), shift with { Steps = steps });
                if (!quick) Add(Euclidean, Invariant($"T={steps}"), shift with { Steps = steps, Norm = AttackNorm.L2 });
            }
            foreach (double radius in GuoChoices.Radii(quick)) Add(Attacker, Invariant($"E={radius}"), shift with { Epsilon = radius });
        }
        return new(measures);
    }
}
