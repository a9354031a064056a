using System.Runtime.CompilerServices;

namespace Redress.Tensors.Kernels;

/// <summary>A node of a decision tree, in eight bytes.</summary>
/// <param name="Value">An inner node's threshold: rows whose column is at most this go to the first child. A leaf's value.</param>
/// <param name="Link">The first child's place above the bits of the column, and the column; 0 for a leaf, since no node's child is the root.</param>
internal readonly record struct TreeNode(float Value, uint Link);

/// <summary>Many rows through one tree.</summary>
internal static unsafe class TreeWalk
{
    /// <summary>The value of the leaf that each row comes to. Rows go down together, a level at a time: their steps do not wait for each other, and none is a branch to guess.</summary>
    /// <param name="nodes">A tree: the children of every node stand side by side, behind it and within the tree, and its columns are columns of the rows. Its maker sees to that.</param>
    /// <param name="columnBits">The bits of <see cref="TreeNode.Link"/> that hold the column.</param>
    /// <param name="rows">At least count × width, row-major; no NaN.</param>
    /// <param name="width">Columns of a row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="values">At least count, written.</param>
    /// <param name="work">At least 2 × count, overwritten.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Leaves(ReadOnlySpan<TreeNode> nodes, int columnBits, ReadOnlySpan<float> rows, int width, int count, Span<float> values, Span<int> work)
    {
        Elementwise.Require(rows.Length >= (long)count * width && values.Length >= count && work.Length >= 2L * count && !nodes.IsEmpty);
        uint mask = (1u << columnBits) - 1;
        fixed (float* x = rows, value = values)
        fixed (int* left = work)
        fixed (TreeNode* tree = nodes)
        {
            int* at = left + count;
            for (int i = 0; i < count; i++) (left[i], at[i]) = (i, 0);
            for (int active = count; active > 0;)
            {
                int kept = 0;
                for (int k = 0; k < active; k++)
                {
                    int row = left[k];
                    var node = tree[at[k]];
                    // The last of the values written is the leaf's.
                    value[row] = node.Value;
                    bool beyond = !(x[row * width + (int)(node.Link & mask)] <= node.Value), inner = node.Link != 0;
                    left[kept] = row;
                    at[kept] = (int)(node.Link >> columnBits) + Unsafe.As<bool, byte>(ref beyond);
                    kept += Unsafe.As<bool, byte>(ref inner);
                }
                active = kept;
            }
        }
    }
}
