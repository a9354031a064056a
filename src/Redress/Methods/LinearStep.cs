using System.Text.Json;
using Redress.Actions;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>The linear step has no options.</summary>
public sealed record LinearStepOptions;

/// <summary>
/// One step of the adversarial approximation: δ = argmin over Δ of ∇ₓℓ(g(x), 1)ᵀδ (Ross, Lakkaraju and Bastani 2021, section 3.2). It is exact where
/// g is linear, and what models trained with the recourse loss are trained for. It takes the whole step: its recourse lies on the border of Δ.
/// </summary>
/// <remarks>Where we differ: features with whole or listed values are rounded to a reachable row, of which the cheapest valid one is given.</remarks>
public sealed class LinearStep : IRecourseMethod
{
    private readonly LinearStepOptions options;

    /// <summary>Creates the method.</summary>
    public LinearStep(LinearStepOptions? options = null) => this.options = options ?? new();

    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "linear-step", "One linear-programming step along the gradient",
        "Ross, Lakkaraju, Bastani: Learning Models for Actionable Recourse. NeurIPS 2021, section 3.2",
        Needs.Gradients, MaxAnswers: 1,
        "When small actions matter: it always goes to the border of the action set; gradient finds nearer recourse.");

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default) =>
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.LinearStepOptions), task, new Step());

    private sealed class Step : ISearch
    {
        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            var points = LinearStepSearch.Points(chunk);
            for (int i = 0; i < chunk.Rows; i++)
            {
                if (chunk.CallsLeft(i) < 1 || chunk.StepsLeft(i) < 1) continue;
                (chunk.Steps[i], chunk.ModelCalls[i]) = (chunk.Steps[i] + 1, chunk.ModelCalls[i] + 1);
                chunk.OfferEncoded(i, points.AsSpan(i * chunk.Encoded.Width, chunk.Encoded.Width));
            }
        }

        public bool HighestIsTheSame => true;

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Search(chunk, cancel);
    }
}
