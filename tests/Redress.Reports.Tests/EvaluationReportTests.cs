using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Reports.Tests;

public sealed class EvaluationReportTests
{
    private static readonly Schema Schema = new([Feature.Numeric("income", Change.Increase), Feature.Numeric("</script>", Change.Any), Feature.Categorical("school", ["none", "<b>high"], Change.Any)], "y", "yes");

    /// <summary>Sixty people: the odd third is accepted, others earn 3 more, and half of these also change the hostile column or the school.</summary>
    internal static string Html()
    {
        Table people = new(Schema, [.. Enumerable.Range(0, 60).SelectMany(i => new double[] { i % 3 == 0 ? 9 : i % 5, i, i % 2 })], labels: [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0)]);
        var model = new DelegateModel(Schema, (rows, _) => [.. Enumerable.Range(0, rows.Rows).Select(r => rows.Row(r)[0] / 10)], "v1");
        var actions = new ActionSet(Schema, TrainingStatistics.Of(people));
        RecourseBatch batch = new(new("v1", 0.5, "hand-made", "{}", "{}", "", "l1", "favourable", 4), [.. Enumerable.Range(0, 60).Select(i => Record(people, i))]);
        var evaluation = new Evaluation(model, people, actions, batch, new Rng(1));
        return EvaluationReport.Html(evaluation, [.. new IMetric[] { new Accuracy(), new SuccessRate(), new Sparsity() }.SelectMany(m => m.Of(evaluation).Select(v => new ReportedMetric(m.Info, v)))], "people.csv");
    }

    private static RecourseRecord Record(Table people, int i)
    {
        double[] row = people.Row(i).ToArray();
        Data.Cell[] person = [.. row.Select((v, f) => Data.Cell.Of(Schema.Features[f], v))];
        if (row[0] >= 5) return new(Invariant($"{i}"), person, Outcome.AlreadyDesired, "as it is", row[0] / 10, [], null, 0, 1);
        if (row[0] < 1) return new(Invariant($"{i}"), person, Outcome.NotFound, "budget spent", row[0] / 10, [], null, 9, 50);
        List<FeatureChange> changes = [new("income", person[0], new(row[0] + 5))];
        if (i % 2 == 0) changes.Add(new("</script>", person[1], new(row[1] - 2)));
        if (i % 4 == 1) changes.Add(new("school", person[2], new("none")));
        return new(Invariant($"{i}"), person, Outcome.Found, null, row[0] / 10, [new(1, changes, 1 + 0.1 * i, (row[0] + 5) / 10)], null, 3, 10 + i);
    }

    [Fact]
    public void It_says_what_was_measured_on_whom()
    {
        string html = Html();
        Assert.Contains("<p>60 people of people.csv, recourse by hand-made, cost l1, seed 4.</p>", html, StringComparison.Ordinal);
        Assert.Contains("<p>Model v1; favourable is &#39;yes&#39;, from a probability of 0.5 on (θ).</p>", html, StringComparison.Ordinal);
        Assert.Contains("<td>success-rate</td><td class=\"n\" data-v=\"0.8\">0.800</td>", html, StringComparison.Ordinal);
        Assert.Equal(["Metrics", "Scores", "Outcomes", "Effort", "Changes by feature"], Samples.Between(html, "<h2 id=\"s", "</h2>").Select(h => h[(h.IndexOf('>', StringComparison.Ordinal) + 1)..]));
        Assert.Contains("aria-label=\"found: 32, already desired: 20, not found: 8.\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_are_counted_feature_by_feature()
    {
        string html = Html();
        Assert.Contains("<tr><td>income</td><td class=\"n\" data-v=\"32\">32</td><td class=\"n\" data-v=\"1\">1.000</td><td class=\"n\" data-v=\"5\">5</td><td class=\"n\" data-v=\"5\">5</td><td class=\"n\" data-v=\"5\">5</td><td></td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("<tr><td>&lt;/script&gt;</td><td class=\"n\" data-v=\"16\">16</td><td class=\"n\" data-v=\"0.5\">0.500</td><td class=\"n\" data-v=\"-2\">-2</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>&lt;b&gt;high → none (", html, StringComparison.Ordinal);
    }
}
