using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Metrics;

namespace Redress.Studies.Garg2025;

/// <summary>What the parts of a data set measure, one repeat each.</summary>
internal sealed class GargMeasures(GargSetting setting, string preset, GargChoices choices, CancellationToken cancel)
{
    internal const string Found = "found", Immutables = "immutables changed", Soft = "soft validity", Epochs = "epochs";
    internal const string Figure4 = "figure 4", Table11 = "table 11", Table12 = "table 12", Table13 = "table 13", LayersTable = "layers", Sampling = "sampling", Ann = "ann";

    private readonly GargJudge judge = new(setting.Gold, EncodingOf(setting), setting.Data.All, cancel);
    private readonly List<Measure> measures = [];

    /// <summary>Every feature in one column from 0 to 1.</summary>
    private static Encoding EncodingOf(GargSetting setting) => Encoding.Fit(setting.People.Schema, TrainingStatistics.Of(setting.Data.All), new(NumberScaling.MinMax, CategoryCoding.Ordinal));

    /// <summary>A method of tables 2 to 4; λ of CRUDS for figure 4.</summary>
    internal PartOutput OfMethod(GargMethod method)
    {
        Add(method.Table, Ann, method.Label, method.Prepare(setting, preset, choices, cancel));
        if (method.Slug == "cruds" && preset == GargPreset.Within)
            foreach (double lambda in choices.Lambdas)
                Add(Figure4, Invariant($"{Ann} λ={lambda}"), method.Label, MethodCatalog.Get("cruds").Create(Invariant($$"""{"lambda":{{lambda}}}""")).Prepare(Task(), setting.Rng.Split("prepare"), null, cancel), whole: false);
        return new(measures);
    }

    /// <summary>Tables 1, 6 and 7.</summary>
    internal PartOutput OfModels()
    {
        var (all, test) = (setting.Data.All, setting.Data.Tables.Test!);
        void Count(string metric, double value) => measures.Add(new("table 1", setting.Data.Slug, "", "", metric, value));
        Count("features", all.Schema.Features.Count);
        Count("categories among them", all.Schema.Features.Count(f => f.IsNamed));
        Count("training rows", setting.Data.Tables.Rows.Rows);
        Count("test rows", test.Rows);
        Count("favourable training rows, gold", setting.Train.Labels!.Average(l => l ? 1.0 : 0));
        double[] scores = Probabilities(setting.H, setting.Test);
        Figures("table 7", Ann, GoldFigures.Of(scores, [.. setting.Test.Labels!]), brier: false);
        Count("accuracy of h", Confusion.At(scores, [.. setting.Test.Labels!], 0.5).Accuracy);
        Figures("table 6", "gold forest", GoldFigures.Of(Probabilities(setting.Gold, test), [.. test.Labels!]), brier: true);
        return new(measures);
    }

    /// <summary>GenRe: its rows of tables 2 to 4; where rules are asked for its rows beside other λ and fractions, sampling rules (table 11) and what our own choices change.</summary>
    internal PartOutput OfGenRe(bool rules)
    {
        var options = choices.GenRe(setting.Data.Slug);
        var genre = GargGenRe.Train(setting, options, cancel);
        string layers = Invariant($"{Ann} layers={choices.Layers}"), lambda = Invariant($"{Ann} λ={GargChoices.Lambda}");
        // What has one repeat is compared with that repeat.
        (string Table, string Model)[] once = rules ? [(Figure4, lambda), (Table12, lambda), (Table13, $"{Ann} fraction=1"), (Sampling, $"{Ann}, as it is")] : [];
        Add([(GargMethod.Table2, Ann), (GargMethod.Table3, Ann), (GargMethod.Table4, Ann), (LayersTable, layers), .. once], "genre", genre.Finder);
        measures.Add(new(GargPreset.Titled(preset, LayersTable), setting.Data.Slug, layers, "genre", Epochs, genre.Epochs));
        if (!rules) return new(measures);
        foreach (double temperature in GargChoices.Temperatures)
            foreach (double sigma in GargChoices.Sigmas)
                Add(Table11, Invariant($"{Ann}, τ={temperature} σ={sigma}"), "genre", genre.With(o => o with { Temperature = temperature, Sigma = sigma * GargChoices.BinsInRange }), whole: false);
        Add(Sampling, $"{Ann}, the bin's mean in place of one's own value", "genre", genre.With(o => o with { KeepOwn = false }), whole: false);
        Add(Sampling, $"{Ann}, one sample", "genre", genre.With(o => o with { Samples = 1 }), whole: false);
        Add(Sampling, $"{Ann}, a hundred samples", "genre", genre.With(o => o with { Samples = 100 }), whole: false);
        Add(Sampling, $"{Ann}, unconditional", "genre-unconditional", new GenReUnconditional(new(Confidence: options.Confidence, Binning: options.Binning, Layers: 2 * choices.Layers, Epochs: choices.Epochs)).Prepare(Task(), setting.Rng.Split("prepare"), null, cancel), whole: false);
        return new(measures);
    }

    /// <summary>GenRe under another λ: figure 4 and table 12.</summary>
    internal PartOutput OfLambda(double lambda)
    {
        var genre = GargGenRe.Train(setting, choices.GenRe(setting.Data.Slug, lambda), cancel);
        Add([(Figure4, Invariant($"{Ann} λ={lambda}")), (Table12, Invariant($"{Ann} λ={lambda}"))], "genre", genre.Finder, whole: false);
        return new(measures);
    }

    /// <summary>GenRe of other layers.</summary>
    internal PartOutput OfLayers(int layers)
    {
        var genre = GargGenRe.Train(setting, choices.GenRe(setting.Data.Slug, layers: layers), cancel);
        string at = Invariant($"{Ann} layers={layers}");
        measures.Add(new(GargPreset.Titled(preset, LayersTable), setting.Data.Slug, at, "genre", Epochs, genre.Epochs));
        Add(LayersTable, at, "genre", genre.Finder, whole: false);
        return new(measures);
    }

    /// <summary>GenRe on a fraction of the training rows (appendix D.5).</summary>
    internal PartOutput OfFraction(double fraction)
    {
        int[] order = [.. Enumerable.Range(0, setting.Train.Rows)];
        setting.Rng.Split("fraction").Shuffle<int>(order);
        var some = setting.Train.Select(order[..(int)(fraction * order.Length)].Order().ToArray());
        Add(Table13, Invariant($"{Ann} fraction={fraction}"), "genre", GargGenRe.Train(setting, choices.GenRe(setting.Data.Slug), cancel, some).Finder, whole: false);
        return new(measures);
    }

    private RecourseTask Task() => new(setting.H, setting.Train) { Execution = Garg2025Study.OneThread };

    /// <summary>A finder's figures in one table, over the paper's number of people.</summary>
    private void Add(string table, string model, string method, IRecourseFinder finder, bool whole = true) => Add([(table, model)], method, finder, whole);

    /// <summary>A finder's figures in some tables over the paper's number of people; where there are more, in the first of them over all.</summary>
    private void Add(IReadOnlyList<(string Table, string Model)> places, string method, IRecourseFinder finder, bool whole = true)
    {
        var (people, rows, found) = setting.Ask(finder, whole ? choices.People : GargChoices.Published, cancel);
        var judged = judge.Judge(people, rows);
        int published = Math.Min(GargChoices.Published, people.Rows);
        foreach (var (table, model) in places)
        {
            Tell(table, model, method, judged.Take(published).ToList());
            void Also(string metric, double value) => measures.Add(new(GargPreset.Titled(preset, table), setting.Data.Slug, model, method, metric, value));
            if (table == Figure4) Also(Soft, judge.SoftValidity(rows, published));
            if (table != GargMethod.Table2 && table != GargMethod.Table3 && table != GargMethod.Table4) continue;
            Also(Found, found.Take(published).Average(f => f ? 1.0 : 0));
            if (preset == GargPreset.Published) Also(Immutables, GargJudge.ImmutablesChanged(people.Slice(0, published), rows.Slice(0, published)));
        }
        if (people.Rows > published) Tell(Invariant($"{places[0].Table}, up to {choices.People} people"), places[0].Model, method, judged);
    }

    private void Tell(string table, string model, string method, IReadOnlyList<Judged> people)
    {
        foreach (var (metric, value) in judge.Means(people)) measures.Add(new(GargPreset.Titled(preset, table), setting.Data.Slug, model, method, metric, value));
    }

    private void Figures(string table, string model, GoldFigures figures, bool brier)
    {
        void Tell(string metric, double value) => measures.Add(new(table, setting.Data.Slug, model, "", metric, value));
        Tell("accuracy", figures.Accuracy);
        Tell("auc", figures.Auc);
        Tell("precision", figures.Precision);
        Tell("recall", figures.Recall);
        Tell("f1", figures.F1);
        if (brier) Tell("brier", figures.Brier);
    }

    private double[] Probabilities(IModel model, Table rows) => [.. Scores.Favourable(model, rows, Garg2025Study.OneThread, cancel).Select(s => Scores.Probability(model.ScoreKind, s))];
}
