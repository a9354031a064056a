using Redress.Actions;
using Redress.Search;

namespace Redress.Methods;

/// <summary>
/// min over x' in x + Δ of log(1 + e^-m(x')) + λ d(x' - x), m(x') = s (wᵀx' + b - θ) - δ_max ‖(x', 1)‖*, one person at a time, by proximal gradient steps
/// that only lower it. s is +1 for people who want to be above θ, -1 for others.
/// </summary>
internal sealed class RoarRun
{
    private const int MaxHalvings = 10;

    /// <summary>A step shorter than this share of the first that still lowers nothing: the search has settled.</summary>
    private const double ShortestStep = 1e-7;

    private readonly SearchChunk chunk;
    private readonly RoarOptions options;
    private readonly ModelShift shift;
    private readonly Projection projection;
    private readonly double[] x, w, point, trial, slope, lower, upper;
    private readonly float[] single, along;
    private double b, lambda, pull;
    private bool projects, tied;

    internal RoarRun(SearchChunk chunk, RoarOptions options)
    {
        (this.chunk, this.options) = (chunk, options);
        shift = new(options.Norm, options.DeltaMax);
        projection = new Projection(chunk.Encoded);
        int width = chunk.Encoded.Width;
        (x, w, point, trial, slope, lower, upper) = (new double[width], new double[width], new double[width], new double[width], new double[width], new double[width], new double[width]);
        (single, along) = (new float[width], new float[width]);
    }

    /// <summary>The objective where the last search ended, with the λ it ended with.</summary>
    internal double Value => Objective(point);

    /// <summary>Writes the minimum of a person, categories whole.</summary>
    internal void Minimise(int person, LocalLines lines, Span<float> end)
    {
        Begin(person, lines);
        lambda = options.Lambda;
        Settle(person);
        if (MakeWhole(person)) Settle(person);
        for (int c = 0; c < point.Length; c++) end[c] = (float)point[c];
    }

    /// <summary>Down to the minimum, with a smaller λ where the worst shift undoes it.</summary>
    private void Settle(int person)
    {
        Descend(person);
        for (int k = 0; k < MaxHalvings && options.SearchLambda && MarginAt(point) < 0 && chunk.StepsLeft(person) > 0; k++)
        {
            lambda /= 2;
            Descend(person);
        }
    }

    /// <summary>m of a person at a point.</summary>
    internal double Margin(int person, LocalLines lines, ReadOnlySpan<float> at)
    {
        Begin(person, lines);
        for (int c = 0; c < point.Length; c++) point[c] = at[c];
        return MarginAt(point);
    }

    private void Begin(int person, LocalLines lines)
    {
        var batch = chunk.Encoded;
        int sign = chunk.Signs[person];
        var weights = lines.WeightsOf(person);
        double norm = 0;
        for (int c = 0; c < x.Length; c++)
        {
            (x[c], lower[c], upper[c], w[c]) = (batch.XOf(person)[c], batch.LowerOf(person)[c], batch.UpperOf(person)[c], sign * weights[c]);
            norm += weights[c] * weights[c];
        }
        b = sign * (lines.InterceptOf(person) - lines.Threshold);
        if (options.UnitWeights && norm > 0)
        {
            double scale = 1 / Math.Sqrt(norm);
            b *= scale;
            for (int c = 0; c < w.Length; c++) w[c] *= scale;
        }
        x.CopyTo(point.AsSpan());
        (projects, tied) = (!chunk.ActionsOf(person).IsBox, chunk.ActionsOf(person).Ties.Length > 0);
    }

    private void Descend(int person)
    {
        double value = Objective(point), step = FirstStep(), shortest = ShortestStep * step;
        for (int t = 0; t < options.MaxSteps && chunk.StepsLeft(person) > 0 && step > shortest; t++)
        {
            chunk.Steps[person]++;
            Slopes(person);
            Try(person, step);
            double now = Objective(trial);
            if (!(now < value))
            {
                step /= 2;
                continue;
            }
            double gain = value - now;
            trial.CopyTo(point.AsSpan());
            if (gain <= options.Tolerance * value) return;
            (value, step) = (now, 2 * step);
        }
    }

    /// <summary>log(1 + e^-m) bends by ‖∇m‖²/4 at most.</summary>
    private double FirstStep()
    {
        double norm = 0;
        for (int c = 0; c < w.Length; c++)
            if (lower[c] < upper[c]) norm += Math.Pow(Math.Abs(w[c]) + options.DeltaMax, 2);
        return norm > 0 ? 4 / norm : 0;
    }

    private double MarginAt(ReadOnlySpan<double> at)
    {
        double m = b;
        for (int c = 0; c < w.Length; c++) m += w[c] * at[c];
        return m - shift.Loss(at);
    }

    private double Objective(ReadOnlySpan<double> at)
    {
        double m = MarginAt(at), distance = 0;
        for (int c = 0; c < x.Length; c++) distance += options.Distance == GradientDistance.L1 ? Math.Abs(at[c] - x[c]) : (at[c] - x[c]) * (at[c] - x[c]);
        return (m > 0 ? Math.Log(1 + Math.Exp(-m)) : Math.Log(1 + Math.Exp(m)) - m) + lambda * distance;
    }

    /// <summary>d log(1 + e^-m)/dx' = -(1 - σ(m)) ∇m, but for δ_max |x'| of shifts bounded in L∞, which is for the proximal step: 1 - σ(m) is its weight.</summary>
    private void Slopes(int person)
    {
        pull = 1 / (1 + Math.Exp(MarginAt(point)));
        double length = 1, largest = 1;
        foreach (double v in point) (length, largest) = (length + v * v, Math.Max(largest, Math.Abs(v)));
        for (int c = 0; c < point.Length; c++)
        {
            double lost = options.Norm switch
            {
                ShiftNorm.L2 => point[c] / Math.Sqrt(length),
                ShiftNorm.L1 when largest > 1 && Math.Abs(point[c]) == largest => Math.Sign(point[c]),
                _ => 0,
            };
            slope[c] = -pull * (w[c] - options.DeltaMax * lost);
        }
        if (!tied) return;
        for (int c = 0; c < point.Length; c++) (single[c], along[c]) = ((float)point[c], (float)slope[c]);
        TiedColumns.PullBack(chunk.Encoded, person, single, along);
        for (int c = 0; c < point.Length; c++) slope[c] = along[c];
    }

    /// <summary>min over z of slope·z + α |z| + λ d(z - x) + (z - point)² / 2t, a column each, brought into Δ.</summary>
    private void Try(int person, double t)
    {
        double alpha = options.Norm == ShiftNorm.LInfinity ? pull * options.DeltaMax : 0;
        for (int c = 0; c < point.Length; c++)
        {
            if (lower[c] == upper[c])
            {
                trial[c] = point[c];
                continue;
            }
            double u = point[c] - t * slope[c];
            double z = options.Distance == GradientDistance.L1 ? TwoCorners(u, x[c], t * alpha, t * lambda) : Shrunk((u + 2 * t * lambda * x[c]) / (1 + 2 * t * lambda), t * alpha / (1 + 2 * t * lambda));
            trial[c] = Math.Clamp(z, lower[c], upper[c]);
        }
        if (!projects) return;
        for (int c = 0; c < trial.Length; c++) single[c] = (float)trial[c];
        projection.Apply(person, single);
        for (int c = 0; c < trial.Length; c++) trial[c] = single[c];
    }

    /// <summary>min over z of α |z| + λ |z - x| + (z - u)² / 2: below both corners, above both, or between.</summary>
    private static double TwoCorners(double u, double x, double alpha, double lambda)
    {
        var (low, high) = (Math.Min(0, x), Math.Max(0, x));
        if (u + alpha + lambda < low) return u + alpha + lambda;
        if (u - alpha - lambda > high) return u - alpha - lambda;
        return Math.Clamp(u + Math.Sign(x) * (lambda - alpha), low, high);
    }

    private static double Shrunk(double u, double by) => Math.Sign(u) * Math.Max(0, Math.Abs(u) - by);

    /// <summary>Gives each category its largest share and holds it there; false where all were whole.</summary>
    private bool MakeWhole(int person)
    {
        if (!projects) return false;
        bool any = false;
        var encoding = chunk.Encoded.Encoding;
        foreach (int f in chunk.ActionsOf(person).Actionable)
        {
            var at = encoding.At(f);
            if (!at.IsOneHot) continue;
            int largest = at.Offset;
            for (int c = at.Offset; c < at.Offset + at.Width; c++)
                if (point[c] > point[largest]) largest = c;
            for (int c = at.Offset; c < at.Offset + at.Width; c++)
            {
                double whole = c == largest ? 1 : 0;
                any |= point[c] != whole;
                (point[c], lower[c], upper[c]) = (whole, whole, whole);
            }
        }
        return any;
    }
}
