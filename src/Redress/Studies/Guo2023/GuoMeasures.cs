using Redress.Data;
using Redress.Guarantees;
using Redress.Metrics;
using Redress.Models;

namespace Redress.Studies.Guo2023;

/// <summary>Measures what a method's recourse comes to under the models of all domains, and what these models are.</summary>
/// <param name="training">The models.</param>
/// <param name="most">The test people of methods that search each by themselves.</param>
/// <param name="cancel">Stops between domains.</param>
internal sealed class GuoMeasures(GuoTraining training, int most, CancellationToken cancel)
{
    internal const string Validity = "validity", RobustValidity = "robust-validity", Proximity = "proximity", Matrix = "validity matrix", Losses = "figure 11", Accuracy = "table 6", Area = "table 7";

    /// <summary>Ends the name of a figure over the people whom the model rejects.</summary>
    internal const string Rejected = ", rejected people";

    /// <summary>Ends the name of a figure over the people who stand in no training part.</summary>
    internal const string Unseen = ", people in no training part";

    private readonly List<Measure> measures = [];
    private readonly List<StudySeries> series = [];

    private int Domains => training.Data.Domains.Count;

    /// <summary>Validity, robust validity and proximity of a method, one figure a domain each.</summary>
    /// <param name="models">The models of all domains.</param>
    /// <param name="method">The method.</param>
    /// <param name="table">The table.</param>
    /// <param name="model">The models' name in it.</param>
    /// <param name="whole">True to keep also what a table of methods has beside them: the rejected and the unseen alone, certificates, the matrix.</param>
    /// <param name="dropout">True to search and score with <see cref="DropoutLeftOn"/>; no certificates then.</param>
    internal PartOutput OfMethod(IReadOnlyList<NetworkModel> models, GuoMethod method, string table, string model, bool whole, bool dropout = false)
    {
        void Add(string metric, double value) => measures.Add(new(table, training.Data.Slug, model, method.Label, metric, value));
        var matrix = new double[Domains * Domains];
        for (int i = 0; i < Domains; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var stream = training.Data.Stream(i, training.Repeat, training.Seed).Split("methods");
            var (train, test) = training.Data.Split(i, training.Repeat, training.Seed);
            var people = method.Searches ? training.Data.People(i, training.Repeat, training.Seed, most) : test;
            var finder = method.Prepare(dropout ? DropoutLeftOn.Thinned(models[i]) : models[i], training.Choice, train, stream, cancel);
            var recourse = GuoRecourse.Of(models[i], finder, people, stream, cancel, dropout ? DropoutLeftOn.Scores : null);
            bool[][] held = [.. models.Select(m => recourse.HoldsUnder(m, cancel))];
            for (int j = 0; j < Domains; j++) matrix[i * Domains + j] = Share(held[j], _ => true);
            double[] proximity = recourse.Proximities();
            void AddAll(string of, Func<int, bool> which)
            {
                Add(Validity + of, Share(held[i], which));
                Add(RobustValidity + of, Enumerable.Range(0, Domains).Where(j => j != i).Average(j => Share(held[j], which)));
                Add(Proximity + of, Mean(proximity, which));
            }
            AddAll("", _ => true);
            if (!whole) continue;
            AddAll(Rejected, p => recourse.Above[p]);
            bool[] unseen = [.. Enumerable.Range(0, people.Rows).Select(p => models.All(m => !m.Training.Keys.Saw(people.Key(p))))];
            if (unseen.Contains(false))
            {
                AddAll(Unseen, p => unseen[p]);
                Add("people in no training part", unseen.Count(u => u));
            }
            Add("people", people.Rows);
            if (dropout) continue;
            var certificate = Pare.Certify(models[i], finder, people, GuoChoices.PareEpsilon, GuoChoices.PareAlpha, stream.Split("find"), execution: Guo2023Study.OneThread, cancel: cancel);
            Add("pare-bound", Scores.Probability(models[i].ScoreKind, certificate.Bound));
            Add("pare-holds", certificate.Bound >= models[i].Threshold ? 1 : 0);
        }
        if (whole) series.Add(new(table, training.Data.Slug, model, method.Label, Matrix, matrix));
        return new(measures, series);
    }

    /// <summary>Accuracy and area under the curve on D_i^test, and how the losses went.</summary>
    internal PartOutput OfModels(IReadOnlyList<NetworkModel> models, string preset, string model)
    {
        void Add(string table, string name, string metric, double value) => measures.Add(new(GuoPreset.Titled(preset, table), training.Data.Slug, name, "", metric, value));
        for (int i = 0; i < Domains; i++)
        {
            var test = training.Data.Split(i, training.Repeat, training.Seed).Test;
            double[] scores = Scores.Favourable(models[i], test, cancel);
            bool[] labels = [.. test.Labels!];
            Add(Accuracy, model, "accuracy", Confusion.At(scores, labels, models[i].Threshold).Accuracy);
            Add(Accuracy, model, "share accepted", (double)scores.Count(s => s >= models[i].Threshold) / scores.Length);
            Add(Area, model, "auc", RocCurve.Area(scores, labels));
            foreach (var epoch in models[i].Training.Epochs)
                for (int part = 0; part < epoch.Losses?.Count; part++) Add(Losses, Invariant($"{model} epoch={epoch.Number}"), Invariant($"L{part + 1}"), epoch.Losses[part]);
        }
        return new(measures);
    }

    /// <summary>NaN where there is nobody.</summary>
    private static double Share(bool[] held, Func<int, bool> which) => Mean([.. held.Select(h => h ? 1.0 : 0)], which);

    private static double Mean(double[] values, Func<int, bool> which)
    {
        double[] chosen = [.. values.Where((_, p) => which(p))];
        return chosen.Length == 0 ? double.NaN : chosen.Average();
    }
}
