namespace Redress.Models;

/// <summary>A map from a classifier's probability to a calibrated one, increasing or decreasing.</summary>
internal abstract record Calibrator
{
    /// <summary>The calibrated probability.</summary>
    /// <param name="p">The classifier's probability, 0 to 1.</param>
    internal abstract double Of(double p);
}

/// <summary>A piecewise linear map through points, constant before the first and after the last.</summary>
/// <param name="From">The classifier's probabilities, strictly ascending; one or more.</param>
/// <param name="To">The calibrated ones, 0 to 1, none less than the one before it.</param>
internal sealed record IsotonicCalibrator(double[] From, double[] To) : Calibrator
{
    internal override double Of(double p)
    {
        int at = Array.BinarySearch(From, p);
        if (at >= 0) return To[at];
        at = ~at;
        if (at == 0) return To[0];
        if (at == From.Length) return To[^1];
        double slope = (To[at] - To[at - 1]) / (From[at] - From[at - 1]);
        return Math.Clamp(To[at - 1] + slope * (p - From[at - 1]), To[at - 1], To[at]);
    }
}

/// <summary>Platt's map 1 / (1 + exp(A p + B)).</summary>
internal sealed record SigmoidCalibrator(double A, double B) : Calibrator
{
    internal override double Of(double p) => 1 / (1 + Math.Exp(A * p + B));
}
