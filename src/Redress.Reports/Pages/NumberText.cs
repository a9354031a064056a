using System.Globalization;

namespace Redress.Reports.Pages;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class NumberText
{
    /// <summary>Four significant digits; whole numbers whole, and grouped.</summary>
    internal static string Short(double value)
    {
        if (!double.IsFinite(value)) return "–";
        double size = Math.Abs(value);
        if (value == Math.Round(value) && size < 1e9) return value.ToString("#,0", CultureInfo.InvariantCulture);
        return size switch
        {
            >= 1e9 or < 1e-4 => value.ToString("0.###e0", CultureInfo.InvariantCulture),
            >= 1000 => value.ToString("#,0", CultureInfo.InvariantCulture),
            _ => value.ToString("0." + new string('#', 3 - (int)Math.Floor(Math.Log10(size))), CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Three decimals, for columns of shares.</summary>
    internal static string Fixed(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    /// <summary>A whole number, grouped.</summary>
    internal static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
