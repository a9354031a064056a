using System.Runtime.CompilerServices;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Training;

/// <summary>
/// Grows classification trees (Breiman, Friedman, Olshen and Stone 1984, CART) by the Gini impurity, one at a time; its storage serves the next tree again.
/// </summary>
/// <remarks>
/// As scikit-learn's DecisionTreeClassifier: exact splits half way between neighbouring values, columns drawn without replacement until enough are seen and one of them is
/// not constant in the node, nodes split while they are impure, even where no split gains. Of equal splits the first stands: of the column drawn first, at the lowest
/// threshold; where all columns are asked they are asked in their order, and nothing is drawn. We differ in two details: values count as different however close, where scikit-learn
/// takes those within 1e-7 for one, and thresholds are float32, rounded so that they part float32 rows alike.
/// </remarks>
internal sealed class TreeGrower
{
    // A column with this many possible values a row or fewer is counted, another sorted.
    private const int CountedSpan = 4;

    private readonly TreeColumns columns;
    private readonly ForestOptions options;
    private readonly double[] favourable, other;
    private readonly int[] members, order;
    private readonly ulong[] sorted;
    private readonly Bin[] bins;
    private readonly List<TreeNode> nodes = [];
    private readonly Stack<(int Node, int Start, int End, int Depth)> open = new();
    private readonly int columnBits;

    /// <summary>What the rows of one value weigh.</summary>
    private struct Bin
    {
        internal double Favourable, Other;
        internal int Rows;
    }

    /// <summary>A way to part a node's rows.</summary>
    private record struct Cut(double Gain, int Column, int Rank, int Upper);

    internal TreeGrower(TreeColumns columns, ForestOptions options)
    {
        (this.columns, this.options) = (columns, options);
        (favourable, other) = (new double[columns.Rows], new double[columns.Rows]);
        (members, sorted, bins) = (new int[columns.Rows], new ulong[columns.Rows], new Bin[columns.MostValues]);
        order = new int[columns.Width];
        columnBits = DecisionTree.BitsFor(columns.Width);
    }

    /// <summary>Grows a tree.</summary>
    /// <param name="rows">The rows, each once.</param>
    /// <param name="weights">A weight a row of the table, 0 or more; rows of weight 0 take no part.</param>
    /// <param name="labels">True a row of the table whose outcome is the favourable one.</param>
    /// <param name="rng">Draws columns.</param>
    internal DecisionTree Grow(ReadOnlySpan<int> rows, double[] weights, bool[] labels, Rng rng)
    {
        int count = 0;
        foreach (int row in rows)
        {
            if (!(weights[row] > 0)) continue;
            members[count++] = row;
            (favourable[row], other[row]) = labels[row] ? (weights[row], 0.0) : (0.0, weights[row]);
        }
        for (int c = 0; c < order.Length; c++) order[c] = c;
        nodes.Clear();
        nodes.Add(default);
        open.Push((0, 0, count, 0));
        while (open.TryPop(out var node)) Grow(node.Node, node.Start, node.End, node.Depth, rng);
        return new([.. nodes], columnBits);
    }

    private void Grow(int node, int start, int end, int depth, Rng rng)
    {
        double a = 0, b = 0;
        foreach (int row in members.AsSpan(start, end - start)) (a, b) = (a + favourable[row], b + other[row]);
        int rows = end - start;
        bool ends = options.MaxDepth > 0 && depth >= options.MaxDepth || rows < options.MinSamplesSplit || rows < 2 * options.MinSamplesLeaf || a == 0 || b == 0;
        if (ends || Best(start, end, a, b, rng) is not { Gain: >= 0 } best || nodes.Count + 2 > DecisionTree.MostNodes(columns.Width))
        {
            nodes[node] = new(a + b > 0 ? (float)(a / (a + b)) : 0, 0);
            return;
        }
        int middle = Part(start, end, best), child = nodes.Count;
        nodes[node] = new(columns.Between(best.Column, best.Rank, best.Upper), ((uint)child << columnBits) | (uint)best.Column);
        nodes.Add(default);
        nodes.Add(default);
        open.Push((child + 1, middle, end, depth + 1));
        open.Push((child, start, middle, depth + 1));
    }

    /// <summary>The best cut of the columns drawn, of gain -1 where there is none.</summary>
    private Cut Best(int start, int end, double a, double b, Rng rng)
    {
        int wanted = options.ColumnsOf(columns.Width);
        bool all = wanted == columns.Width;
        var best = new Cut(-1, 0, 0, 0);
        bool cuttable = false;
        for (int drawn = 0; drawn < columns.Width && (drawn < wanted || !cuttable); drawn++)
        {
            if (!all)
            {
                int other = drawn + rng.NextInt(columns.Width - drawn);
                (order[drawn], order[other]) = (order[other], order[drawn]);
            }
            cuttable |= Try(order[drawn], start, end, a, b, ref best);
        }
        return best;
    }

    /// <summary>Tries every cut of a column.</summary>
    /// <returns>False where the column is constant in the node.</returns>
    private bool Try(int column, int start, int end, double a, double b, ref Cut best)
    {
        int[] ranks = columns.Ranks(column);
        var rows = members.AsSpan(start, end - start);
        int lowest = ranks[rows[0]], highest = lowest;
        foreach (int row in rows)
        {
            int rank = ranks[row];
            lowest = Math.Min(lowest, rank);
            highest = Math.Max(highest, rank);
        }
        if (lowest == highest) return false;
        if ((long)highest - lowest < (long)CountedSpan * rows.Length) Count(column, ranks, rows, lowest, highest, a, b, ref best);
        else Sort(column, ranks, rows, a, b, ref best);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count(int column, int[] ranks, ReadOnlySpan<int> rows, int lowest, int highest, double a, double b, ref Cut best)
    {
        var span = bins.AsSpan(lowest, highest - lowest + 1);
        span.Clear();
        foreach (int row in rows)
        {
            ref var bin = ref span[ranks[row] - lowest];
            bin.Favourable += favourable[row];
            bin.Other += other[row];
            bin.Rows++;
        }
        double left = 0, leftOther = 0;
        int count = 0, before = -1;
        for (int rank = 0; rank < span.Length; rank++)
        {
            ref var bin = ref span[rank];
            if (bin.Rows == 0) continue;
            if (before >= 0) Consider(column, before + lowest, rank + lowest, left, leftOther, count, a, b, rows.Length, ref best);
            (left, leftOther, count, before) = (left + bin.Favourable, leftOther + bin.Other, count + bin.Rows, rank);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(int column, int[] ranks, ReadOnlySpan<int> rows, double a, double b, ref Cut best)
    {
        var keys = sorted.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++) keys[i] = ((ulong)(uint)ranks[rows[i]] << 32) | (uint)i;
        keys.Sort();
        double left = 0, leftOther = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            int rank = (int)(keys[i] >> 32);
            if (i > 0 && (int)(keys[i - 1] >> 32) is var before && before != rank) Consider(column, before, rank, left, leftOther, i, a, b, rows.Length, ref best);
            int row = rows[(int)(uint)keys[i]];
            (left, leftOther) = (left + favourable[row], leftOther + other[row]);
        }
    }

    /// <summary>
    /// Keeps a cut where it is better. The impurity that remains, w_l G_l + w_r G_r with G = 1 - p² - q², is least where the sum of (a² + b²) / w over both sides is greatest,
    /// for weights a and b of the two outcomes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Consider(int column, int rank, int upper, double left, double leftOther, int count, double a, double b, int rows, ref Cut best)
    {
        if (count < options.MinSamplesLeaf || rows - count < options.MinSamplesLeaf) return;
        double right = a - left, rightOther = b - leftOther;
        double gain = (left * left + leftOther * leftOther) / (left + leftOther) + (right * right + rightOther * rightOther) / (right + rightOther);
        if (gain > best.Gain) best = new(gain, column, rank, upper);
    }

    /// <summary>Puts the rows of the first side before those of the second.</summary>
    /// <returns>Where the second begins.</returns>
    private int Part(int start, int end, Cut cut)
    {
        int[] ranks = columns.Ranks(cut.Column);
        int left = start, right = end - 1;
        while (left <= right)
        {
            if (ranks[members[left]] <= cut.Rank) left++;
            else
            {
                (members[left], members[right]) = (members[right], members[left]);
                right--;
            }
        }
        return left;
    }
}
