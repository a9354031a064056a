namespace Redress.Methods;

/// <summary>The norm that bounds how far a line's weights and intercept may shift.</summary>
public enum ShiftNorm
{
    /// <summary>Each by up to δ_max.</summary>
    LInfinity,

    /// <summary>The root of the sum of their squares up to δ_max.</summary>
    L2,

    /// <summary>The sum of their sizes up to δ_max.</summary>
    L1,
}

/// <summary>
/// The worst that a shift (δ_w, δ_b) with ‖(δ_w, δ_b)‖ ≤ δ_max does to a line at x: min of (w + δ_w)ᵀx + b + δ_b is wᵀx + b - δ_max ‖(x, 1)‖*, where ‖·‖* is the dual
/// norm: L1 for shifts bounded in L∞, L2 for L2, L∞ for L1.
/// </summary>
internal readonly record struct ModelShift(ShiftNorm Norm, double DeltaMax)
{
    /// <summary>δ_max ‖(x, 1)‖*: what the worst shift takes from the line's value at x.</summary>
    internal double Loss(ReadOnlySpan<double> x)
    {
        double norm = 1;
        foreach (double v in x)
            norm = Norm switch { ShiftNorm.LInfinity => norm + Math.Abs(v), ShiftNorm.L2 => norm + v * v, _ => Math.Max(norm, Math.Abs(v)) };
        return DeltaMax * (Norm == ShiftNorm.L2 ? Math.Sqrt(norm) : norm);
    }

    /// <summary>The worst shift at x itself: δ_w in the first columns, δ_b behind them.</summary>
    internal double[] Worst(ReadOnlySpan<double> x)
    {
        var shift = new double[x.Length + 1];
        double[] all = [.. x, 1];
        int largest = 0;
        for (int c = 1; c < all.Length; c++)
            if (Math.Abs(all[c]) > Math.Abs(all[largest])) largest = c;
        double length = Math.Sqrt(all.Sum(v => v * v));
        for (int c = 0; c < all.Length; c++)
            shift[c] = -DeltaMax * Norm switch { ShiftNorm.LInfinity => Math.Sign(all[c]), ShiftNorm.L2 => all[c] / length, _ => c == largest ? Math.Sign(all[c]) : 0 };
        return shift;
    }
}
