using System.Numerics;
using Redress.Actions;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// Adam on encoded rows side by side in lanes, projected onto Δ after every step; AMSGrad as an option. A lane has its own person and count of steps:
/// who is done leaves it to the next person, so that lanes are full whatever each person takes, and all they touch stays in the first cache.
/// </summary>
internal sealed class ProjectedAdam
{
    private const int Lanes = LaneNetwork.Lanes;
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
    private readonly EncodedActions batch;
    private readonly Projection projection;
    private readonly float learningRate;
    private readonly bool amsGrad;

    // [columns, lanes] each: entry (c, lane) stands at c * Lanes + lane.
    private readonly float[] origins, points, descent, first, second, largest, lower, upper;
    private readonly int[] columns;
    private readonly List<(float Rate, float Correction)> scales = [];
    private readonly int[] people = new int[Lanes], steps = new int[Lanes];
    private readonly float[] rates = new float[Lanes], corrections = new float[Lanes], row, rowGradient;

    internal ProjectedAdam(EncodedActions batch, float learningRate, bool amsGrad)
    {
        (this.batch, this.learningRate, this.amsGrad) = (batch, learningRate, amsGrad);
        projection = new Projection(batch);
        int size = batch.Width * Lanes;
        (origins, points, descent, first) = (new float[size], new float[size], new float[size], new float[size]);
        (second, largest, lower, upper) = (new float[size], new float[size], new float[size], new float[size]);
        (row, rowGradient) = (new float[batch.Width], new float[batch.Width]);
        // A tied column stands still here, but its gradient goes to its leader.
        columns = [.. Enumerable.Range(0, batch.Width).Where(c => !batch.IsBox || MayMove(c))];
        Array.Fill(people, -1);
    }

    /// <summary>[columns, lanes]: where the people stand.</summary>
    internal ReadOnlySpan<float> Points => points;

    /// <summary>The person in a lane, or -1.</summary>
    internal int Person(int lane) => people[lane];

    /// <summary>Copies where the person in a lane stands.</summary>
    internal void ReadPoint(int lane, Span<float> point)
    {
        for (int c = 0, i = lane; i < points.Length; c++, i += Lanes) point[c] = points[i];
    }

    /// <summary>Σ |δ|, or Σ δ² where <paramref name="squared"/>, of every lane, summed in double in the order of columns.</summary>
    internal void Distances(bool squared, Span<double> distances)
    {
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            for (int i = lane; i < points.Length; i += Lanes)
            {
                Vector.Widen(new Vector<float>(points, i) - new Vector<float>(origins, i), out var left, out var right);
                low += squared ? left * left : Vector.Abs(left);
                high += squared ? right * right : Vector.Abs(right);
            }
            low.CopyTo(distances[lane..]);
            high.CopyTo(distances[(lane + Vector<double>.Count)..]);
        }
    }

    /// <summary>Puts a person into a lane, at their own row and at step 0.</summary>
    internal void Enter(int lane, int person)
    {
        (people[lane], steps[lane]) = (person, 0);
        var x = batch.XOf(person);
        var low = batch.LowerOf(person);
        var high = batch.UpperOf(person);
        for (int c = 0, i = lane; c < x.Length; c++, i += Lanes)
        {
            (origins[i], points[i], lower[i], upper[i]) = (x[c], x[c], low[c], high[c]);
            first[i] = second[i] = largest[i] = 0;
        }
    }

    /// <summary>Empties a lane.</summary>
    internal void Leave(int lane) => people[lane] = -1;

    /// <summary>One step of everyone along slope·∇g + λ'∇distance, where ∇‖δ‖₁ is the sign of δ, and ∇‖δ‖₂² is 2δ.</summary>
    /// <param name="gradients">∇g, [columns, lanes].</param>
    /// <param name="slopes">What ∇g is multiplied by, a lane each.</param>
    /// <param name="lambdas">λ', a lane each.</param>
    /// <param name="squared">True for ‖δ‖₂².</param>
    internal void Step(ReadOnlySpan<float> gradients, ReadOnlySpan<float> slopes, ReadOnlySpan<float> lambdas, bool squared)
    {
        foreach (int column in columns) Compose(column, gradients, slopes, lambdas, squared);
        if (!batch.IsBox) ForEachRow((person, point, gradient) => TiedColumns.PullBack(batch, person, point, gradient));
        for (int lane = 0; lane < Lanes; lane++)
            if (people[lane] >= 0) (rates[lane], corrections[lane]) = Scales(++steps[lane]);
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) Update(column * Lanes + lane, lane);
        if (!batch.IsBox) ForEachRow((person, point, _) => projection.Apply(person, point));
    }

    private void Compose(int column, ReadOnlySpan<float> gradients, ReadOnlySpan<float> slopes, ReadOnlySpan<float> lambdas, bool squared)
    {
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            int i = column * Lanes + lane;
            var lambda = new Vector<float>(lambdas[lane..]);
            var delta = new Vector<float>(points, i) - new Vector<float>(origins, i);
            var pull = squared ? 2 * lambda * delta
                : Vector.ConditionalSelect(Vector.GreaterThan(delta, Vector<float>.Zero), lambda, Vector.ConditionalSelect(Vector.LessThan(delta, Vector<float>.Zero), -lambda, Vector<float>.Zero));
            (new Vector<float>(slopes[lane..]) * new Vector<float>(gradients[i..]) + pull).CopyTo(descent, i);
        }
    }

    private bool MayMove(int column)
    {
        for (int person = 0; person < batch.Rows; person++)
            if (batch.LowerOf(person)[column] < batch.UpperOf(person)[column]) return true;
        return false;
    }

    /// <summary>m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; x ← clamp(x - α m / (√v c + ε)). Entry by entry, so the width of vectors changes no bit.</summary>
    private void Update(int i, int lane)
    {
        var g = new Vector<float>(descent, i);
        var m = Beta1 * new Vector<float>(first, i) + (1 - Beta1) * g;
        var v = Beta2 * new Vector<float>(second, i) + (1 - Beta2) * g * g;
        m.CopyTo(first, i);
        v.CopyTo(second, i);
        if (amsGrad) (v = Vector.Max(new Vector<float>(largest, i), v)).CopyTo(largest, i);
        var x = new Vector<float>(points, i) - new Vector<float>(rates, lane) * m / (Vector.SquareRoot(v) * new Vector<float>(corrections, lane) + new Vector<float>(Epsilon));
        Vector.Min(Vector.Max(x, new Vector<float>(lower, i)), new Vector<float>(upper, i)).CopyTo(points, i);
    }

    /// <summary>α and c of a step, 1 or more.</summary>
    private (float Rate, float Correction) Scales(int step)
    {
        for (int t = scales.Count + 1; t <= step; t++) scales.Add((learningRate / (1 - MathF.Pow(Beta1, t)), 1 / MathF.Sqrt(1 - MathF.Pow(Beta2, t))));
        return scales[step - 1];
    }

    /// <summary>Looks at a person's point and gradient as rows; the changes are kept.</summary>
    private delegate void RowChange(int person, Span<float> point, Span<float> gradient);

    private void ForEachRow(RowChange change)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (people[lane] < 0) continue;
            for (int c = 0, i = lane; c < row.Length; c++, i += Lanes) (row[c], rowGradient[c]) = (points[i], descent[i]);
            change(people[lane], row, rowGradient);
            for (int c = 0, i = lane; c < row.Length; c++, i += Lanes) (points[i], descent[i]) = (row[c], rowGradient[c]);
        }
    }
}
