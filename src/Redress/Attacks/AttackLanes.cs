using System.Numerics;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Attacks;

/// <summary>Rows under attack, side by side in lanes: where each stands, and its steps. Matrices are [columns, lanes]; lanes do not see each other.</summary>
internal sealed class AttackLanes
{
    private const int Lanes = LaneNetwork.Lanes;
    private readonly AttackRegion region;

    // Origins serve the L2 ball only: the L∞ ball is part of the limits.
    private readonly float[] origins, points, lower, upper, lengths = new float[Lanes];

    internal AttackLanes(AttackRegion region)
    {
        this.region = region;
        int size = region.Width * Lanes;
        (points, lower, upper) = (new float[size], new float[size], new float[size]);
        origins = region.Norm == AttackNorm.L2 ? new float[size] : [];
    }

    /// <summary>[columns, lanes]: where the rows stand.</summary>
    internal ReadOnlySpan<float> Points => points;

    /// <summary>Puts a row into a lane.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="x">The row, encoded.</param>
    /// <param name="start">Draws a uniform point of the ball to start at; null for the row itself.</param>
    internal void Enter(int lane, ReadOnlySpan<float> x, Rng? start)
    {
        for (int c = 0, i = lane; c < x.Length; c++, i += Lanes) points[i] = x[c];
        bool cube = region.Norm == AttackNorm.Linf;
        foreach (int c in region.Columns)
        {
            int i = c * Lanes + lane;
            float radius = cube ? region.Epsilon * region.Radius[c] : float.PositiveInfinity;
            (lower[i], upper[i]) = (Math.Max(Math.Min(region.Lowest[c], x[c]), x[c] - radius), Math.Min(Math.Max(region.Highest[c], x[c]), x[c] + radius));
            if (!cube) origins[i] = x[c];
        }
        if (start is not null && region.Epsilon > 0) Scatter(lane, start);
    }

    /// <summary>Copies where the row in a lane stands.</summary>
    internal void ReadPoint(int lane, Span<float> point)
    {
        for (int c = 0, i = lane; c < point.Length; c++, i += Lanes) point[c] = points[i];
    }

    /// <summary>One step of every lane.</summary>
    /// <param name="size">α.</param>
    /// <param name="gradients">∇ₓf, [columns, lanes].</param>
    /// <param name="signs">1 where the loss rises with f, -1 where it falls; a lane each.</param>
    internal void Step(float size, ReadOnlySpan<float> gradients, ReadOnlySpan<float> signs)
    {
        if (region.Norm == AttackNorm.Linf) StepToCorner(size, gradients, signs);
        else StepInBall(size, gradients, signs);
    }

    /// <summary>x ← clamp(x + α r sign(∇ℓ)); a column without slope stays.</summary>
    private void StepToCorner(float size, ReadOnlySpan<float> gradients, ReadOnlySpan<float> signs)
    {
        foreach (int c in region.Columns)
        {
            var step = new Vector<float>(size * region.Radius[c]);
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                int i = c * Lanes + lane;
                var slope = new Vector<float>(gradients[i..]) * new Vector<float>(signs[lane..]);
                var move = Vector.ConditionalSelect(Vector.GreaterThan(slope, Vector<float>.Zero), step, Vector.ConditionalSelect(Vector.LessThan(slope, Vector<float>.Zero), -step, Vector<float>.Zero));
                Clamp(new Vector<float>(points, i) + move, i);
            }
        }
    }

    /// <summary>δ/r ← δ/r + α r∇ℓ / ‖r∇ℓ‖, shortened to ε, then x + δ into the valid range, which shortens it further.</summary>
    private void StepInBall(float size, ReadOnlySpan<float> gradients, ReadOnlySpan<float> signs)
    {
        Array.Clear(lengths);
        foreach (int c in region.Columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) Lengthen(lane, new Vector<float>(gradients[(c * Lanes + lane)..]) * region.Radius[c]);
        for (int lane = 0; lane < Lanes; lane++) lengths[lane] = lengths[lane] > 0 ? size * signs[lane] / MathF.Sqrt(lengths[lane]) : 0;
        foreach (int c in region.Columns)
        {
            float square = region.Radius[c] * region.Radius[c];
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                int i = c * Lanes + lane;
                (new Vector<float>(points, i) + new Vector<float>(lengths, lane) * new Vector<float>(gradients[i..]) * square).CopyTo(points, i);
            }
        }
        Shorten();
    }

    /// <summary>Brings every lane back into the L2 ball and the valid range.</summary>
    private void Shorten()
    {
        Array.Clear(lengths);
        foreach (int c in region.Columns)
        {
            float inverse = 1 / region.Radius[c];
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                int i = c * Lanes + lane;
                Lengthen(lane, (new Vector<float>(points, i) - new Vector<float>(origins, i)) * inverse);
            }
        }
        for (int lane = 0; lane < Lanes; lane++) lengths[lane] = MathF.Sqrt(lengths[lane]) is var length && length > region.Epsilon ? region.Epsilon / length : 1;
        foreach (int c in region.Columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                int i = c * Lanes + lane;
                var origin = new Vector<float>(origins, i);
                Clamp(origin + (new Vector<float>(points, i) - origin) * new Vector<float>(lengths, lane), i);
            }
    }

    private void Lengthen(int lane, Vector<float> part) => (new Vector<float>(lengths, lane) + part * part).CopyTo(lengths, lane);

    private void Clamp(Vector<float> x, int i) => Vector.Min(Vector.Max(x, new Vector<float>(lower, i)), new Vector<float>(upper, i)).CopyTo(points, i);

    /// <summary>Moves a lane to a uniform point of the ball. In the L2 ball the radius of one, to the power of the dimension, is uniform: the largest of that many uniform numbers is.</summary>
    private void Scatter(int lane, Rng start)
    {
        bool cube = region.Norm == AttackNorm.Linf;
        double square = 0, longest = 0;
        foreach (int c in region.Columns)
        {
            int i = c * Lanes + lane;
            if (cube)
            {
                points[i] = Math.Clamp(points[i] + region.Epsilon * region.Radius[c] * (2 * start.NextSingle() - 1), lower[i], upper[i]);
                continue;
            }
            double direction = start.NextGaussian();
            square += direction * direction;
            longest = Math.Max(longest, start.NextDouble());
            points[i] = (float)direction;
        }
        if (cube) return;
        float scale = square > 0 ? (float)(region.Epsilon * longest / Math.Sqrt(square)) : 0;
        foreach (int c in region.Columns)
        {
            int i = c * Lanes + lane;
            points[i] = Math.Clamp(origins[i] + scale * region.Radius[c] * points[i], lower[i], upper[i]);
        }
    }
}
