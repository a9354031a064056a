using Redress.Generative;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>How codes are searched.</summary>
/// <param name="Rule">How codes step.</param>
/// <param name="LearningRate">α.</param>
/// <param name="Lambda">λ, the weight of the distance.</param>
/// <param name="Squared">True for the distance ‖x' - x‖₂², false for ‖x' - x‖₁, in the model's encoded units.</param>
/// <param name="Steps">Steps a person at most.</param>
/// <param name="Patience">A person with a valid row stops after so many steps without a better one; 0 to take all steps.</param>
internal sealed record LatentDescentSettings(LatentRule Rule, float LearningRate, double Lambda, bool Squared, int Steps, int Patience);

/// <summary>
/// Gradient descent in the codes of a decoder: min over z of -log p(f(G(z)) is desired) + λ·distance(x, G(z)). Of the whole rows that were met and are valid,
/// the one of the least total loss is kept. A step scores the soft row, whose gradient it follows, and, where some value must be whole, the whole row too:
/// two model calls then.
/// </summary>
internal sealed class LatentDescent
{
    /// <summary>A loss counts as better, for patience, where it is smaller by this share.</summary>
    private const double Gain = 1e-3;

    private readonly SearchChunk chunk;
    private readonly LatentDecoder decoder;
    private readonly LatentDescentSettings settings;
    private readonly float[] starts;
    private readonly LaneDescent descent;
    private readonly int[] columns, since;
    private readonly double[] mark, distances = new double[LaneNetwork.Lanes];

    /// <param name="chunk">The people.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="starts">people × decoder inputs: where everyone's code begins, what stays of it, and their immutables.</param>
    /// <param name="settings">How codes are searched.</param>
    internal LatentDescent(SearchChunk chunk, LatentDecoder decoder, float[] starts, LatentDescentSettings settings)
    {
        (this.chunk, this.decoder, this.starts, this.settings) = (chunk, decoder, starts, settings);
        descent = new LaneDescent(chunk);
        columns = [.. Enumerable.Range(0, chunk.Encoded.Width)];
        (since, mark) = (new int[chunk.Rows], new double[chunk.Rows]);
    }

    /// <summary>Searches, and offers everyone's valid row of the least total loss.</summary>
    internal void Search(CancellationToken cancel)
    {
        Array.Fill(mark, double.PositiveInfinity);
        int measured = -1;   // the step whose distances are at hand
        Run(settings.Lambda, (steps, lane, soft, whole) =>
        {
            int i = steps.People[lane];
            steps.Slopes[lane] = Slope(chunk.Signs[i], soft);
            if (chunk.Margin(i, whole) >= LaneDescent.Slack)
            {
                if (measured != steps.Taken) steps.People.Distances(steps.Whole.Points, columns, settings.Squared, distances);
                measured = steps.Taken;
                double loss = Loss(chunk.Signs[i], whole) + settings.Lambda * distances[lane];
                descent.Keep(steps.People, lane, loss, steps.Whole.Points);
                if (loss < mark[i] - Gain * Math.Abs(mark[i]) || double.IsPositiveInfinity(mark[i])) (mark[i], since[i]) = (loss, chunk.Steps[i]);
            }
            return settings.Patience == 0 || double.IsPositiveInfinity(mark[i]) || chunk.Steps[i] - since[i] < settings.Patience;
        }, cancel);
        Offer();
    }

    /// <summary>max g(G(z)), blind to θ and distance; offers everyone's row of the highest score.</summary>
    internal void SearchHighest(CancellationToken cancel)
    {
        Run(lambda: 0, (steps, lane, _, whole) =>
        {
            int sign = chunk.Signs[steps.People[lane]];
            descent.Keep(steps.People, lane, -sign * (double)whole, steps.Whole.Points);
            steps.Slopes[lane] = -sign;
            return true;
        }, cancel);
        Offer();
    }

    /// <summary>Looks at a lane's person: the logits of their soft and their whole row. False lets go of them.</summary>
    private delegate bool Visit(LatentSteps steps, int lane, float soft, float whole);

    private void Run(double lambda, Visit visit, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        var steps = new LatentSteps(chunk.Encoded, decoder, starts, settings.Rule, settings.LearningRate) { Lambda = (float)lambda, Squared = settings.Squared };
        var scores = new WholeScores(chunk, steps.Whole);
        descent.Run(steps, settings.Steps, (lane, soft) =>
        {
            float whole = soft;
            return scores.Of(lane, steps.People[lane], steps.Taken, ref whole) && visit(steps, lane, soft, whole);
        }, cancel);
    }

    private void Offer()
    {
        for (int i = 0; i < chunk.Rows; i++)
            if (double.IsFinite(descent.BestValue(i))) chunk.OfferWhole(i, descent.BestOf(i));
    }

    /// <summary>-log p of the desired side.</summary>
    private static double Loss(int sign, float logit) => Math.Max(0, -sign * (double)logit) + Math.Log(1 + Math.Exp(-Math.Abs((double)logit)));

    /// <summary>Its slope in the logit.</summary>
    private static float Slope(int sign, float logit) => sign * (1 / (1 + MathF.Exp(-sign * logit)) - 1);
}
