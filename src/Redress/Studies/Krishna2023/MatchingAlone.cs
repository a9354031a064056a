using System.Text.Json;
using Redress.Methods;
using Redress.Search;

namespace Redress.Studies.Krishna2023;

/// <summary>
/// Score matching's own search, without the fallback that methods share. As the paper words it, it ends at the minimum of equation 2 at one λ with
/// s = logit θ, valid or not, which on a linear model it never is (docs/studies/krishna2023.md); else it keeps the nearest valid point, and the last one as the
/// attempt of whom it has none for.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="asWritten">True for the minimum alone.</param>
internal sealed class MatchingAlone(ScoreMatchingOptions options, bool asWritten) : ISearch
{
    public bool HighestIsTheSame => true;

    /// <summary>The search in the frame that all methods share.</summary>
    internal static IRecourseFinder Prepare(RecourseTask task, bool asWritten)
    {
        var options = KrishnaChoices.Matching(asWritten);
        var about = ScoreMatching.About with { Slug = asWritten ? KrishnaMethod.AsWritten : KrishnaMethod.Matching, Title = "The minimum of equation 2, without a fallback" };
        return new RecourseFinder(about, JsonSerializer.Serialize(options, OptionsJson.Default.ScoreMatchingOptions), task, new MatchingAlone(options, asWritten));
    }

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        var run = new ScoreMatchingRun(chunk, options, keepLast: true);
        run.Descend(cancel);
        if (!asWritten) run.OfferNearest();
        for (int i = 0; i < chunk.Rows; i++) chunk.OfferEncoded(i, run.LastOf(i));
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Search(chunk, cancel);
}
