using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>How people in lanes take a step.</summary>
internal interface ILaneSteps
{
    /// <summary>The people and where they stand.</summary>
    LanePeople People { get; }

    /// <summary>Where the network is run, [columns, lanes]: where the people stand, unless a search looks beside them.</summary>
    float[] Seen => People.Points;

    /// <summary>Puts a person into a lane, at their own row and at step 0.</summary>
    void Enter(int lane, int person);

    /// <summary>Brings what is seen up to date, where that takes more than a step: before the network is run.</summary>
    void Look() { }

    /// <summary>One step of everyone.</summary>
    /// <param name="gradients">∇g where they stand, [columns, lanes].</param>
    void Step(ReadOnlySpan<float> gradients);
}

/// <summary>The descents of one chunk: as many people step together as there are lanes, who is done makes room for the next, the best point of each is kept.</summary>
internal sealed class LaneDescent
{
    /// <summary>A relaxed point must lie this far beyond θ (logits), so that encoding it again in float32 leaves it valid.</summary>
    internal const double Slack = 1e-4;

    private readonly SearchChunk chunk;
    private readonly float[] best;
    private readonly double[] bestValue;
    private readonly int[] stepsLeft = new int[LaneNetwork.Lanes];

    internal LaneDescent(SearchChunk chunk)
    {
        this.chunk = chunk;
        best = new float[chunk.Encoded.X.Length];
        bestValue = new double[chunk.Rows];
        Array.Fill(bestValue, double.PositiveInfinity);
    }

    /// <summary>Looks at a lane's person; false lets go of them.</summary>
    internal delegate bool Visit(int lane, float logit);

    /// <summary>The smallest value kept of a person; infinite where there is none.</summary>
    internal double BestValue(int person) => bestValue[person];

    /// <summary>Steps everyone; <paramref name="visit"/> sees the logit, sets what the step goes by, and says whether to go on.</summary>
    /// <param name="stepper">How they step.</param>
    /// <param name="steps">Steps a person at most.</param>
    /// <param name="visit">Looks at each person before each step.</param>
    /// <param name="cancel">Stops between steps.</param>
    /// <param name="takesPart">Who steps; null for everyone.</param>
    /// <param name="leaving">Looks at each person who stops, where they stand last; null for nobody.</param>
    internal void Run(ILaneSteps stepper, int steps, Visit visit, CancellationToken cancel, Func<int, bool>? takesPart = null, Action<int>? leaving = null)
    {
        using var scope = TensorScope.Open();
        var network = ((IDifferentiableClassifier)chunk.Model).Lanes();
        var people = stepper.People;
        void Leave(int lane)
        {
            if (people[lane] >= 0) leaving?.Invoke(lane);
            people.Leave(lane);
        }
        int next = 0, active = Fill(stepper, steps, takesPart, ref next);
        while (active > 0 && !cancel.IsCancellationRequested)
        {
            stepper.Look();
            network.Run(stepper.Seen);
            for (int lane = 0; lane < LaneNetwork.Lanes; lane++)
            {
                int person = people[lane];
                if (person < 0) continue;
                chunk.Steps[person]++;
                chunk.ModelCalls[person]++;
                if (!visit(lane, network.Outputs[lane]) || --stepsLeft[lane] == 0) Leave(lane);
            }
            stepper.Step(network.InputGradients);
            active = Fill(stepper, steps, takesPart, ref next);
        }
        for (int lane = 0; lane < LaneNetwork.Lanes; lane++) Leave(lane);
    }

    /// <summary>The point kept of a person.</summary>
    internal ReadOnlySpan<float> BestOf(int person) => best.AsSpan(person * chunk.Encoded.Width, chunk.Encoded.Width);

    /// <summary>Keeps where a lane's person stands, if the value is smaller than those before.</summary>
    /// <param name="people">The people in lanes.</param>
    /// <param name="lane">The lane.</param>
    /// <param name="value">What is to be small.</param>
    /// <param name="points">Other points than where people stand, [columns, lanes]; null for those.</param>
    internal void Keep(LanePeople people, int lane, double value, float[]? points = null)
    {
        if (value < bestValue[people[lane]]) Replace(people, lane, value, points ?? people.Points);
    }

    private void Replace(LanePeople people, int lane, double value, float[] points)
    {
        int person = people[lane];
        bestValue[person] = value;
        LanePeople.Read(points, lane, best.AsSpan(person * chunk.Encoded.Width, chunk.Encoded.Width));
    }

    /// <summary>max g(x + δ) over Δ by Adam, blind to θ and distance; the best points are kept.</summary>
    internal void Ascend(ProjectedAdam adam, int steps, CancellationToken cancel) => Run(adam, steps, (lane, logit) =>
    {
        int sign = chunk.Signs[adam.People[lane]];
        Keep(adam.People, lane, -sign * (double)logit);
        (adam.Slopes[lane], adam.Lambdas[lane]) = (-sign, 0);
        return true;
    }, cancel);

    /// <summary>Offers the best point of each person.</summary>
    internal void OfferBest()
    {
        int width = chunk.Encoded.Width;
        for (int i = 0; i < chunk.Rows; i++)
            if (double.IsFinite(bestValue[i])) chunk.OfferEncoded(i, best.AsSpan(i * width, width));
    }

    /// <summary>Offers each person's best point, and the linear step's.</summary>
    internal void OfferHighest()
    {
        OfferBest();
        float[] points = LinearStepSearch.Points(chunk);
        int width = chunk.Encoded.Width;
        for (int i = 0; i < chunk.Rows; i++)
        {
            if (chunk.CallsLeft(i) < 1) continue;
            chunk.ModelCalls[i]++;
            chunk.OfferEncoded(i, points.AsSpan(i * width, width));
        }
    }

    /// <summary>Gives empty lanes to the next people whose budget lets them step, and returns how many lanes are taken.</summary>
    private int Fill(ILaneSteps stepper, int steps, Func<int, bool>? takesPart, ref int next)
    {
        int active = 0;
        var people = stepper.People;   // asked for once: this runs before every step
        for (int lane = 0; lane < LaneNetwork.Lanes; lane++)
        {
            for (; people[lane] < 0 && next < chunk.Rows; next++)
            {
                if (takesPart?.Invoke(next) == false) continue;
                stepsLeft[lane] = Math.Min(steps, Math.Min(chunk.StepsLeft(next), chunk.CallsLeft(next)));
                if (stepsLeft[lane] > 0) stepper.Enter(lane, next);
            }
            if (people[lane] >= 0) active++;
        }
        return active;
    }
}
