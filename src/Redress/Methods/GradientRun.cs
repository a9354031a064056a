using Redress.Actions;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>The descents of one chunk: as many people step together as there are lanes, who is done makes room for the next, the best point of each is kept.</summary>
internal sealed class GradientRun
{
    /// <summary>A relaxed point must lie this far beyond θ (logits), so that encoding it again in float32 leaves it valid.</summary>
    private const double Slack = 1e-4;

    private readonly SearchChunk chunk;
    private readonly GradientOptions options;
    private readonly EncodedActions batch;
    private readonly ProjectedAdam adam;
    private readonly float[] best;
    private readonly double[] bestValue;
    private readonly float[] slopes = new float[LaneNetwork.Lanes], lambdas = new float[LaneNetwork.Lanes];
    private readonly int[] stepsLeft = new int[LaneNetwork.Lanes];
    private readonly double[] distances = new double[LaneNetwork.Lanes];
    private bool measured;   // whether the distances are those of the points as they stand

    internal GradientRun(SearchChunk chunk, GradientOptions options)
    {
        (this.chunk, this.options, batch) = (chunk, options, chunk.Encoded);
        adam = new ProjectedAdam(batch, (float)options.LearningRate, options.AmsGrad);
        best = new float[batch.X.Length];
        bestValue = new double[chunk.Rows];
        Array.Fill(bestValue, double.PositiveInfinity);
    }

    /// <summary>min ℓ(g(x + δ), 1) + λ'·distance(δ) from δ = 0. Returns who met a valid point.</summary>
    internal bool[] Descend(double[] lambdas, int steps, CancellationToken cancel)
    {
        var valid = new bool[chunk.Rows];
        Run(steps, (lane, logit) =>
        {
            int i = adam.Person(lane);
            if (chunk.Margin(i, logit) >= Slack)
            {
                valid[i] = true;
                if (!measured) adam.Distances(options.Distance == GradientDistance.SquaredL2, distances);
                measured = true;
                if (distances[lane] < bestValue[i]) Keep(lane, distances[lane]);
                if (options.StopAtFirst) return false;
            }
            (slopes[lane], this.lambdas[lane]) = (Slope(chunk.Signs[i], logit), (float)lambdas[i]);
            return true;
        }, cancel);
        return valid;
    }

    /// <summary>max g(x + δ) over Δ, blind to θ and distance.</summary>
    internal void Ascend(int steps, CancellationToken cancel) => Run(steps, (lane, logit) =>
    {
        int i = adam.Person(lane);
        double value = -chunk.Signs[i] * (double)logit;
        if (value < bestValue[i]) Keep(lane, value);
        (slopes[lane], lambdas[lane]) = (-chunk.Signs[i], 0);
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

    /// <summary>Steps everyone; <paramref name="visit"/> sees the logit, sets the lane's slope and λ', and says whether to go on.</summary>
    private void Run(int steps, Visit visit, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        var network = ((IDifferentiableClassifier)chunk.Model).Lanes();
        int next = 0, active = Fill(steps, ref next);
        while (active > 0 && !cancel.IsCancellationRequested)
        {
            network.Run(adam.Points);
            measured = false;
            for (int lane = 0; lane < LaneNetwork.Lanes; lane++)
            {
                int person = adam.Person(lane);
                if (person < 0) continue;
                chunk.Steps[person]++;
                chunk.ModelCalls[person]++;
                if (!visit(lane, network.Outputs[lane]) || --stepsLeft[lane] == 0) adam.Leave(lane);
            }
            adam.Step(network.InputGradients, slopes, lambdas, options.Distance == GradientDistance.SquaredL2);
            active = Fill(steps, ref next);
        }
        for (int lane = 0; lane < LaneNetwork.Lanes; lane++) adam.Leave(lane);
    }

    /// <summary>Looks at a lane's person; false lets go of them.</summary>
    private delegate bool Visit(int lane, float logit);

    /// <summary>Gives empty lanes to the next people whose budget lets them step, and returns how many lanes are taken.</summary>
    private int Fill(int steps, ref int next)
    {
        int active = 0;
        for (int lane = 0; lane < LaneNetwork.Lanes; lane++)
        {
            for (; adam.Person(lane) < 0 && next < chunk.Rows; next++)
            {
                stepsLeft[lane] = Math.Min(steps, Math.Min(chunk.StepsLeft(next), chunk.CallsLeft(next)));
                if (stepsLeft[lane] > 0) adam.Enter(lane, next);
            }
            if (adam.Person(lane) >= 0) active++;
        }
        return active;
    }

    private void Keep(int lane, double value)
    {
        int person = adam.Person(lane);
        bestValue[person] = value;
        adam.ReadPoint(lane, best.AsSpan(person * batch.Width, batch.Width));
    }

    /// <summary>dℓ/dg: -log p has the slope p - 1 in the logit, (p - 1)² has 2(p - 1)p(1 - p); p is the probability of the desired side.</summary>
    private float Slope(int sign, float logit)
    {
        float p = 1 / (1 + MathF.Exp(-sign * logit));
        return sign * (options.Loss == GradientLoss.CrossEntropy ? p - 1 : 2 * (p - 1) * p * (1 - p));
    }
}
