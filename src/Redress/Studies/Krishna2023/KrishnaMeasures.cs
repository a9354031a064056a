using Redress.Attacks;
using Redress.Guarantees;
using Redress.Metrics;
using Redress.Models;

namespace Redress.Studies.Krishna2023;

/// <summary>Measures the models of one seed: how good they are, what each method comes to under each, and how far that is from the plain model's.</summary>
internal sealed class KrishnaMeasures(KrishnaModels models, CancellationToken cancel)
{
    internal const string CostDifference = "cost difference", AttemptDifference = "cost difference, attempts included", Distance = "distance of the recourses", Validity = "validity", Cost = "cost";

    /// <summary>Where lines over ε stand: logistic regressions in the appendix, networks in the main text.</summary>
    internal static string CostTable(bool network) => network ? "figure 2" : "figure 6";

    internal static string ValidityTable(bool network) => network ? "figure 3" : "figure 5";

    private readonly List<Measure> measures = [];
    private Reached[] stated = [], latent = [];

    internal IReadOnlyList<Measure> All()
    {
        for (int e = 0; e < models.Models.Count; e++) Quality(models.Models[e], models.Choices.Epsilons[e]);
        foreach (var method in KrishnaMethod.All)
        {
            Reached[] reached = [.. models.Models.Select((m, e) => Reach(method, m, models.Choices.Epsilons[e]))];
            for (int e = 1; e < reached.Length; e++) Compare(method.Name, models.Choices.Epsilons[e], reached[0], reached[e]);
            if (method.Name == KrishnaMethod.AsWritten) stated = reached;
            if (method.Name == KrishnaMethod.Latent) latent = reached;
        }
        return measures;
    }

    /// <summary>Theorems 1 and 2 on what was measured.</summary>
    internal PartOutput Bounds() => new CostBounds(models, stated, latent).All();

    private void Add(string table, string model, string method, string metric, double value) => measures.Add(new(models.Preset.Titled(table), models.Dataset, model, method, metric, value));

    /// <summary>Figure 7, and what tells a robust model from one that decides alike for everybody.</summary>
    private void Quality(NetworkModel model, double epsilon)
    {
        double[] scores = Scores.Favourable(model, models.People, cancel);
        bool[] labels = [.. models.People.Labels!];
        string at = models.At(epsilon);
        Add("models", at, "", "accuracy", Confusion.At(scores, labels, model.Threshold).Accuracy);
        Add("models", at, "", "share accepted", (double)scores.Count(s => s >= model.Threshold) / scores.Length);
        Add("models", at, "", "mean length of the gradient", LocalModel.Of(model, models.People).Average(m => m.Norm));
        var curve = SusceptibilityCurve.Measure(model, models.People, new Pgd(KrishnaChoices.Attack), new(), KrishnaChoices.JudgedEpsilons, models.Rng.Split("attack"), KrishnaModels.OneThread, cancel: cancel);
        foreach (var point in curve) Add("figure 7", at, "", Invariant($"adversarial accuracy at {point.Epsilon}"), point.AdversarialAccuracy);
    }

    /// <summary>A method (figures 3 and 5), and what it finds on less (figure 8): the same search with every smaller budget.</summary>
    private Reached Reach(KrishnaMethod method, NetworkModel model, double epsilon)
    {
        var reached = method.Reach(models, model, method.Budgets[^1], cancel);
        foreach (int budget in method.Budgets)
        {
            var within = budget == method.Budgets[^1] ? reached : method.Reach(models, model, budget, cancel);
            Add("figure 8", Invariant($"{models.Name}, ε={epsilon} {method.Unit}={budget}"), method.Name, Validity, within.Validity());
        }
        Add(ValidityTable(models.IsNetwork), models.At(epsilon), method.Name, Validity, reached.Validity());
        Add(CostTable(models.IsNetwork), models.At(epsilon), method.Name, Cost, Mean(Enumerable.Range(0, models.People.Rows).Where(i => reached.Valid[i]).Select(reached.Cost)));
        return reached;
    }

    /// <summary>Figures 2 and 6: over people who have a valid answer under both models, or at least an attempt.</summary>
    private void Compare(string method, double epsilon, Reached plain, Reached robust)
    {
        string table = CostTable(models.IsNetwork), at = models.At(epsilon);
        var both = plain.ValidWith(robust).ToList();
        Add(table, at, method, CostDifference, Mean(both.Select(i => robust.Cost(i) - plain.Cost(i))));
        Add(table, at, method, Distance, Mean(both.Select(i => plain.DistanceTo(robust, i))));
        Add(CostBounds.Figure1, at, method, "validity of the plain model less that of the robust one", plain.Validity() - robust.Validity());
        Add(table, at, method, AttemptDifference, Mean(plain.SharedWith(robust).Select(i => robust.Cost(i) - plain.Cost(i)).Where(double.IsFinite)));
    }

    /// <summary>A mean of enough people, else NaN.</summary>
    private static double Mean(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return all.Length < KrishnaChoices.FewestPeople ? double.NaN : all.Average();
    }
}
