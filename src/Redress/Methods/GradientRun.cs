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
    private readonly float[] gradients, logits, best;
    private readonly double[] bestValue;
    private readonly bool[] goesOn;

    internal GradientRun(SearchChunk chunk, GradientOptions options)
    {
        (this.chunk, this.options, batch) = (chunk, options, chunk.Encoded);
        adam = new ProjectedAdam(batch, (float)options.LearningRate, options.AmsGrad);
        (gradients, best) = (new float[batch.X.Length], new float[batch.X.Length]);
        logits = new float[chunk.Rows];
        bestValue = new double[chunk.Rows];
        Array.Fill(bestValue, double.PositiveInfinity);
        goesOn = new bool[chunk.Rows];
    }

    /// <summary>min ℓ(g(x + δ), 1) + λ'·distance(δ) from δ = 0. Returns who met a valid point.</summary>
    internal bool[] Descend(double[] lambdas, int steps, CancellationToken cancel)
    {
        var valid = new bool[chunk.Rows];
        Run(steps, (k, logit, gradient) =>
        {
            int i = adam.Person(k);
            if (chunk.Margin(i, logit) >= Slack)
            {
                valid[i] = true;
                double distance = Distance(k);
                if (distance < bestValue[i]) Keep(k, distance);
                if (options.StopAtFirst) return false;
            }
            AddLossAndDistance(k, logit, (float)lambdas[i], gradient);
            return true;
        }, cancel);
        return valid;
    }

    /// <summary>max g(x + δ) over Δ, blind to θ and distance.</summary>
    internal void Ascend(int steps, CancellationToken cancel) => Run(steps, (k, logit, gradient) =>
    {
        int i = adam.Person(k);
        double value = -chunk.Signs[i] * (double)logit;
        if (value < bestValue[i]) Keep(k, value);
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
        int width = batch.Width;
        bool budgeted = chunk.Budget != new Budget();
        adam.Reset();
        for (int step = 0; step < steps && !cancel.IsCancellationRequested; step++)
        {
            if (budgeted) Drop(k => chunk.StepsLeft(adam.Person(k)) > 0 && chunk.CallsLeft(adam.Person(k)) > 0, []);
            if (adam.Active == 0) return;
            LinearStepSearch.Gradient((IDifferentiableClassifier)chunk.Model, adam.Points, adam.Active, gradients.AsSpan(0, adam.Active * width), logits);
            Drop(k =>
            {
                chunk.Steps[adam.Person(k)]++;
                chunk.ModelCalls[adam.Person(k)]++;
                return visit(k, logits[k], gradients.AsSpan(k * width, width));
            }, gradients);
            adam.Step(gradients);
        }
    }

    /// <summary>Looks at the k-th active row; false lets go of it.</summary>
    private delegate bool Visit(int k, float logit, Span<float> gradient);

    private void Drop(Func<int, bool> keeps, Span<float> along)
    {
        bool all = true;
        for (int k = 0; k < adam.Active; k++) all &= goesOn[k] = keeps(k);
        if (!all) adam.Keep(goesOn, along);
    }

    private void Keep(int k, double value)
    {
        bestValue[adam.Person(k)] = value;
        adam.PointOf(k).CopyTo(best.AsSpan(adam.Person(k) * batch.Width));
    }

    private double Distance(int k)
    {
        var point = adam.PointOf(k);
        var x = batch.XOf(adam.Person(k));
        double sum = 0;
        for (int c = 0; c < x.Length; c++)
        {
            double d = point[c] - x[c];
            sum += options.Distance == GradientDistance.L1 ? Math.Abs(d) : d * d;
        }
        return sum;
    }

    /// <summary>
    /// ∇g becomes ∇ℓ + λ'∇distance: -log p has the slope p - 1 in the logit, (p - 1)² has 2(p - 1)p(1 - p); p is the probability of the desired side.
    /// </summary>
    private void AddLossAndDistance(int k, float logit, float lambda, Span<float> gradient)
    {
        int sign = chunk.Signs[adam.Person(k)];
        float p = 1 / (1 + MathF.Exp(-sign * logit));
        float slope = sign * (options.Loss == GradientLoss.CrossEntropy ? p - 1 : 2 * (p - 1) * p * (1 - p));
        var point = adam.PointOf(k)[..gradient.Length];
        var x = batch.XOf(adam.Person(k))[..gradient.Length];
        if (options.Distance == GradientDistance.L1)
            for (int c = 0; c < gradient.Length; c++) gradient[c] = slope * gradient[c] + (point[c] > x[c] ? lambda : point[c] < x[c] ? -lambda : 0);
        else
            for (int c = 0; c < gradient.Length; c++) gradient[c] = slope * gradient[c] + 2 * lambda * (point[c] - x[c]);
    }
}
