using System.Numerics;
using Redress.Actions;

namespace Redress.Search;

/// <summary>
/// Adam on encoded rows that all start from their own people together, projected onto Δ after every step; AMSGrad as an option. Rows that are done
/// leave, and the others close up, so that a step is a few passes over one block of memory.
/// </summary>
internal sealed class ProjectedAdam
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
    private readonly EncodedActions batch;
    private readonly Projection projection;
    private readonly float learningRate;
    private readonly bool amsGrad;
    private readonly float[] points, first, second, largest, lower, upper;
    private readonly int[] people;
    private int step;

    internal ProjectedAdam(EncodedActions batch, float learningRate, bool amsGrad)
    {
        (this.batch, this.learningRate, this.amsGrad) = (batch, learningRate, amsGrad);
        projection = new Projection(batch);
        int size = batch.X.Length;
        (points, first, second, largest, lower, upper) = (new float[size], new float[size], new float[size], new float[size], new float[size], new float[size]);
        people = new int[batch.Rows];
    }

    /// <summary>Rows still in the search.</summary>
    internal int Active { get; private set; }

    /// <summary>active × width: where the rows stand.</summary>
    internal ReadOnlySpan<float> Points => points.AsSpan(0, Active * batch.Width);

    /// <summary>The person of the k-th active row.</summary>
    internal int Person(int k) => people[k];

    /// <summary>Where the k-th active row stands.</summary>
    internal ReadOnlySpan<float> PointOf(int k) => points.AsSpan(k * batch.Width, batch.Width);

    /// <summary>Starts everyone again from their own row.</summary>
    internal void Reset()
    {
        (Active, step) = (batch.Rows, 0);
        batch.X.CopyTo(points, 0);
        batch.Lower.CopyTo(lower, 0);
        batch.Upper.CopyTo(upper, 0);
        foreach (var moments in new[] { first, second, largest }) moments.AsSpan().Clear();
        for (int k = 0; k < people.Length; k++) people[k] = k;
    }

    /// <summary>Lets go of the rows that are done; <paramref name="gradients"/> closes up with the others.</summary>
    internal void Keep(ReadOnlySpan<bool> goesOn, Span<float> gradients)
    {
        int kept = 0, width = batch.Width;
        for (int k = 0; k < Active; k++)
        {
            if (!goesOn[k]) continue;
            if (kept < k)
            {
                people[kept] = people[k];
                foreach (var block in new[] { points, first, second, largest, lower, upper }) block.AsSpan(k * width, width).CopyTo(block.AsSpan(kept * width));
                if (gradients.Length > 0) gradients.Slice(k * width, width).CopyTo(gradients[(kept * width)..]);
            }
            kept++;
        }
        Active = kept;
    }

    /// <summary>One step of every active row against its gradient; the gradients are used up.</summary>
    /// <param name="gradients">active × width.</param>
    internal void Step(Span<float> gradients)
    {
        int width = batch.Width;
        if (!batch.IsBox)
            for (int k = 0; k < Active; k++) TiedColumns.PullBack(batch, people[k], PointOf(k), gradients.Slice(k * width, width));
        step++;
        Update(gradients[..(Active * width)], learningRate / (1 - MathF.Pow(Beta1, step)), 1 / MathF.Sqrt(1 - MathF.Pow(Beta2, step)));
        if (batch.IsBox) return;
        for (int k = 0; k < Active; k++) projection.Apply(people[k], points.AsSpan(k * width, width));
    }

    /// <summary>m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; x ← clamp(x - α m / (√v c + ε)). Entry by entry, so the width of vectors changes no bit.</summary>
    private void Update(ReadOnlySpan<float> gradients, float alpha, float correction)
    {
        int c = 0;
        for (; c + Vector<float>.Count <= gradients.Length; c += Vector<float>.Count)
        {
            var g = new Vector<float>(gradients[c..]);
            var m = Beta1 * new Vector<float>(first, c) + (1 - Beta1) * g;
            var v = Beta2 * new Vector<float>(second, c) + (1 - Beta2) * g * g;
            m.CopyTo(first, c);
            v.CopyTo(second, c);
            if (amsGrad) (v = Vector.Max(new Vector<float>(largest, c), v)).CopyTo(largest, c);
            var x = new Vector<float>(points, c) - alpha * m / (Vector.SquareRoot(v) * correction + new Vector<float>(Epsilon));
            Vector.Min(Vector.Max(x, new Vector<float>(lower, c)), new Vector<float>(upper, c)).CopyTo(points, c);
        }
        for (; c < gradients.Length; c++)
        {
            float g = gradients[c];
            float m = first[c] = Beta1 * first[c] + (1 - Beta1) * g;
            float v = second[c] = Beta2 * second[c] + (1 - Beta2) * g * g;
            if (amsGrad) v = largest[c] = MathF.Max(largest[c], v);
            points[c] = MathF.Min(MathF.Max(points[c] - alpha * m / (MathF.Sqrt(v) * correction + Epsilon), lower[c]), upper[c]);
        }
    }
}
