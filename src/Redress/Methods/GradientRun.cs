using Redress.Search;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>The descents of one chunk.</summary>
internal sealed class GradientRun
{
    private readonly SearchChunk chunk;
    private readonly GradientOptions options;
    private readonly ProjectedAdam adam;
    private readonly LaneDescent descent;
    private readonly int[] columns;
    private readonly double[] distances = new double[LaneNetwork.Lanes];

    internal GradientRun(SearchChunk chunk, GradientOptions options)
    {
        (this.chunk, this.options) = (chunk, options);
        adam = new ProjectedAdam(chunk.Encoded, (float)options.LearningRate, options.AmsGrad) { Squared = options.Distance == GradientDistance.SquaredL2 };
        descent = new LaneDescent(chunk);
        columns = [.. Enumerable.Range(0, chunk.Encoded.Width)];
    }

    /// <summary>min ℓ(g(x + δ), 1) + λ'·distance(δ) from δ = 0. Returns who met a valid point.</summary>
    internal bool[] Descend(double[] lambdas, int steps, CancellationToken cancel)
    {
        var valid = new bool[chunk.Rows];
        int measured = -1;   // the step whose distances are at hand
        var people = adam.People;
        descent.Run(adam, steps, (lane, logit) =>
        {
            int i = people[lane];
            if (chunk.Margin(i, logit) >= LaneDescent.Slack)
            {
                valid[i] = true;
                if (measured != adam.Taken) people.Distances(columns, adam.Squared, distances);
                measured = adam.Taken;
                descent.Keep(people, lane, distances[lane]);
                if (options.StopAtFirst) return false;
            }
            (adam.Slopes[lane], adam.Lambdas[lane]) = (Slope(chunk.Signs[i], logit), (float)lambdas[i]);
            return true;
        }, cancel);
        return valid;
    }

    /// <summary>max g(x + δ) over Δ, blind to θ and distance.</summary>
    internal void Ascend(int steps, CancellationToken cancel) => descent.Ascend(adam, steps, cancel);

    /// <summary>Offers the nearest valid point of each person.</summary>
    internal void OfferNearest() => descent.OfferBest();

    /// <summary>Offers each person's point of the highest score, and the linear step's.</summary>
    internal void OfferHighest() => descent.OfferHighest();

    /// <summary>dℓ/dg: -log p has the slope p - 1 in the logit, (p - 1)² has 2(p - 1)p(1 - p); p is the probability of the desired side.</summary>
    private float Slope(int sign, float logit)
    {
        float p = 1 / (1 + MathF.Exp(-sign * logit));
        return sign * (options.Loss == GradientLoss.CrossEntropy ? p - 1 : 2 * (p - 1) * p * (1 - p));
    }
}
