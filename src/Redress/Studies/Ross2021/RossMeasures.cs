using Redress.Costs;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Metrics;
using Redress.Models;

namespace Redress.Studies.Ross2021;

/// <summary>Measures one model for the paper's tables and figures.</summary>
internal sealed class RossMeasures
{
    internal const string LinearStepSlug = "linear-step", GradientSlug = "gradient", LinearSlug = "actionable-recourse";

    /// <summary>Shares of accepted people along the front; finer at its end, where the paper's compas and bail lie.</summary>
    private static readonly double[] Shares = [.. Enumerable.Range(1, 49).Select(k => 0.02 * k), 0.985, 0.99, 0.995];
    private const double Alpha = 0.05, DisparityPrecision = 0.65;

    private readonly RossModel model;
    private readonly CancellationToken cancel;
    private readonly IRecourseFinder step, gradient, linear;
    private readonly Scored test, validation;
    private readonly List<Measure> measures = [];

    internal RossMeasures(RossModel model, CancellationToken cancel)
    {
        (this.model, this.cancel) = (model, cancel);
        var task = new RecourseTask(model.Model);
        step = model.Preset.IsWrong ? ReversedStep.Prepare(task) : new LinearStep().Prepare(task, model.Rng, cancel: cancel);
        gradient = new Gradient(model.Preset.Gradient()).Prepare(task, model.Rng, cancel: cancel);
        linear = new ActionableRecourse(model.Preset.Linear()).Prepare(task, model.Rng, cancel: cancel);
        test = Scored.Of(model, step, model.Test, cancel);
        validation = Scored.Of(model, step, model.Data.Validation, cancel);
    }

    /// <summary>How a λ is written in the names of models.</summary>
    internal static string Name(double lambda) => Invariant($"λ={lambda}");

    internal IReadOnlyList<Measure> All(bool beyond)
    {
        AtOwnThreshold();
        UnderGuarantee();
        OverThresholds();
        ForChoosing();
        Disparities();
        if (beyond) Front();
        return measures;
    }

    /// <summary>Tables 1 and 3 alone, for models of other action sets.</summary>
    internal IReadOnlyList<Measure> Tables()
    {
        AtOwnThreshold();
        UnderGuarantee();
        return measures;
    }

    private void Add(string table, string name, string method, string metric, double value) => measures.Add(new(table, model.Dataset, name, method, metric, value));

    private void AddPerformance(string table, string name, ConfusionCounts counts)
    {
        Add(table, name, "", "f1", counts.F1);
        Add(table, name, "", "accuracy", counts.Accuracy);
        Add(table, name, "", "precision", counts.Precision);
        Add(table, name, "", "recall", counts.Recall);
    }

    /// <summary>Tables 1 and 3: the model at its own θ.</summary>
    private void AtOwnThreshold()
    {
        string name = Name(model.Lambda);
        AddPerformance("table 1", name, test.Counts(model.Model.Threshold));
        foreach (var (slug, finder) in new[] { (LinearSlug, linear), (GradientSlug, gradient), (LinearStepSlug, step) })
        {
            var evaluation = Evaluate(finder);
            Add("table 1", name, slug, "recourse-neg", Only(new RecourseNeg(), evaluation));
            Add("table 1", name, slug, "recourse-all", Only(new RecourseAll(), evaluation));
            Add("table 1", name, slug, "cost-l1", Only(new MeanCost(new L1Cost()), evaluation));
            if (slug == LinearSlug) continue;
            Add("table 3", name, slug, "recourse-robustness", Only(new RecourseRobustness(), evaluation));
            if (slug == LinearStepSlug) Add("table 3", name, "", "model-robustness", Only(new ModelRobustness(), evaluation));
        }
    }

    private Evaluation Evaluate(IRecourseFinder finder)
    {
        var batch = finder.Find(new RecourseRequest(model.Test, Execution: RossModel.OneThread), model.Rng, cancel: cancel);
        cancel.ThrowIfCancellationRequested();
        return new(model.Model, model.Test, new(model.Model.Schema, model.Model.Statistics), batch, model.Rng.Split("noise"), RossModel.OneThread, cancel: cancel);
    }

    /// <summary>A metric's one figure; NaN where there is nobody to measure.</summary>
    private static double Only(IMetric metric, Evaluation evaluation) => metric.Of(evaluation).FirstOrDefault()?.Value ?? double.NaN;

    /// <summary>Table 2, footnote 4, and ε in {0.05, 0.1, 0.25}: θ by the guarantee, on the linear step as in the paper.</summary>
    private void UnderGuarantee()
    {
        AddAt("table 2", $"{Name(model.Lambda)}, θ by max F1", model.Model.Threshold);
        var calibration = Scored.Of(model, step, model.Data.Calibration!, cancel);
        foreach (double epsilon in new[] { 0.05, 0.1, 0.25 })
        {
            double threshold = Guaranteed(calibration, epsilon, Alpha);
            AddAt("PARE at ε", Invariant($"{Name(model.Lambda)} ε={epsilon}"), threshold);
            if (epsilon == 0.05) AddAt("table 2", $"{Name(model.Lambda)}, θ by PARE", threshold);
        }
        AddAt("footnote 4", $"{Name(model.Lambda)}, θ by PARE", Guaranteed(calibration, 0.25, 0.25));
    }

    private double Guaranteed(Scored calibration, double epsilon, double alpha) => model.Preset.IsWrong
        ? WrongTail.Threshold(calibration, epsilon, alpha)
        : Pare.Certify(model.Model, step, model.Data.Calibration!, epsilon, alpha, model.Rng, ThresholdChoice.MaxF1, execution: RossModel.OneThread, cancel: cancel).Threshold;

    private void AddAt(string table, string name, double threshold)
    {
        var counts = test.Counts(threshold);
        Add(table, name, "", "f1", counts.F1);
        Add(table, name, "", "accuracy", counts.Accuracy);
        Add(table, name, LinearStepSlug, "recourse-neg", test.RecourseNeg(threshold));
        Add(table, name, LinearStepSlug, "recourse-all", test.RecourseAll(threshold));
    }

    /// <summary>Figure 2: rates over θ.</summary>
    private void OverThresholds()
    {
        if (model.Lambda is not (0 or 0.8)) return;
        for (int k = 1; k < 20; k++) AddAt("figure 2", Invariant($"{Name(model.Lambda)} θ={0.05 * k:0.##}"), Scores.FromProbability(ScoreKind.Logit, 0.05 * k));
    }

    /// <summary>What λ is chosen by: figures of the validation rows, at the model's own θ.</summary>
    private void ForChoosing()
    {
        string name = Name(model.Lambda);
        Add(RossConclusions.Validation, name, "", "f1", validation.Counts(model.Model.Threshold).F1);
        Add(RossConclusions.Validation, name, LinearStepSlug, "recourse-all", validation.RecourseAll(model.Model.Threshold));
    }

    /// <summary>Figure 4 (appendix B.1): recourse-all of whites less that of others by gradient descent, at the θ of precision 0.65 on the validation rows.</summary>
    private void Disparities()
    {
        if (!model.Test.Groups.TryGetValue("race", out var race) || Math.Abs(Math.Round(model.Lambda * 5) - model.Lambda * 5) > 1e-9) return;
        double threshold = validation.ThresholdOfPrecision(DisparityPrecision);
        var reached = Scored.Of(model, gradient, model.Test, cancel);
        double white = reached.RecourseAll(threshold, i => race[i] == "white"), others = reached.RecourseAll(threshold, i => race[i] != "white");
        Add("figure 4", Name(model.Lambda), GradientSlug, "disparity", white - others);
        Add("figure 4", Name(model.Lambda), GradientSlug, "recourse-all white", white);
        Add("figure 4", Name(model.Lambda), GradientSlug, "recourse-all others", others);
    }

    /// <summary>The front over θ and λ: θ by the share of validation rows it accepts, since scores at different λ are on different scales.</summary>
    private void Front()
    {
        var byGradient = Scored.Of(model, gradient, model.Test, cancel);
        foreach (double share in Shares)
        {
            double threshold = validation.ThresholdAccepting(share);
            string name = Invariant($"{Name(model.Lambda)} accepted={share:0.###}");
            AddAt(RossConclusions.TestFront, name, threshold);
            Add(RossConclusions.TestFront, name, GradientSlug, "recourse-neg", byGradient.RecourseNeg(threshold));
            Add(RossConclusions.TestFront, name, GradientSlug, "recourse-all", byGradient.RecourseAll(threshold));
            var counts = validation.Counts(threshold);
            Add(RossConclusions.ValidationFront, name, "", "f1", counts.F1);
            Add(RossConclusions.ValidationFront, name, "", "accuracy", counts.Accuracy);
            Add(RossConclusions.ValidationFront, name, LinearStepSlug, "recourse-neg", validation.RecourseNeg(threshold));
            Add(RossConclusions.ValidationFront, name, LinearStepSlug, "recourse-all", validation.RecourseAll(threshold));
        }
    }
}
