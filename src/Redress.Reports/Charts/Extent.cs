using Redress.Reports.Specs;
using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>The ends of an axis, the same in all facets of a picture.</summary>
internal static class Extent
{
    /// <summary>Whether an axis can show a number.</summary>
    internal static bool Shows(this PictureAxis axis, double value) => double.IsFinite(value) && (!axis.Log || value > 0);

    /// <summary>The scale over all numbers that the axis can show, and at least what the axis asks for.</summary>
    internal static Scale Over(PictureAxis axis, IEnumerable<double> values, bool fromZero = false)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double v in values.Append(axis.From ?? double.NaN).Append(axis.To ?? double.NaN).Append(fromZero ? 0 : double.NaN))
            if (axis.Shows(v)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        if (low > high) (low, high) = axis.Log ? (0.1, 1) : (0, 1);
        // One value alone has no extent: it stands in the middle.
        if (low == high) (low, high) = axis.Log ? (low / 2, high * 2) : (low - Half(low), high + Half(high));
        return new() { Span = (low, high), Log = axis.Log, Zero = axis.Log ? null : false, Nice = true };
    }

    private static double Half(double value) => value == 0 ? 0.5 : Math.Abs(value) / 2;
}
