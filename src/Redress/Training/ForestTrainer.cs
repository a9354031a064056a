using System.Collections.Concurrent;
using Redress.Actions;
using Redress.Data;
using Redress.Metrics;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Training;

/// <summary>
/// Trains random forests (Breiman 2001), calibrated where asked: as scikit-learn's CalibratedClassifierCV with an ensemble, a forest on all folds but one and a calibrator on
/// that one, for each fold, and the mean of their probabilities. The same seed gives the same bits at any thread count.
/// </summary>
public static class ForestTrainer
{
    /// <summary>The objective in the record of a forest's training.</summary>
    internal const string Objective = "forest";

    /// <summary>Trains a forest.</summary>
    /// <param name="data">The rows; validation rows choose θ and may be none where it is fixed.</param>
    /// <param name="options">The forest.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads; they never change the result.</param>
    /// <param name="progress">Told after every tree.</param>
    /// <param name="cancel">Stops between trees.</param>
    /// <exception cref="OptionsException">An option is out of range; the message lists every one.</exception>
    /// <exception cref="DataException">Rows could not be read, or an outcome has too few.</exception>
    public static ForestModel Train(TrainingData data, ForestOptions options, ulong seed, Execution? execution = null, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        Train(data, options, seed, execution ?? new(), progress, null, cancel);

    /// <param name="data">The rows.</param>
    /// <param name="options">The forest.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="execution">Threads.</param>
    /// <param name="progress">Told after every tree.</param>
    /// <param name="statistics">What scales refer to where it is not the training rows; null for those.</param>
    /// <param name="cancel">Stops between trees.</param>
    internal static ForestModel Train(TrainingData data, ForestOptions options, ulong seed, Execution execution, IProgress<Progress>? progress, TrainingStatistics? statistics, CancellationToken cancel)
    {
        OptionsException.ThrowIfAny(options.Problems().Concat(execution.Problems()));
        bool chooses = options.Threshold?.Fixed is null;
        foreach (var (name, part, judged) in new[] { ("training", data.Train, true), ("validation", data.Validation, chooses) })
        {
            if (part.Faults.Count > 0) throw new DataException(Invariant($"{part.Faults.Count} of the {name} rows could not be read: {part.Faults.Values.First()}"));
            if (judged) Split.RequireBothClasses(part, 1);
        }
        var schema = data.Train.Schema;
        statistics ??= TrainingStatistics.Of(data.Train);
        options = options with { Encoding = options.Encoding ?? new() };
        var encoding = Encoding.Fit(schema, statistics, options.Encoding);
        var (members, outOfBag) = Fit(TreeColumns.Of(encoding, data.Train, execution.Threads, cancel), [.. data.Train.Labels!], options, new Rng(seed).Split("train"), execution, progress, cancel);
        var keys = Trainer.KeysOf(data);
        var record = new TrainingRecord(Objective, 0, options.Json, options.Encoding, new ActionSet(schema, statistics).Json, seed, Trainer.FingerprintOf(keys), 0, []) { Keys = keys };
        var model = new ForestModel(schema, encoding, statistics, members, options.Threshold?.Fixed ?? 0.5, record, outOfBag);
        if (!chooses) return model;
        double threshold = ThresholdSearch.MaxF1(Scores.Favourable(model, data.Validation, execution, cancel), [.. data.Validation.Labels!], out _);
        return model.With(Math.Max(0, threshold), []);
    }

    /// <summary>A weight a row: rows / (2 × rows of its outcome), as scikit-learn's class_weight "balanced"; or 1.</summary>
    internal static double[] WeightsOf(bool[] labels, bool balanced)
    {
        double favourable = labels.Count(l => l), rows = labels.Length;
        return [.. labels.Select(l => balanced ? rows / (2 * (l ? favourable : rows - favourable)) : 1)];
    }

    /// <summary>Fits the forests and their calibrators.</summary>
    internal static (CalibratedTrees[] Members, double? OutOfBag) Fit(
        TreeColumns columns, bool[] labels, ForestOptions options, Rng rng, Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        double[] weights = WeightsOf(labels, options.Balanced);
        int[] all = [.. Enumerable.Range(0, labels.Length)];
        int[] foldOf = options.Calibration == Calibration.None ? [] : StratifiedFolds.Of(labels, options.Folds);
        int[][] fitted = foldOf.Length == 0 ? [all] : [.. Enumerable.Range(0, options.Folds).Select(k => all.Where(r => foldOf[r] != k).ToArray())];
        Rng[] streams = [.. fitted.Select((_, k) => foldOf.Length == 0 ? rng : rng.Split("fold").Split((ulong)k))];
        var trees = Grown(columns, labels, weights, fitted, options, streams, execution, progress, cancel);
        double? outOfBag = options.Bootstrap ? fitted.Select((rows, k) => OutOfBag(columns, labels, rows, trees[k], streams[k], execution, cancel)).Average() : null;
        var members = new CalibratedTrees[fitted.Length];
        for (int k = 0; k < members.Length; k++)
        {
            int[] aside = foldOf.Length == 0 ? [] : [.. all.Where(r => foldOf[r] == k)];
            members[k] = new(trees[k], aside.Length == 0 ? null : CalibratorOf(options.Calibration, Means(columns, aside, trees[k], execution, cancel), [.. aside.Select(r => labels[r])], [.. aside.Select(r => weights[r])]));
        }
        return (members, outOfBag);
    }

    /// <summary>The trees of each fold: trees are independent, so all of them are one loop, with a grower a thread.</summary>
    private static DecisionTree[][] Grown(
        TreeColumns columns, bool[] labels, double[] weights, int[][] fitted, ForestOptions options, Rng[] streams, Execution execution, IProgress<Progress>? progress, CancellationToken cancel)
    {
        DecisionTree[][] trees = [.. fitted.Select(_ => new DecisionTree[options.Trees])];
        var growers = new ConcurrentBag<(TreeGrower Grower, double[] Drawn)>();
        int done = 0, total = fitted.Length * options.Trees;
        Chunks.Each(total, execution.Threads, i =>
        {
            var (k, tree) = (i / options.Trees, i % options.Trees);
            if (!growers.TryTake(out var own)) own = (new(columns, options), new double[columns.Rows]);
            var stream = streams[k].Split("tree").Split((ulong)tree);
            Array.Clear(own.Drawn);
            if (options.Bootstrap) foreach (int row in Bootstrap(fitted[k], stream)) own.Drawn[row] += weights[row];
            else foreach (int row in fitted[k]) own.Drawn[row] = weights[row];
            trees[k][tree] = own.Grower.Grow(fitted[k], own.Drawn, labels, stream.Split("columns"));
            growers.Add(own);
            progress?.Report(new("growing trees", Interlocked.Increment(ref done), total));
        }, cancel);
        return trees;
    }

    /// <summary>As many rows as there are, drawn with replacement.</summary>
    private static IEnumerable<int> Bootstrap(int[] rows, Rng tree)
    {
        var rng = tree.Split("bootstrap");
        for (int i = 0; i < rows.Length; i++) yield return rows[rng.NextInt(rows.Length)];
    }

    /// <summary>The accuracy, on each row, of the trees that did not draw it.</summary>
    private static double OutOfBag(TreeColumns columns, bool[] labels, int[] rows, DecisionTree[] trees, Rng stream, Execution execution, CancellationToken cancel)
    {
        var drawn = new System.Collections.BitArray[trees.Length];
        Chunks.Each(trees.Length, execution.Threads, t =>
        {
            drawn[t] = new(columns.Rows);
            foreach (int row in Bootstrap(rows, stream.Split("tree").Split((ulong)t))) drawn[t][row] = true;
        }, cancel);
        var (sums, counts) = (new double[rows.Length], new int[rows.Length]);
        int width = columns.Width;
        Chunks.Run(rows.Length, new(execution.Threads, ForestModel.BlockRows(width)), (start, count) =>
        {
            var (x, p, work, some) = (new float[count * width], new float[count], new int[2 * count], new int[count]);
            for (int t = 0; t < trees.Length; t++)
            {
                int left = 0;
                for (int i = start; i < start + count; i++)
                {
                    if (drawn[t][rows[i]]) continue;
                    columns.X.AsSpan(rows[i] * width, width).CopyTo(x.AsSpan(left * width));
                    some[left++] = i;
                }
                trees[t].Probabilities(x, width, left, p, work);
                for (int j = 0; j < left; j++) (sums[some[j]], counts[some[j]]) = (sums[some[j]] + p[j], counts[some[j]] + 1);
            }
        }, cancel);
        int right = 0, judged = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (counts[i] == 0) continue;
            judged++;
            // Of equals the first class, as everywhere in scikit-learn.
            if (sums[i] > 0.5 * counts[i] == labels[rows[i]]) right++;
        }
        return judged == 0 ? 0 : (double)right / judged;
    }

    /// <summary>The mean of trees' probabilities for some rows.</summary>
    private static double[] Means(TreeColumns columns, int[] rows, DecisionTree[] trees, Execution execution, CancellationToken cancel)
    {
        var means = new double[rows.Length];
        int width = columns.Width;
        Chunks.Run(rows.Length, new(execution.Threads, ForestModel.BlockRows(width)), (start, count) =>
        {
            var x = new float[count * width];
            for (int i = 0; i < count; i++) columns.X.AsSpan(rows[start + i] * width, width).CopyTo(x.AsSpan(i * width));
            ForestModel.Mean(trees, x, width, count, means.AsSpan(start, count));
        }, cancel);
        return means;
    }

    private static Calibrator CalibratorOf(Calibration kind, double[] p, bool[] y, double[] weights) =>
        kind == Calibration.Isotonic ? IsotonicRegression.Fit(p, y, weights) : PlattScaling.Fit(p, y, weights);
}
