using System.Runtime.CompilerServices;

namespace Redress.Tensors.Kernels;

/// <summary>Copies of some columns.</summary>
internal static unsafe class Columns
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(in ColumnCopy part, ReadOnlySpan<float> from, Span<float> to)
    {
        Elementwise.Require(
            part.FromStart >= 0 && part.ToStart >= 0 && part.FromStart + part.Count <= part.FromCols && part.ToStart + part.Count <= part.ToCols
            && from.Length >= part.Rows * part.FromCols && to.Length >= part.Rows * part.ToCols);
        fixed (float* pf = from, pt = to)
        {
            for (int i = 0; i < part.Rows; i++)
            {
                float* source = pf + (nint)i * part.FromCols + part.FromStart, target = pt + (nint)i * part.ToCols + part.ToStart;
                if (part.Count >= 16) new ReadOnlySpan<float>(source, part.Count).CopyTo(new Span<float>(target, part.Count));
                else for (int j = 0; j < part.Count; j++) target[j] = source[j];
            }
        }
    }
}
