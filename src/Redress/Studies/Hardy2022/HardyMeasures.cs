using Redress.Attacks;
using Redress.Metrics;

namespace Redress.Studies.Hardy2022;

/// <summary>What is measured of a model, and of the counterfactuals that a method finds for it.</summary>
internal sealed class HardyMeasures(HardyModel model, HardyOptions options)
{
    internal const string Models = "section 3, models", Curve = "susceptibility curve", Success = "table 1", Changes = "table 2", Connected = "figure 4", Beyond = "beyond the paper";
    internal const string Distance = "distance", Knn = "knn-distance", Sphere = "sphere-distance";

    private string Dataset => model.Network.Dataset;

    /// <summary>Accuracy, and susceptibility to projected gradient descent over its radius.</summary>
    internal PartOutput OfModel(CancellationToken cancel)
    {
        var measures = new List<Measure>
        {
            new(Models, Dataset, model.Name, "", "accuracy", model.Accuracy(model.Test)),
            new(Models, Dataset, model.Name, "", "accuracy on training rows", model.Accuracy(model.Train)),
        };
        var attack = new Pgd(new(options.TestSteps));
        foreach (var point in SusceptibilityCurve.Measure(model.Model, model.Test, attack, new(), HardyOptions.Radii, model.Shared.Split("attack"), Hardy2022Study.OneThread, null, cancel))
        {
            measures.Add(new(Curve, Dataset, Invariant($"{model.Name}, ε·255={Math.Round(255 * point.Epsilon)}"), "", "susceptibility", point.Susceptibility));
            measures.Add(new(Curve, Dataset, Invariant($"{model.Name}, ε·255={Math.Round(255 * point.Epsilon)}"), "", "adversarial accuracy", point.AdversarialAccuracy));
            if (Math.Round(255 * point.Epsilon) is 8 or 16) measures.Add(new(Models, Dataset, model.Name, "", Invariant($"susceptibility at {Math.Round(255 * point.Epsilon)}/255"), point.Susceptibility));
        }
        return new(measures);
    }

    /// <summary>The metrics of section 3.3 over the counterfactuals of a method, and one number a person for the pictures.</summary>
    internal PartOutput OfMethod(HardyMethod method, CancellationToken cancel)
    {
        var people = model.Rejected(options.People);
        var actions = method.Actions(model.Model);
        var finder = method.Prepare(model.Model, model.Train, options, model.Shared, cancel);
        var batch = finder.Find(new RecourseRequest(people, actions, Execution: Hardy2022Study.OneThread), model.Shared.Split("find"), null, cancel);
        cancel.ThrowIfCancellationRequested();
        var evaluation = new Evaluation(model.Model, people, actions, batch, model.Shared.Split("noise"), Hardy2022Study.OneThread, model.Train, cancel);
        string figure = method.Figure(Dataset) ?? Beyond;
        var (measures, series) = (new List<Measure>(), new List<StudySeries>());
        void Add(string table, string metric, double value) => measures.Add(new(table, Dataset, model.Name, method.Label, metric, value));
        void Keep(string metric, IEnumerable<double> values)
        {
            double[] each = [.. values];
            series.Add(new(figure, Dataset, model.Name, method.Label, metric, each));
            double[] defined = [.. each.Where(double.IsFinite)];
            Add(figure, metric, defined.Length == 0 ? double.NaN : defined.Average());
        }
        int found = batch.Records.Count(r => r.Outcome == Outcome.Found);
        Add(Success, "success-rate", people.Rows == 0 ? double.NaN : (double)found / people.Rows);
        Add(Success, "people", people.Rows);
        Keep(Distance, EncodedCost.Each(evaluation, EncodedNorm.L2));
        Keep(Knn, KnnDistance.Each(evaluation));
        Keep(Sphere, evaluation.SphereDistances);
        bool[] connected = Connectedness.Each(evaluation);
        Add(figure, "sphere-empty", found == 0 ? double.NaN : evaluation.SphereDistances.Count(d => !double.IsFinite(d)) / (double)found);
        Add(Connected, "connected", connected.Count(c => c));
        Add(Connected, "unconnected", connected.Count(c => !c));
        foreach (var value in new Sparsity().Of(evaluation)) Add(Changes, "sparsity", value.Value);
        foreach (var value in new Redundancy().Of(evaluation)) Add(Changes, "redundancy", value.Value);
        if (Dataset != Hardy2022Study.Images)
            foreach (var value in new Inliers().Of(evaluation)) Add(Beyond, "inliers", value.Value);
        return new(measures, series);
    }
}
