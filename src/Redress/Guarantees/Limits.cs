namespace Redress.Guarantees;

/// <summary>What a theorem says a number lies between.</summary>
/// <param name="Lower">At least this.</param>
/// <param name="Upper">At most this.</param>
internal readonly record struct Limits(double Lower, double Upper)
{
    /// <summary>Doubles carry some 15 digits: what misses a limit by less than this share of the numbers compared misses it by rounding.</summary>
    private const double Rounding = 1e-9;

    /// <summary>True where the value is at least the lower limit, to rounding.</summary>
    internal bool IsAbove(double value) => value >= Lower - Rounding * (Math.Abs(Lower) + Math.Abs(value));

    /// <summary>True where the value is at most the upper limit, to rounding.</summary>
    internal bool IsBelow(double value) => value <= Upper + Rounding * (Math.Abs(Upper) + Math.Abs(value));

    /// <summary>True where the value lies between the limits, to rounding.</summary>
    internal bool Hold(double value) => IsAbove(value) && IsBelow(value);
}
