using Redress.Data;
using Redress.Data.Catalog;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Garg2025;

/// <summary>
/// The gold labelling of Garg et al. (2025), section 5.1 and appendix C.2.1: a calibrated random forest is fitted on the real outcomes of training and test rows together, and stands for the
/// decision that nobody knows; every row's outcome is then drawn from the forest's probability for it. Methods see rows and drawn outcomes, never the forest, which judges whether recourse is valid.
/// </summary>
/// <remarks>
/// The paper names scikit-learn's RandomForestClassifier in CalibratedClassifierCV with isotonic calibration and sample weights, and no other setting. We read what it leaves open as scikit-learn's
/// defaults: 100 trees grown until their leaves are pure, the square root of the columns a split, 5 folds without shuffling; and the weights as "balanced". Table 6 agrees: its figures come from rows that four of the
/// five forests were fitted on (HELOC 100 %), which shallow trees do not reach; the bench's case <c>forest readings</c> compares others. Rows are encoded as the paper has them: numbers to [0, 1], and a binary category as one column, so that the forest reads as many columns as the paper's.
/// </remarks>
/// <param name="Forest">The gold classifier; favourable from a probability of 0.5.</param>
/// <param name="Train">The training rows with drawn outcomes.</param>
/// <param name="Test">The test rows with drawn outcomes; as many rows as the publisher's.</param>
/// <param name="Figures">Table 6: the forest on the real outcomes of the test rows, which it was fitted on too.</param>
internal sealed record GoldLabels(ForestModel Forest, Table Train, Table Test, GoldFigures Figures)
{
    /// <summary>The paper's forest.</summary>
    internal static ForestOptions Options { get; } =
        new(Calibration: Calibration.Isotonic, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax, CategoryCoding.Ordinal));

    /// <summary>Fits the forest and draws the outcomes.</summary>
    /// <param name="tables">Training and test rows with real outcomes.</param>
    /// <param name="seed">The seed of forest and outcomes; a row's outcome is drawn from a stream of its own.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every tree.</param>
    /// <param name="cancel">Stops between trees.</param>
    /// <param name="options">Another forest, for comparison; null for the paper's.</param>
    /// <exception cref="DataException">There are no test rows.</exception>
    internal static GoldLabels Of(DataSetTables tables, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null, ForestOptions? options = null, CancellationToken cancel = default)
    {
        if (tables.Test is not { Rows: > 0 } test) throw new DataException("The data set has no test rows; gold labels are drawn for a published split.");
        execution ??= new();
        var rows = Table.Join([("train", tables.Rows), ("test", test)]);
        var forest = ForestTrainer.Train(new(rows, rows.Select([])), options ?? Options, seed, execution, progress, cancel);
        return Drawn(forest, tables, seed, execution, cancel);
    }

    /// <summary>Draws outcomes from a forest that is fitted already.</summary>
    /// <param name="forest">The gold classifier.</param>
    /// <param name="tables">Training and test rows with real outcomes.</param>
    /// <param name="seed">The seed of the outcomes.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="cancel">Stops between chunks.</param>
    internal static GoldLabels Drawn(ForestModel forest, DataSetTables tables, ulong seed, Execution execution, CancellationToken cancel)
    {
        var test = tables.Test!;
        var rows = Table.Join([("train", tables.Rows), ("test", test)]);
        double[] p = Scores.Favourable(forest, rows, execution, cancel);
        var streams = new Rng(seed).Split("gold");
        bool[] drawn = [.. p.Select((probability, row) => streams.Split(rows.Key(row)).NextDouble() < probability)];
        int train = tables.Rows.Rows;
        return new(forest, Labelled(tables.Rows, drawn[..train]), Labelled(test, drawn[train..]), GoldFigures.Of(p[train..], [.. test.Labels!]));
    }

    private static Table Labelled(Table rows, bool[] labels) => new(rows.Schema, rows.Values.ToArray(), rows.Ids, labels, rows.Groups, rows.Faults);
}

/// <summary>The columns of table 6.</summary>
/// <param name="Accuracy">At a probability of 0.5, in [0, 1]; higher is better.</param>
/// <param name="Auc">The area under the ROC curve, in [0, 1]; higher is better.</param>
/// <param name="Precision">The mean of both outcomes', in [0, 1]; higher is better.</param>
/// <param name="Recall">The mean of both outcomes', in [0, 1]; higher is better.</param>
/// <param name="F1">The mean of both outcomes', in [0, 1]; higher is better.</param>
/// <param name="Brier">The mean squared distance of probability and outcome, in [0, 1]; lower is better.</param>
internal sealed record GoldFigures(double Accuracy, double Auc, double Precision, double Recall, double F1, double Brier)
{
    /// <summary>The figures of probabilities.</summary>
    /// <param name="p">The probability of the favourable outcome, a row each.</param>
    /// <param name="labels">True a row whose outcome is the favourable one.</param>
    internal static GoldFigures Of(double[] p, bool[] labels)
    {
        var counts = Confusion.At(p, labels, 0.5);
        // The other outcome's hits are this one's true negatives.
        var other = new ConfusionCounts(counts.TrueNegatives, counts.FalseNegatives, counts.TruePositives, counts.FalsePositives);
        double brier = 0;
        for (int i = 0; i < p.Length; i++) brier += (p[i] - (labels[i] ? 1 : 0)) * (p[i] - (labels[i] ? 1 : 0)) / p.Length;
        return new(counts.Accuracy, RocCurve.Area(p, labels), (counts.Precision + other.Precision) / 2, (counts.Recall + other.Recall) / 2, (counts.F1 + other.F1) / 2, brier);
    }
}
