using Redress.Actions;

namespace Redress.Search;

/// <summary>Adam on encoded rows, each with its own moments and step count, projected onto Δ after every step. AMSGrad as an option.</summary>
internal sealed class ProjectedAdam
{
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
    private readonly EncodedActions batch;
    private readonly Projection projection;
    private readonly float learningRate;
    private readonly bool amsGrad;
    private readonly float[] first, second, largest;
    private readonly int[] steps;

    internal ProjectedAdam(EncodedActions batch, float learningRate, bool amsGrad)
    {
        (this.batch, this.learningRate, this.amsGrad) = (batch, learningRate, amsGrad);
        projection = new Projection(batch);
        (first, second, largest) = (new float[batch.X.Length], new float[batch.X.Length], new float[batch.X.Length]);
        steps = new int[batch.Rows];
        Points = (float[])batch.X.Clone();
    }

    /// <summary>rows × width: where the search stands.</summary>
    internal float[] Points { get; }

    /// <summary>Starts a person again from their own row.</summary>
    internal void Reset(int row)
    {
        int at = row * batch.Width;
        batch.XOf(row).CopyTo(Points.AsSpan(at));
        first.AsSpan(at, batch.Width).Clear();
        second.AsSpan(at, batch.Width).Clear();
        largest.AsSpan(at, batch.Width).Clear();
        steps[row] = 0;
    }

    /// <summary>One step of one person against a gradient; the gradient is used up.</summary>
    internal void Step(int row, Span<float> gradient)
    {
        var point = Points.AsSpan(row * batch.Width, batch.Width);
        TiedColumns.PullBack(batch, row, point, gradient);
        int t = ++steps[row], at = row * batch.Width;
        float step = learningRate / (1 - MathF.Pow(Beta1, t)), correction = 1 / MathF.Sqrt(1 - MathF.Pow(Beta2, t));
        for (int c = 0; c < point.Length; c++)
        {
            float g = gradient[c];
            float m = first[at + c] = Beta1 * first[at + c] + (1 - Beta1) * g;
            float v = second[at + c] = Beta2 * second[at + c] + (1 - Beta2) * g * g;
            if (amsGrad) v = largest[at + c] = MathF.Max(largest[at + c], v);
            point[c] -= step * m / (MathF.Sqrt(v) * correction + Epsilon);
        }
        projection.Apply(row, point);
    }
}
