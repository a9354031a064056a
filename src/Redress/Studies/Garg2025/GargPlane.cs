using System.Text.Json;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Garg2025;

/// <summary>The sets in the plane: where methods send people (figure 2), and the densities that transformers learn (figure 5).</summary>
internal static class GargPlane
{
    internal const string Figure2 = "figure 2", Figure5 = "figure 5", FromX = "from x1", FromY = "from x2", ToX = "to x1", ToY = "to x2", Conditional = "conditional", Unconditional = "unconditional";
    internal const string Density = "density", Bounds = "bounds", BackgroundX = "background x1", BackgroundY = "background x2", BackgroundClass = "background outcome";

    /// <summary>People whose recourse is drawn, rows drawn behind them, and places of a density's grid each way.</summary>
    private const int People = 30, Background = 300, Grid = 64;

    private const double Margin = 0.3;

    /// <summary>Sizes for two features and a thousand rows: layers, epochs and batch.</summary>
    private static readonly GenReOptions Small = new(EncoderLayers: 2, DecoderLayers: 2, Epochs: 60, Patience: 60, BatchSize: 64);

    /// <summary>All that the figures hang on beside the seed, as text.</summary>
    internal static string Key => $"{JsonSerializer.Serialize(Small, OptionsJson.Default.GenReOptions)}\n{JsonSerializer.Serialize(Classifier, SettingsJson.Default.TrainingSettings)}\n{GargShapes.Key}";

    // tanh: ten ReLU units can leave a whole region without a slope, where searches by gradients stand still whatever the method.
    private static TrainingSettings Classifier { get; } = GargChoices.Classifier with { Encoding = new(NumberScaling.MinMax), Epochs = 200, Activation = Tensors.Layers.Activation.Tanh };

    /// <summary>The four of the figure.</summary>
    internal static IReadOnlyList<string> Methods { get; } = ["wachter", "probe", "cruds", "genre"];

    /// <summary>Where a method sends people.</summary>
    internal static PartOutput Of(string shape, string method, ulong seed, CancellationToken cancel)
    {
        var (rows, h, rng) = Setting(shape, seed, cancel);
        string slug = method == "wachter" ? "gradient" : method;
        string? options = method switch { "wachter" => MethodCatalog.Get(slug).Presets["carla"], "genre" => JsonSerializer.Serialize(Small, OptionsJson.Default.GenReOptions), _ => null };
        var finder = MethodCatalog.Get(slug).Create(options).Prepare(new(h, rows) { Execution = Garg2025Study.OneThread }, rng.Split("prepare"), null, cancel);
        var people = Rejected(rows, h, cancel);
        var batch = finder.Find(new(people, Execution: Garg2025Study.OneThread), rng.Split("find"), null, cancel);
        double[] To(int feature) => [.. Enumerable.Range(0, people.Rows).Select(i => batch.Records[i] is { Answers: [var answer, ..] } record ? RecourseRows.Changed(rows.Schema, record, answer)[feature] : double.NaN)];
        StudySeries Series(string metric, double[] values) => new(Figure2, shape, "ann", method, metric, values);
        return new([new(Figure2, shape, "ann", method, "found", (double)batch.Count(Outcome.Found) / people.Rows)],
            [Series(FromX, RecourseTokens.ColumnOf(people, 0)), Series(FromY, RecourseTokens.ColumnOf(people, 1)), Series(ToX, To(0)), Series(ToY, To(1)), .. Behind(Figure2, shape, method, rows)]);
    }

    /// <summary>R_θ(x⁺|x) for one person, and P(x⁺|y⁺), of twice the layers, on a grid.</summary>
    internal static PartOutput Densities(string shape, ulong seed, CancellationToken cancel)
    {
        var (rows, h, rng) = Setting(shape, seed, cancel);
        var x = Rejected(rows, h, cancel).Select([0]);
        var (lowX, highX, lowY, highY) = Range(rows);
        var grid = new double[Grid * Grid * 2];
        for (int j = 0; j < Grid; j++)
            for (int i = 0; i < Grid; i++) (grid[2 * (j * Grid + i)], grid[2 * (j * Grid + i) + 1]) = (lowX + (highX - lowX) * i / (Grid - 1), lowY + (highY - lowY) * j / (Grid - 1));
        var places = new Table(rows.Schema, grid);
        var series = new List<StudySeries>();
        foreach (var (name, settings) in new[] { (Conditional, Small.Settings), (Unconditional, new GenReUnconditionalOptions(Layers: Small.EncoderLayers + Small.DecoderLayers, Epochs: Small.Epochs, Patience: Small.Patience, BatchSize: Small.BatchSize).Settings) })
        {
            var network = settings.Train(new(h, rows) { Execution = Garg2025Study.OneThread }, 1, rng.Split("prepare"), null, cancel).Network;
            series.Add(new(Figure5, shape, "ann", name, Density, [.. network.LogDensities(x, places).Select(Math.Exp)]));
            series.Add(new(Figure5, shape, "ann", name, Bounds, [lowX, highX, lowY, highY, Grid, x.Row(0)[0], x.Row(0)[1]]));
            series.AddRange(Behind(Figure5, shape, name, rows));
        }
        return new([], series);
    }

    private static (Table Rows, NetworkModel H, Rng Rng) Setting(string shape, ulong seed, CancellationToken cancel)
    {
        var rng = GargSetting.Stream(seed, shape, 1);
        var rows = GargShapes.Of(shape, rng.Split("rows"));
        var h = Trainer.Train(TrainingData.Of(rows, new(GargChoices.Fitted, 1 - GargChoices.Fitted, 0, 0), rng.Split("split")), Classifier, new Standard(), rng.Split("train").Seed, Garg2025Study.OneThread, null, cancel);
        return (rows, h, rng);
    }

    /// <summary>The first rows that h rejects and that have the unfavourable outcome.</summary>
    private static Table Rejected(Table rows, NetworkModel h, CancellationToken cancel)
    {
        double[] scores = Scores.Favourable(h, rows, cancel);
        return rows.Select([.. Enumerable.Range(0, rows.Rows).Where(i => scores[i] < h.Threshold && !rows.Labels![i]).Take(People)]);
    }

    private static (double LowX, double HighX, double LowY, double HighY) Range(Table rows)
    {
        double[] x = RecourseTokens.ColumnOf(rows, 0), y = RecourseTokens.ColumnOf(rows, 1);
        return (x.Min() - Margin, x.Max() + Margin, y.Min() - Margin, y.Max() + Margin);
    }

    private static IEnumerable<StudySeries> Behind(string table, string shape, string method, Table rows)
    {
        var some = rows.Select([.. Enumerable.Range(0, Background)]);
        yield return new(table, shape, "ann", method, BackgroundX, RecourseTokens.ColumnOf(some, 0));
        yield return new(table, shape, "ann", method, BackgroundY, RecourseTokens.ColumnOf(some, 1));
        yield return new(table, shape, "ann", method, BackgroundClass, [.. some.Labels!.Select(l => l ? 1.0 : 0)]);
    }
}
