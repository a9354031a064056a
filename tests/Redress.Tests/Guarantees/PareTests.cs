using System.Text.Json;
using MathNet.Numerics.Distributions;
using Redress.Actions;
using Redress.Data;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Guarantees;

/// <summary>One feature X ~ N(0, 1), the score x, actions of at most 1/2: the best score of a person is N(1/2, 1), so everything about PARE has a closed form.</summary>
public sealed class PareTests
{
    private const double Epsilon = 0.05, Alpha = 0.05;
    private static readonly Schema OneFeature = new([Feature.Numeric("x", Change.Any, new LargestChange(0.5, ChangeUnit.Raw))], "y", "yes");
    private static readonly NetworkModel Model = Sample.Linear(Sample.Table(OneFeature, [[-1], [1]]), [1], 0);
    private static readonly IRecourseFinder Finder = new LinearStep().Prepare(new(Model), new Rng(1));

    [Theory]
    [InlineData(100, 1)]
    [InlineData(59, 0)]
    public void Certificates_fail_as_often_as_the_binomial_tail_says(int n, int allowed)
    {
        const int draws = 2000;
        int failures = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            var certificate = Pare.Certify(Model, new ClosedForm(), Gaussians(n, (ulong)draw + 77), Epsilon, Alpha, new Rng(1), execution: new(1));
            Assert.Equal(allowed, certificate.AllowedFailures);
            double without = Normal.CDF(0.5, 1, certificate.Bound);
            if (without > Epsilon) failures++;
        }
        double expected = BinomialTail.Cumulative(allowed, n, Epsilon);
        double deviation = Math.Sqrt(expected * (1 - expected) / draws);
        Assert.InRange((double)failures / draws, expected - 3 * deviation, expected + 3 * deviation);
        Assert.True(expected <= Alpha);
    }

    [Fact]
    public void The_allowed_failures_are_those_of_the_exact_tail()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText("golden/statistics.json"));
        int certified = 0;
        foreach (var item in golden.RootElement.GetProperty("pare_k").EnumerateArray())
        {
            int n = item.GetProperty("n").GetInt32(), k = item.GetProperty("k").GetInt32();
            if (k < 0 || n > 2000) continue;
            var certificate = Pare.Certify(Model, Finder, Gaussians(n, 5), item.GetProperty("epsilon").GetDouble(), item.GetProperty("alpha").GetDouble(), new Rng(1));
            Assert.Equal((n, k), (certificate.Rows, certificate.AllowedFailures));
            certified++;
        }
        Assert.True(certified >= 2, $"only {certified} golden rows were certified");
    }

    [Fact]
    public void The_bound_is_an_order_statistic_of_the_best_scores()
    {
        var rows = Gaussians(100, 8);
        double[] best = [.. rows.Values.ToArray().Select(x => x + 0.5).Order()];
        var certificate = Pare.Certify(Model, Finder, rows, Epsilon, Alpha, new Rng(1));
        Assert.Equal(best[1], certificate.Bound, 1e-6);
        Assert.Equal(certificate.Bound, Pare.Certify(Model, new ClosedForm(), rows, Epsilon, Alpha, new Rng(1)).Bound, 1e-6);
        Assert.Equal(1, Finder.HighestScores(new(rows), new Rng(1)).Count(s => s < certificate.Bound));
        Assert.Equal(3.0, Pare.Bound([5, 3, 1, 2, 4], 2));
    }

    [Fact]
    public void Too_few_rows_are_refused_with_the_number_needed() =>
        Assert.Equal("There are 58 calibration rows; epsilon 0.05 and alpha 0.05 need at least 59.",
            Sample.Message<DataException>(() => Pare.Certify(Model, Finder, Gaussians(58, 1), Epsilon, Alpha, new Rng(1))));

    [Fact]
    public void Rows_seen_in_training_or_validation_are_refused_with_their_count()
    {
        var rows = Gaussians(60, 1);
        ulong[] Keys(params int[] at) => [.. at.Select(rows.Key).Order()];
        var model = Sample.Linear(Sample.Table(OneFeature, [[-1], [1]]), [1], 0, keys: new(Keys(3, 9), Keys(40), Keys(1, 2), Keys(5)));
        Assert.Equal("3 of 60 calibration rows were seen in training or validation; a certificate over them would promise too much.",
            Sample.Message<DataException>(() => Pare.Certify(model, new LinearStep().Prepare(new(model), new Rng(1)), rows, Epsilon, Alpha, new Rng(1))));
    }

    [Theory]
    [InlineData(0, 0.05, "Epsilon is 0; must be more than 0 and less than 1.")]
    [InlineData(1, double.NaN, "Epsilon is 1; must be more than 0 and less than 1.\nAlpha is NaN; must be more than 0 and less than 1.")]
    [InlineData(0.05, -0.5, "Alpha is -0.5; must be more than 0 and less than 1.")]
    public void Ranges_are_refused_together(double epsilon, double alpha, string message) =>
        Assert.Equal(message, Sample.Message<OptionsException>(() => Pare.Certify(Model, Finder, Gaussians(60, 1), epsilon, alpha, new Rng(1))).ReplaceLineEndings("\n"));

    [Fact]
    public void Rows_that_cannot_be_judged_are_refused()
    {
        double[] values = Gaussians(60, 1).Values.ToArray();
        values[7] = values[9] = double.NaN;
        Assert.Equal("2 of 60 calibration rows hold values that the model cannot judge.",
            Sample.Message<DataException>(() => Pare.Certify(Model, Finder, new Table(OneFeature, values), Epsilon, Alpha, new Rng(1))));
        var faulty = new Table(OneFeature, Gaussians(60, 1).Values.ToArray(), faults: new Dictionary<int, string> { [4] = "a.csv, line 6: 'z' is no number" });
        Assert.Equal("1 calibration rows could not be read: a.csv, line 6: 'z' is no number",
            Sample.Message<DataException>(() => Pare.Certify(Model, Finder, faulty, Epsilon, Alpha, new Rng(1))));
    }

    [Fact]
    public void The_present_threshold_stays_where_the_bound_allows_it()
    {
        var rows = Gaussians(100, 8);
        var low = Model.With(-100, []);
        Assert.Equal(-100, Pare.Certify(low, Finder, rows, Epsilon, Alpha, new Rng(1)).Threshold);
        var high = Pare.Certify(Model.With(100, []), Finder, rows, Epsilon, Alpha, new Rng(1));
        Assert.Equal(high.Bound, high.Threshold);
    }

    [Fact]
    public void The_best_of_ten_steps_below_the_bound_is_chosen_by_F1()
    {
        // Outcomes follow x ≥ -2: the step of probability nearest below that is best.
        double[] x = Gaussians(400, 8).Values.ToArray();
        var rows = new Table(OneFeature, x, labels: [.. x.Select(v => v >= -1.9)]);
        var certificate = Pare.Certify(Model, Finder, rows, Epsilon, Alpha, new Rng(1), ThresholdChoice.MaxF1);
        double top = 1 / (1 + Math.Exp(-certificate.Bound));
        double[] steps = [.. Enumerable.Range(1, 10).Select(s => Math.Log(top * s / 10 / (1 - top * s / 10)))];
        double F1(double t) => 2.0 * x.Count(v => v >= t && v >= -1.9) / (x.Count(v => v >= t) + x.Count(v => v >= -1.9));
        Assert.Contains(steps, s => Math.Abs(s - certificate.Threshold) < 1e-9);
        Assert.Equal(steps.Max(F1), F1(certificate.Threshold));
        Assert.True(certificate.Threshold < certificate.Bound);
        Assert.Equal("Choosing the threshold by F1 needs the target column 'y' in the calibration rows.",
            Sample.Message<DataException>(() => Pare.Certify(Model, Finder, Gaussians(60, 1), Epsilon, Alpha, new Rng(1), ThresholdChoice.MaxF1)));
    }

    [Fact]
    public void A_certificate_covers_its_own_run_and_no_other()
    {
        var rows = Gaussians(100, 8);
        var certificate = Pare.Certify(Model, Finder, rows, Epsilon, Alpha, new Rng(1));
        var certified = Model.Certified(certificate);
        var run = new LinearStep().Prepare(new(certified), new Rng(1)).Find(new(rows), new Rng(1)).Run;
        Assert.Null(Pare.WhyNotCovered(certificate, run, budgeted: false));
        Assert.Equal("a budget", Pare.WhyNotCovered(certificate, run, budgeted: true));
        Assert.Equal("another model", Pare.WhyNotCovered(certificate, run with { Model = "m" }, false));
        Assert.Equal("another method (linear-step, not gradient)", Pare.WhyNotCovered(certificate, run with { Method = "gradient", Options = "{}" }, false));
        Assert.Equal("other options", Pare.WhyNotCovered(certificate, run with { Options = "{\"a\":1}" }, false));
        Assert.Equal("another action set", Pare.WhyNotCovered(certificate, run with { ActionsFingerprint = "f" }, false));
        Assert.Equal("another rule of rounding", Pare.WhyNotCovered(certificate with { Rounding = "none" }, run, false));
        Assert.Equal("another seed (1, not 2)", Pare.WhyNotCovered(certificate, run with { Seed = 2 }, false));
        Assert.Equal("a threshold above its bound", Pare.WhyNotCovered(certificate, run with { Threshold = certificate.Bound + 0.1 }, false));
        Assert.Equal("another desired outcome", Pare.WhyNotCovered(certificate, run with { Desired = "other-than-predicted" }, false));
    }

    [Fact]
    public void Action_sets_of_single_people_end_the_cover()
    {
        var people = Sample.Table(OneFeature, [[-3], [-2]], ids: ["a", "b"]);
        var certificate = Pare.Certify(Model, Finder, Gaussians(100, 8), Epsilon, Alpha, new Rng(1));
        var narrow = new ActionSet(new Schema([Feature.Numeric("x", Change.Any, new LargestChange(0.1, ChangeUnit.Raw))], "y", "yes"), Model.Statistics);
        var run = Finder.Find(new(people, Overrides: new Dictionary<string, ActionSet> { ["a"] = narrow }), new Rng(1)).Run;
        Assert.Contains("another action set", Pare.WhyNotCovered(certificate, run, false)!, StringComparison.Ordinal);
        Assert.DoesNotContain("another action set", Pare.WhyNotCovered(certificate, Finder.Find(new(people), new Rng(1)).Run, false) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void People_get_what_was_certified()
    {
        // θ is the bound itself: the score of one calibration row's best action, met exactly by every method's own fallback.
        var (rows, training) = (Gaussians(100, 21), new Table(OneFeature, Gaussians(200, 22).Values.ToArray(), labels: [.. Enumerable.Range(0, 200).Select(i => i % 2 == 0)]));
        foreach (var method in MethodCatalog.All)
        {
            var model = method.Info.Needs.HasFlag(Needs.Generator) ? Sample.WithGenerator(Model, method.Info.Slug, 1) : Model;
            var certificate = Pare.Certify(model.With(100, []), method.Create().Prepare(new(model, training), new Rng(1)), rows, Epsilon, Alpha, new Rng(1));
            var batch = method.Create().Prepare(new(model.With(certificate.Threshold, []), training), new Rng(1)).Find(new(rows), new Rng(1));
            Assert.Equal(certificate.AllowedFailures, 100 - batch.Count(Outcome.Found) - batch.Count(Outcome.AlreadyDesired));
        }
    }

    /// <summary>What every finder reaches here, without its work: x + 1/2.</summary>
    private sealed class ClosedForm : IRecourseFinder
    {
        public MethodInfo Info => LinearStep.About;

        public string Options => "{}";

        public RecourseBatch Find(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public double[] HighestScores(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
            [.. request.People.Values.ToArray().Select(x => x + 0.5)];

        public void Save(Stream to) => throw new NotSupportedException();
    }

    private static Table Gaussians(int n, ulong seed)
    {
        var rng = new Rng(seed);
        var values = new double[n];
        for (int i = 0; i < n; i++) values[i] = rng.NextGaussian();
        return new(OneFeature, values);
    }
}
