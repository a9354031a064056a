using Redress.Tensors.Kernels;

namespace Redress.Models;

/// <summary>
/// A classification tree over encoded columns as one flat array: the root first, the two children of a node side by side and behind it, so that a step down is an
/// addition without a branch, and every walk ends.
/// </summary>
/// <param name="nodes">The nodes; one or more.</param>
/// <param name="columnBits">The bits of <see cref="TreeNode.Link"/> that hold the column.</param>
internal sealed class DecisionTree(TreeNode[] nodes, int columnBits)
{
    /// <summary>The nodes.</summary>
    internal ReadOnlySpan<TreeNode> Nodes => nodes;

    /// <summary>The number of leaves.</summary>
    internal int Leaves => (nodes.Length + 1) / 2;

    /// <summary>The edges from the root to the leaf farthest from it.</summary>
    internal int Depth
    {
        get
        {
            var depth = new int[nodes.Length];
            for (int i = 0; i < nodes.Length; i++)
                if (!IsLeaf(i)) depth[Child(i)] = depth[Child(i) + 1] = depth[i] + 1;
            return depth.Max();
        }
    }

    /// <summary>The bits that a column of a row of this width takes.</summary>
    internal static int BitsFor(int width) => Math.Max(1, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)width - 1));

    /// <summary>The most nodes that a tree over rows of this width can hold.</summary>
    internal static long MostNodes(int width) => 1L << (32 - BitsFor(width));

    /// <summary>True where a node has no children.</summary>
    internal bool IsLeaf(int node) => nodes[node].Link == 0;

    /// <summary>The first child of an inner node; the second follows it.</summary>
    internal int Child(int node) => (int)(nodes[node].Link >> columnBits);

    /// <summary>The column that an inner node asks.</summary>
    internal int Column(int node) => (int)(nodes[node].Link & ((1u << columnBits) - 1));

    /// <summary>The probability of one row, by a walk from the root: the plain twin of <see cref="Probabilities"/>.</summary>
    internal float Probability(ReadOnlySpan<float> row)
    {
        int node = 0;
        while (!IsLeaf(node)) node = Child(node) + (row[Column(node)] <= nodes[node].Value ? 0 : 1);
        return nodes[node].Value;
    }

    /// <summary>The probabilities of many rows, as <see cref="TreeWalk.Leaves"/> finds them.</summary>
    /// <param name="rows">At least count × width, row-major; no NaN.</param>
    /// <param name="width">Columns of a row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="probabilities">At least count values, written.</param>
    /// <param name="work">At least 2 × count values, overwritten.</param>
    internal void Probabilities(ReadOnlySpan<float> rows, int width, int count, Span<float> probabilities, Span<int> work) =>
        TreeWalk.Leaves(nodes, columnBits, rows, width, count, probabilities, work);
}
