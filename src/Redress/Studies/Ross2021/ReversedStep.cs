using Redress.Actions;
using Redress.Methods;
using Redress.Models;
using Redress.Search;

namespace Redress.Studies.Ross2021;

/// <summary>The linear step as the paper's public code has it: with the wrong sign, so that it goes to the worst corner of Δ. For comparison with the paper, never for use.</summary>
internal sealed class ReversedStep : ISearch
{
    /// <summary>The step in the frame that all methods share.</summary>
    internal static IRecourseFinder Prepare(RecourseTask task) =>
        new RecourseFinder(LinearStep.About with { Slug = "linear-step-reversed", Title = "The linear step with the published code's sign" }, "{}", task, new ReversedStep());

    public bool HighestIsTheSame => true;

    public bool ReadsGradients => true;

    public void Search(SearchChunk chunk, CancellationToken cancel)
    {
        var batch = chunk.Encoded;
        int width = batch.Width;
        var gradients = new float[chunk.Rows * width];
        LinearStepSearch.Gradient(chunk, gradients);
        System.Numerics.Tensors.TensorPrimitives.Negate(gradients, gradients);
        var (steepest, worst) = (new SteepestAction(batch), new float[width]);
        for (int i = 0; i < chunk.Rows; i++)
        {
            (chunk.Steps[i], chunk.ModelCalls[i]) = (chunk.Steps[i] + 1, chunk.ModelCalls[i] + 1);
            steepest.Apply(i, gradients.AsSpan(i * width, width), worst);
            chunk.OfferEncoded(i, worst);
        }
    }

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Search(chunk, cancel);
}
