using Redress.Actions;
using Redress.Models;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The descents of one chunk: everyone steps together, people whose budget is spent drop out, the best point of each is kept.</summary>
internal sealed class GradientRun
{
    /// <summary>A relaxed point must lie this far beyond θ (logits), so that encoding it again in float32 leaves it valid.</summary>
    private const double Slack = 1e-4;

    private readonly SearchChunk chunk;
    private readonly GradientOptions options;
    private readonly EncodedActions batch;
    private readonly ProjectedAdam adam;
    private readonly float[] packed, gradients, logits, best;
    private readonly double[] bestValue;
    private readonly int[] active;

    internal GradientRun(SearchChunk chunk, GradientOptions options)
    {
        (this.chunk, this.options, batch) = (chunk, options, chunk.Encoded);
        adam = new ProjectedAdam(batch, (float)options.LearningRate, options.AmsGrad);
        (packed, gradients, best) = (new float[batch.X.Length], new float[batch.X.Length], new float[batch.X.Length]);
        logits = new float[chunk.Rows];
        bestValue = new double[chunk.Rows];
        Array.Fill(bestValue, double.PositiveInfinity);
        active = new int[chunk.Rows];
    }

    /// <summary>min ℓ(g(x + δ), 1) + λ'·distance(δ) from δ = 0. Returns who met a valid point.</summary>
    internal bool[] Descend(double[] lambdas, int steps, CancellationToken cancel)
    {
        var valid = new bool[chunk.Rows];
        Run(steps, (i, logit, gradient) =>
        {
            if (chunk.Margin(i, logit) >= Slack)
            {
                valid[i] = true;
                double distance = Distance(i);
                if (distance < bestValue[i]) Keep(i, distance);
                if (options.StopAtFirst) return false;
            }
            AddLoss(i, logit, gradient);
            AddDistance(i, (float)lambdas[i], gradient);
            return true;
        }, cancel);
        return valid;
    }

    /// <summary>max g(x + δ) over Δ, blind to θ and distance.</summary>
    internal void Ascend(int steps, CancellationToken cancel) => Run(steps, (i, logit, gradient) =>
    {
        double value = -chunk.Signs[i] * (double)logit;
        if (value < bestValue[i]) Keep(i, value);
        foreach (ref float g in gradient) g *= -chunk.Signs[i];
        return true;
    }, cancel);

    /// <summary>Offers the nearest valid point of each person.</summary>
    internal void OfferNearest()
    {
        for (int i = 0; i < chunk.Rows; i++)
            if (double.IsFinite(bestValue[i])) chunk.OfferEncoded(i, best.AsSpan(i * batch.Width, batch.Width));
    }

    /// <summary>Offers each person's point of the highest score, and the linear step's.</summary>
    internal void OfferHighest()
    {
        OfferNearest();
        float[] points = LinearStepSearch.Points(chunk);
        for (int i = 0; i < chunk.Rows; i++)
        {
            if (chunk.CallsLeft(i) < 1) continue;
            chunk.ModelCalls[i]++;
            chunk.OfferEncoded(i, points.AsSpan(i * batch.Width, batch.Width));
        }
    }

    /// <summary>Steps everyone together; <paramref name="visit"/> sees the logit and ∇g, turns it into the gradient to descend, and says whether to go on.</summary>
    private void Run(int steps, Visit visit, CancellationToken cancel)
    {
        int n = 0, width = batch.Width;
        for (int i = 0; i < chunk.Rows; i++)
        {
            adam.Reset(i);
            active[n++] = i;
        }
        for (int step = 0; step < steps && !cancel.IsCancellationRequested; step++)
        {
            n = Compact(n, i => chunk.StepsLeft(i) > 0 && chunk.CallsLeft(i) > 0);
            if (n == 0) return;
            for (int k = 0; k < n; k++) adam.Points.AsSpan(active[k] * width, width).CopyTo(packed.AsSpan(k * width));
            LinearStepSearch.Gradient((IDifferentiableClassifier)chunk.Model, packed.AsSpan(0, n * width), n, gradients.AsSpan(0, n * width), logits);
            int kept = 0;
            for (int k = 0; k < n; k++)
            {
                int i = active[k];
                var gradient = gradients.AsSpan(k * width, width);
                chunk.Steps[i]++;
                chunk.ModelCalls[i]++;
                if (!visit(i, logits[k], gradient)) continue;
                adam.Step(i, gradient);
                active[kept++] = i;
            }
            n = kept;
        }
    }

    private delegate bool Visit(int person, float logit, Span<float> gradient);

    private int Compact(int n, Func<int, bool> goesOn)
    {
        int kept = 0;
        for (int k = 0; k < n; k++)
            if (goesOn(active[k])) active[kept++] = active[k];
        return kept;
    }

    private void Keep(int i, double value)
    {
        bestValue[i] = value;
        adam.Points.AsSpan(i * batch.Width, batch.Width).CopyTo(best.AsSpan(i * batch.Width));
    }

    private double Distance(int i)
    {
        var point = adam.Points.AsSpan(i * batch.Width, batch.Width);
        var x = batch.XOf(i);
        double sum = 0;
        for (int c = 0; c < x.Length; c++)
        {
            double d = point[c] - x[c];
            sum += options.Distance == GradientDistance.L1 ? Math.Abs(d) : d * d;
        }
        return sum;
    }

    /// <summary>∇g becomes ∇ℓ: -log p has the slope p - 1 in the logit, (p - 1)² has 2(p - 1)p(1 - p); p is the probability of the desired side.</summary>
    private void AddLoss(int i, float logit, Span<float> gradient)
    {
        int sign = chunk.Signs[i];
        float p = 1 / (1 + MathF.Exp(-sign * logit));
        float slope = sign * (options.Loss == GradientLoss.CrossEntropy ? p - 1 : 2 * (p - 1) * p * (1 - p));
        foreach (ref float g in gradient) g *= slope;
    }

    private void AddDistance(int i, float lambda, Span<float> gradient)
    {
        var point = adam.Points.AsSpan(i * batch.Width, batch.Width);
        var x = batch.XOf(i);
        for (int c = 0; c < x.Length; c++)
        {
            float d = point[c] - x[c];
            gradient[c] += options.Distance == GradientDistance.L1 ? lambda * MathF.Sign(d) : 2 * lambda * d;
        }
    }
}
