using Redress.Actions;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>The descents of one chunk along the model and the verifier.</summary>
internal sealed class TapRun
{
    private const int Lanes = LaneNetwork.Lanes;

    /// <summary>A distance counts as less, for patience, where it is smaller by this share.</summary>
    private const double Gain = 1e-3;

    private readonly SearchChunk chunk;
    private readonly TapOptions options;
    private readonly TapVerifier verifier;
    private readonly LaneDescent descent;
    private readonly double least;   // γ in log-odds
    private readonly int[] columns, since;
    private readonly double[] mark, distances = new double[Lanes];

    internal TapRun(SearchChunk chunk, TapOptions options, TapVerifier verifier)
    {
        (this.chunk, this.options, this.verifier) = (chunk, options, verifier);
        descent = new LaneDescent(chunk);
        least = Math.Log(options.Verified / (1 - options.Verified));
        columns = [.. Enumerable.Range(0, chunk.Encoded.Width)];
        (since, mark) = (new int[chunk.Rows], new double[chunk.Rows]);
        Array.Fill(mark, double.PositiveInfinity);
    }

    /// <summary>Searches, and offers everyone's nearest row that is valid and verified.</summary>
    internal void Descend(CancellationToken cancel)
    {
        int measured = -1;   // the step whose distances are at hand
        Run(options.Lambda, (steps, lane, soft, whole) =>
        {
            int i = steps.People[lane];
            steps.ModelSlopes[lane] = Slope(chunk.Signs[i], soft);
            if (chunk.Margin(i, whole) >= LaneDescent.Slack && steps.WholeVerdict(lane) >= least)
            {
                if (measured != steps.Taken) steps.People.Distances(steps.Whole.Points, columns, squared: true, distances);
                measured = steps.Taken;
                descent.Keep(steps.People, lane, distances[lane], steps.Whole.Points);
                if (distances[lane] < (1 - Gain) * mark[i]) (mark[i], since[i]) = (distances[lane], chunk.Steps[i]);
            }
            return options.Patience == 0 || double.IsPositiveInfinity(mark[i]) || chunk.Steps[i] - since[i] < options.Patience;
        }, cancel);
        Offer();
    }

    /// <summary>max g(x + δ) over verified rows, blind to θ and distance.</summary>
    internal void Ascend(CancellationToken cancel)
    {
        Run(lambda: 0, (steps, lane, _, whole) =>
        {
            int sign = chunk.Signs[steps.People[lane]];
            steps.ModelSlopes[lane] = -sign;
            if (steps.WholeVerdict(lane) >= least) descent.Keep(steps.People, lane, -sign * (double)whole, steps.Whole.Points);
            return true;
        }, cancel);
        Offer();
    }

    /// <summary>Looks at a lane's person: the logits of where they stand and of their whole row. False lets go of them.</summary>
    private delegate bool Visit(TapSteps steps, int lane, float soft, float whole);

    private void Run(double lambda, Visit visit, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        var steps = new TapSteps(chunk.Encoded, options, verifier, (float)lambda);
        var scores = new WholeScores(chunk, steps.Whole);
        descent.Run(steps, options.MaxSteps, (lane, soft) =>
        {
            float whole = soft;
            return scores.Of(lane, steps.People[lane], steps.Taken, ref whole) && visit(steps, lane, soft, whole);
        }, cancel);
    }

    /// <summary>Offers the reachable rows around each person's best that are verified as they are shown.</summary>
    private void Offer()
    {
        int features = chunk.People.Schema.Features.Count, width = chunk.Encoded.Width;
        var point = new double[features];
        for (int i = 0; i < chunk.Rows; i++)
        {
            if (double.IsFinite(descent.BestValue(i)))
            {
                var rows = new RowList(features, 1);
                chunk.ReadWhole(i, descent.BestOf(i), point);
                Rounding.AddLattice(chunk.ActionsOf(i), chunk.People.Row(i), point, rows);
                using var scope = TensorScope.Open();
                var pairs = Tensor.Zeros(rows.Count, 2 * width);
                for (int r = 0; r < rows.Count; r++)
                {
                    chunk.Encoded.XOf(i).CopyTo(pairs.Values[(2 * r * width)..]);
                    chunk.Encoded.Encoding.Encode(rows[r], pairs.Values.Slice((2 * r + 1) * width, width));
                }
                float[] verdicts = rows.Count == 0 ? [] : verifier.Logits(pairs);
                for (int r = 0; r < rows.Count; r++)
                    if (verdicts[r] >= least) rows[r].CopyTo(chunk.Offer(i));
            }
            if (chunk.FirstOffer(i) < 0) chunk.Reasons[i] = "No row that was tried is both valid and, to the verifier, of another true label.";
        }
    }

    /// <summary>The slope of -log p in the logit of the desired side.</summary>
    private static float Slope(int sign, float logit) => sign * (1 / (1 + MathF.Exp(-sign * logit)) - 1);
}

/// <summary>Projected Adam along the model's gradient and the verifier's.</summary>
internal sealed class TapSteps : ILaneSteps
{
    private const int Lanes = LaneNetwork.Lanes;
    private readonly ProjectedAdam adam;
    private readonly LaneNetwork verifier, judge;
    private readonly float weight;
    private readonly int size;
    private readonly float[] pairs, wholePairs, combined;   // [2 · columns, lanes], the same, [columns, lanes]
    private int judged = -1;

    internal TapSteps(EncodedActions batch, TapOptions options, TapVerifier verifier, float lambda)
    {
        adam = new(batch, (float)options.LearningRate, amsGrad: false) { Squared = true };
        Array.Fill(adam.Slopes, 1f);
        Array.Fill(adam.Lambdas, lambda);
        (weight, size) = ((float)options.VerifierWeight, batch.Width * Lanes);
        (this.verifier, judge) = (new(verifier.Frozen), new(verifier.Frozen));
        Whole = new(batch, adam.People);
        (pairs, wholePairs, combined) = (new float[2 * size], new float[2 * size], new float[size]);
    }

    public LanePeople People => adam.People;

    /// <summary>What people could be shown.</summary>
    internal WholeLanes Whole { get; }

    /// <summary>What the model's gradient is multiplied by, a lane each.</summary>
    internal float[] ModelSlopes { get; } = new float[Lanes];

    /// <summary>Steps taken together.</summary>
    internal int Taken => adam.Taken;

    public void Enter(int lane, int person) => adam.Enter(lane, person);

    public void Look()
    {
        Whole.Write();
        Pair(People.Points, pairs);
        verifier.Run(pairs);
    }

    /// <summary>V of a lane's whole row.</summary>
    internal float WholeVerdict(int lane)
    {
        if (!Whole.IsOther) return verifier.Outputs[lane];
        if (judged != Taken)
        {
            Pair(Whole.Points, wholePairs);
            judge.Forward(wholePairs);
        }
        judged = Taken;
        return judge.Outputs[lane];
    }

    /// <summary>One step of everyone along slope·∇g + κ∇(-log V) + λ∇distance.</summary>
    public void Step(ReadOnlySpan<float> gradients)
    {
        var verdicts = verifier.Outputs;
        var theirs = verifier.InputGradients[size..];
        for (int lane = 0; lane < Lanes; lane++)
        {
            float slope = weight * (1 / (1 + MathF.Exp(-verdicts[lane])) - 1), model = ModelSlopes[lane];
            for (int i = lane; i < size; i += Lanes) combined[i] = model * gradients[i] + slope * theirs[i];
        }
        adam.Step(combined);
    }

    private void Pair(float[] seconds, float[] into)
    {
        People.Origins.CopyTo(into, 0);
        seconds.CopyTo(into, size);
    }
}
