using Redress.Actions;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The descents of one chunk, and where each ended. It can be run without the frame around methods, to measure what whole categories cost.</summary>
internal sealed class VanillaCfRun
{
    private readonly SearchChunk chunk;
    private readonly VanillaCfOptions options;
    private readonly LaneDescent descent;
    private readonly float[] ends;

    internal VanillaCfRun(SearchChunk chunk, VanillaCfOptions options)
    {
        (this.chunk, this.options) = (chunk, options);
        descent = new LaneDescent(chunk);
        ends = (float[])chunk.Encoded.X.Clone();
    }

    /// <summary>Where a person's search ended, encoded.</summary>
    internal Span<float> EndOf(int person) => ends.AsSpan(person * chunk.Encoded.Width, chunk.Encoded.Width);

    /// <summary>All steps of everyone.</summary>
    internal void Descend(CancellationToken cancel)
    {
        var steps = new RmsPropSteps(chunk.Encoded, (float)options.LearningRate, options.Groups, static _ => true)
        {
            Lambda = (float)(options.Lambda / chunk.Encoded.Width), Noise = (float)options.Noise, Streams = i => chunk.StreamOf(i).Split("noise"),
        };
        Run(steps, untilValid: false, cancel);
    }

    /// <summary>Gives each category its largest share.</summary>
    internal void MakeWhole()
    {
        for (int i = 0; i < chunk.Rows; i++) WholeCategories.Take(chunk, i, EndOf(i));
    }

    /// <summary>Lets the numbers of who is not valid go on alone until they are, from whole categories.</summary>
    internal void Finish(CancellationToken cancel)
    {
        var features = chunk.People.Schema.Features;
        Run(new(chunk.Encoded, (float)options.LearningRate, options.Groups, f => !features[f].IsNamed) { Lambda = (float)(options.Lambda / chunk.Encoded.Width), Starts = ends }, untilValid: true, cancel);
    }

    /// <summary>Offers where everyone's search ended.</summary>
    internal void OfferEnds()
    {
        for (int i = 0; i < chunk.Rows; i++)
            if (!EndOf(i).SequenceEqual(chunk.Encoded.XOf(i))) chunk.OfferEncoded(i, EndOf(i));
    }

    private void Run(RmsPropSteps steps, bool untilValid, CancellationToken cancel)
    {
        var people = steps.People;
        descent.Run(steps, options.MaxSteps, (lane, logit) =>
        {
            int i = people[lane];
            if (untilValid && chunk.Margin(i, logit) >= LaneDescent.Slack) return false;
            // -log p has the slope p - 1 in the logit of the desired side.
            float p = 1 / (1 + MathF.Exp(-chunk.Signs[i] * logit));
            steps.Slopes[lane] = chunk.Signs[i] * (p - 1);
            return true;
        }, cancel, leaving: lane => people.ReadPoint(lane, EndOf(people[lane])));
    }
}
