using Redress.Search;

namespace Redress.Methods;

/// <summary>The search of one chunk. It can be run without the frame around methods, for studies of the minimum itself.</summary>
internal sealed class ScoreMatchingRun
{
    private const int MaxCuts = 10;

    /// <summary>A trial step shorter than this share of a whole one that still lowers nothing: the search has settled.</summary>
    private const double ShortestStep = 1.0 / 4096;

    private readonly SearchChunk chunk;
    private readonly ScoreMatchingOptions options;
    private readonly ProximalSteps steps;
    private readonly LaneDescent descent;
    private readonly float[]? last;
    private readonly double[] lambdas;
    private readonly int[] cuts;

    /// <summary>Prepares the search of a chunk.</summary>
    /// <param name="chunk">People of a model that has gradients.</param>
    /// <param name="options">The options.</param>
    /// <param name="keepLast">True to keep the point where each person's search ended.</param>
    internal ScoreMatchingRun(SearchChunk chunk, ScoreMatchingOptions options, bool keepLast = false)
    {
        (this.chunk, this.options) = (chunk, options);
        steps = new ProximalSteps(chunk.Encoded, options.Distance == GradientDistance.SquaredL2);
        descent = new LaneDescent(chunk);
        last = keepLast ? (float[])chunk.Encoded.X.Clone() : null;
        lambdas = new double[chunk.Rows];
        Array.Fill(lambdas, options.Lambda);
        cuts = new int[chunk.Rows];
    }

    /// <summary>The point of the lowest objective a person's search came to, valid or not, encoded and not rounded; theirs to ask for where such points are kept.</summary>
    internal ReadOnlySpan<float> LastOf(int person) => last.AsSpan(person * chunk.Encoded.Width, chunk.Encoded.Width);

    /// <summary>min (h(x + δ) - s)² + λ d(δ) from δ = 0.</summary>
    internal void Descend(CancellationToken cancel) => descent.Run(steps, options.MaxSteps, Visit, cancel);

    /// <summary>Offers the nearest valid point of each person.</summary>
    internal void OfferNearest() => descent.OfferBest();

    private bool Visit(int lane, float logit)
    {
        int i = steps.People[lane];
        bool valid = chunk.Margin(i, logit) >= LaneDescent.Slack;
        if (valid) descent.Keep(steps.People, lane, steps.Distance(lane));
        double gain = steps.Judge(lane, logit - TargetOf(i), lambdas[i]);
        if (gain > 0 && last is not null) steps.People.ReadPoint(lane, last.AsSpan(i * chunk.Encoded.Width, chunk.Encoded.Width));
        if (valid && options.StopAtFirst) return false;
        bool settled = gain > 0 ? gain <= options.Tolerance : steps.Tau(lane) < ShortestStep;
        return !settled || Cut(lane, i);
    }

    /// <summary>s: beyond θ on the side that is asked for.</summary>
    private double TargetOf(int person) => options.Score ?? chunk.Model.Threshold + chunk.Signs[person] * options.Margin;

    /// <summary>A smaller λ for who settled without a valid point; false where there is none to try.</summary>
    private bool Cut(int lane, int person)
    {
        if (!options.SearchLambda || cuts[person] == MaxCuts || double.IsFinite(descent.BestValue(person))) return false;
        lambdas[person] /= 10;
        cuts[person]++;
        steps.Restart(lane);
        return true;
    }
}
