using Redress.Tensors.Kernels;
using static System.FormattableString;

namespace Redress.Tensors;

// Softmax over groups of columns, and the operations that its gradients are made of. S x is the sum of x over each group in every column of the group.
public sealed partial class Tensor
{
    /// <summary>The groups that the recorded operation was called with.</summary>
    private ColumnGroups? Groups { get => (ColumnGroups?)Saved; set => Saved = value; }

    /// <summary>Softmax over each group of columns of a row, without overflow; other columns as they are.</summary>
    /// <param name="groups">Groups of this tensor's columns.</param>
    /// <exception cref="ArgumentException">The groups are of another number of columns.</exception>
    public Tensor GroupSoftmax(ColumnGroups groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Columns != Cols) throw new ArgumentException(Invariant($"Groups of {groups.Columns} columns are not of a tensor of {Shape}."), nameof(groups));
        var y = New(Rows, Cols);
        y.Groups = groups;
        Kernel.GroupSoftmax(Values, Rows, groups, y.Values);
        return y.Record(this, static (g, y) => GroupSoftmaxGradient(g, y, y.Groups!));
    }

    /// <summary>K(g, y) = y (g - S(g y)) in groups, g elsewhere: linear in g, and its own transpose.</summary>
    private static Tensor GroupSoftmaxGradient(Tensor gradient, Tensor softmax, ColumnGroups groups)
    {
        var y = New(gradient.Rows, gradient.Cols);
        y.Groups = groups;
        Kernel.GroupSoftmaxGradient(gradient.Values, softmax.Values, gradient.Rows, groups, y.Values);
        return y.Record(
            gradient, static (h, y) => GroupSoftmaxGradient(h, y.B, y.Groups!),
            softmax, static (h, y) => (h * y.A).InGroups(y.Groups!) - h * (y.A * y.B).GroupSum(y.Groups!) - y.A * (h * y.B).GroupSum(y.Groups!));
    }

    /// <summary>S x in groups, 0 elsewhere.</summary>
    private Tensor GroupSum(ColumnGroups groups)
    {
        var y = New(Rows, Cols);
        y.Groups = groups;
        Kernel.GroupSum(Values, Rows, groups, y.Values);
        return y.Record(this, static (g, y) => g.GroupSum(y.Groups!));
    }

    /// <summary>x in groups, 0 elsewhere.</summary>
    private Tensor InGroups(ColumnGroups groups)
    {
        var y = Zeros(Rows, Cols);
        y.Groups = groups;
        for (int k = 0; k < groups.Count; k++)
        {
            var (start, width) = groups[k];
            Kernel.CopyCols(new ColumnCopy(Rows, width, Cols, start, Cols, start), Values, y.Values);
        }
        return y.Record(this, static (g, y) => g.InGroups(y.Groups!));
    }
}
