using Redress.Data;

namespace Redress.Actions;

/// <summary>The nearest point of the relaxed action set, in encoded units: intervals are clamped, categories projected on their simplex, ties follow,
/// linear constraints by Dykstra's alternating projections.</summary>
internal sealed class Projection(EncodedActions batch)
{
    private const int Sweeps = 200;

    /// <summary>Moves of a column smaller than this end the sweeps; what is left outside a constraint, decoding pulls in.</summary>
    private const double Still = 1e-6;
    private readonly List<float> sorted = [];
    private double[] corrections = [], normal = [];

    /// <summary>Projects one person's point in place.</summary>
    /// <param name="row">The person.</param>
    /// <param name="point">An encoded row; frozen columns are restored.</param>
    internal void Apply(int row, Span<float> point)
    {
        var actions = batch.ActionsOf(row);
        bool constrained = actions.Schema.Constraints.Count > 0;
        for (int f = 0; f < batch.Encoding.Features.Count; f++)
        {
            var at = batch.Encoding.Features[f];
            if (at.IsOneHot && actions.Schema.Features[f].IsActionable) OntoSimplex(row, at, point);
            else if (at.IsOneHot || !constrained) Clamp(row, at, point);
        }
        if (constrained) Dykstra(row, actions, point);
        TiedColumns.Follow(batch, row, point);
    }

    private void Clamp(int row, EncodedFeature at, Span<float> point)
    {
        var lower = batch.LowerOf(row);
        var upper = batch.UpperOf(row);
        for (int c = at.Offset; c < at.Offset + at.Width; c++) point[c] = Math.Min(Math.Max(point[c], lower[c]), upper[c]);
    }

    /// <summary>The nearest point with entries ≥ 0 that add up to 1 (Duchi et al. 2008), over the categories the person may take.</summary>
    private void OntoSimplex(int row, EncodedFeature at, Span<float> point)
    {
        var upper = batch.UpperOf(row).Slice(at.Offset, at.Width);
        var group = point.Slice(at.Offset, at.Width);
        sorted.Clear();
        for (int c = 0; c < at.Width; c++)
            if (upper[c] > 0) sorted.Add(group[c]);
        sorted.Sort((a, b) => b.CompareTo(a));
        float sum = 0, shift = 0;
        for (int i = 0; i < sorted.Count; i++)
        {
            sum += sorted[i];
            if (sorted[i] - (sum - 1) / (i + 1) > 0) shift = (sum - 1) / (i + 1);
        }
        for (int c = 0; c < at.Width; c++) group[c] = upper[c] > 0 ? Math.Max(0, group[c] - shift) : 0;
    }

    private void Dykstra(int row, ActionSet actions, Span<float> point)
    {
        var constraints = actions.Schema.Constraints;
        int width = batch.Width;
        if (corrections.Length < (constraints.Count + 1) * width) (corrections, normal) = (new double[(constraints.Count + 1) * width], new double[width]);
        corrections.AsSpan().Clear();
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            bool moved = OntoIntervals(row, point, corrections.AsSpan(constraints.Count * width, width));
            for (int i = 0; i < constraints.Count; i++) moved |= OntoHalfspace(row, constraints[i], point, corrections.AsSpan(i * width, width));
            if (!moved) return;
        }
        foreach (var at in batch.Encoding.Features)
            if (!at.IsOneHot) Clamp(row, at, point);
    }

    private bool OntoHalfspace(int row, LinearConstraint constraint, Span<float> point, Span<double> correction)
    {
        double left = -constraint.Bound, norm = 0;
        var present = batch.People.Row(row);
        foreach (var (feature, coefficient) in constraint.Terms)
        {
            var at = batch.Encoding.Features[feature];
            bool free = batch.LowerOf(row)[at.Offset] < batch.UpperOf(row)[at.Offset];
            normal[at.Offset] = free ? coefficient * at.Scale : 0;
            norm += normal[at.Offset] * normal[at.Offset];
            left += free ? coefficient * (at.Shift + at.Scale * (point[at.Offset] + correction[at.Offset])) : coefficient * present[feature];
        }
        double step = left > 0 && norm > 0 ? left / norm : 0;
        bool moved = false;
        foreach (var (feature, _) in constraint.Terms)
        {
            int c = batch.Encoding.Features[feature].Offset;
            double from = point[c] + correction[c], to = from - step * normal[c];
            moved |= Math.Abs(to - point[c]) > Still;
            correction[c] = from - to;
            point[c] = (float)to;
        }
        return moved;
    }

    private bool OntoIntervals(int row, Span<float> point, Span<double> correction)
    {
        bool moved = false;
        var lower = batch.LowerOf(row);
        var upper = batch.UpperOf(row);
        foreach (var at in batch.Encoding.Features)
        {
            if (at.IsOneHot) continue;
            double from = point[at.Offset] + correction[at.Offset], to = Math.Clamp(from, lower[at.Offset], upper[at.Offset]);
            moved |= Math.Abs(to - point[at.Offset]) > Still;
            correction[at.Offset] = from - to;
            point[at.Offset] = (float)to;
        }
        return moved;
    }
}
