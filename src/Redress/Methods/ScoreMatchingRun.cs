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
    private readonly bool[] byNumbers, byNames;   // whether a person can move numbers, and named values
    private readonly LaneDescent descent;
    private readonly float[]? last;
    private readonly double[] lambdas;
    private readonly int[] cuts;
    private readonly ProximalSteps everything;
    private ProximalSteps steps;   // of the pass under way

    /// <summary>Prepares the search of a chunk.</summary>
    /// <param name="chunk">People of a model that has gradients.</param>
    /// <param name="options">The options.</param>
    /// <param name="keepLast">True to keep the point where each person's search ended.</param>
    internal ScoreMatchingRun(SearchChunk chunk, ScoreMatchingOptions options, bool keepLast = false)
    {
        (this.chunk, this.options) = (chunk, options);
        (byNumbers, byNames) = (new bool[chunk.Rows], new bool[chunk.Rows]);
        for (int i = 0; i < chunk.Rows; i++) (byNumbers[i], byNames[i]) = (Moves(i, named: false), Moves(i, named: true));
        descent = new LaneDescent(chunk);
        last = keepLast ? (float[])chunk.Encoded.X.Clone() : null;
        (lambdas, cuts) = (new double[chunk.Rows], new int[chunk.Rows]);
        steps = everything = StepsOf(_ => true);
    }

    /// <summary>The point of the lowest objective a person's search came to, valid or not, encoded and not rounded; theirs to ask for where such points are kept.</summary>
    internal ReadOnlySpan<float> LastOf(int person) => last.AsSpan(person * chunk.Encoded.Width, chunk.Encoded.Width);

    /// <summary>min (h(x + δ) - s)² + λ d(δ) from δ = 0.</summary>
    internal void Descend(CancellationToken cancel)
    {
        var features = chunk.People.Schema.Features;
        bool NumbersAlone(int i) => options.NumbersFirst && byNumbers[i] && byNames[i];
        if (Enumerable.Range(0, chunk.Rows).Any(NumbersAlone)) Pass(StepsOf(f => !features[f].IsNamed), NumbersAlone, cancel);
        Pass(everything, i => !double.IsFinite(descent.BestValue(i)), cancel);
    }

    /// <summary>Offers the nearest valid point of each person.</summary>
    internal void OfferNearest() => descent.OfferBest();

    private void Pass(ProximalSteps pass, Func<int, bool> takesPart, CancellationToken cancel)
    {
        steps = pass;
        Array.Fill(lambdas, options.Lambda);
        Array.Clear(cuts);
        descent.Run(steps, options.MaxSteps, Visit, cancel, takesPart);
    }

    private ProximalSteps StepsOf(Func<int, bool> moves) => new(chunk.Encoded, options.Distance == GradientDistance.SquaredL2, moves);

    private bool Moves(int person, bool named)
    {
        var (actions, batch) = (chunk.ActionsOf(person), chunk.Encoded);
        foreach (int f in actions.Actionable)
        {
            ref readonly var at = ref batch.Encoding.At(f);
            if (actions.Schema.Features[f].IsNamed != named) continue;
            for (int c = at.Offset; c < at.Offset + at.Width; c++)
                if (batch.LowerOf(person)[c] < batch.UpperOf(person)[c]) return true;
        }
        return false;
    }

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

    /// <summary>s: on the side of θ that is asked for.</summary>
    private double TargetOf(int person)
    {
        double theta = chunk.Model.Threshold;
        if (options.Score is not { } score) return theta + chunk.Signs[person] * options.Margin;
        return chunk.Signs[person] * (score - theta) >= 0 ? score : 2 * theta - score;
    }

    /// <summary>A smaller λ for who settled without a valid point and is held back by the distance; false for others.</summary>
    private bool Cut(int lane, int person)
    {
        if (!options.SearchLambda || cuts[person] == MaxCuts || double.IsFinite(descent.BestValue(person)) || steps.ShareOfDistance(lane) <= options.Tolerance) return false;
        lambdas[person] /= 10;
        cuts[person]++;
        steps.Restart(lane);
        return true;
    }
}
