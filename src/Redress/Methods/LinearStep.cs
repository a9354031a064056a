using System.Text.Json;
using Redress.Actions;
using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="LinearStep"/>.</summary>
/// <param name="WholeSteps">True to search, besides the step, the rows that can really be reached: all of them where they are at most 1,024, else one
/// feature at a time. It wins back what rounding loses where features have whole or listed values.</param>
public sealed record LinearStepOptions(bool WholeSteps = false)
{
    /// <summary>The step and the search in whole steps.</summary>
    public static LinearStepOptions Whole { get; } = new(true);
}

/// <summary>
/// One step of the adversarial approximation: δ = argmin over Δ of ∇ₓℓ(g(x), 1)ᵀδ (Ross, Lakkaraju and Bastani 2021, section 3.2). It is exact where
/// g is linear, and what models trained with the recourse loss are trained for. It takes the whole step: its recourse lies on the border of Δ.
/// </summary>
/// <remarks>Where we differ: features with whole or listed values are rounded to a reachable row, of which the cheapest valid one is given; with
/// <see cref="LinearStepOptions.WholeSteps"/> such rows are searched as well.</remarks>
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
        new RecourseFinder(About, JsonSerializer.Serialize(options, OptionsJson.Default.LinearStepOptions), task, new Step(options));

    private sealed class Step(LinearStepOptions options) : ISearch
    {
        public bool HighestIsTheSame => !options.WholeSteps;

        public bool ReadsGradients => true;

        public void Search(SearchChunk chunk, CancellationToken cancel)
        {
            Offer(chunk);
            if (options.WholeSteps) WholeSteps.Offer(chunk, highest: false, cancel);
        }

        public void SearchHighest(SearchChunk chunk, CancellationToken cancel)
        {
            Offer(chunk);
            if (options.WholeSteps) WholeSteps.Offer(chunk, highest: true, cancel);
        }

        private static void Offer(SearchChunk chunk)
        {
            var points = LinearStepSearch.Points(chunk);
            for (int i = 0; i < chunk.Rows; i++)
            {
                if (chunk.CallsLeft(i) < 1 || chunk.StepsLeft(i) < 1) continue;
                (chunk.Steps[i], chunk.ModelCalls[i]) = (chunk.Steps[i] + 1, chunk.ModelCalls[i] + 1);
                chunk.OfferEncoded(i, points.AsSpan(i * chunk.Encoded.Width, chunk.Encoded.Width));
            }
        }
    }
}
