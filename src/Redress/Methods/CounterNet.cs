using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="CounterNet"/>: there are none, all was chosen when the model was trained.</summary>
public sealed record CounterNetOptions;

/// <summary>
/// CounterNet (Guo, Nguyen and Yadav 2023): x' = g(z, p), one pass through the generator that was trained together with the classifier and reads the latent z
/// of its encoder and its last hidden layer p. It writes a row of the opposite prediction.
/// </summary>
/// <remarks>Where we differ: what it writes is put into the person's Δ, in whole steps, and scored before it is shown: who is not told a valid row is told so.</remarks>
public sealed class CounterNet : IRecourseMethod
{
    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "counternet", "One pass through the generator trained together with the model",
        "Guo, Nguyen, Yadav: CounterNet: End-to-End Training of Prediction Aware Counterfactual Explanations. KDD 2023",
        Needs.Generator, MaxAnswers: 1,
        "For a model that exists already, which has no generator, or when the model will be retrained: rocoursenet's rows are made to outlast that.",
        FixedImmutables: true);

    /// <inheritdoc/>
    public MethodInfo Info => About;

    /// <summary>Takes the model's own generator; nothing is learnt.</summary>
    /// <inheritdoc/>
    public IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        RecourseFinder.RefuseUnmet(About, task);
        return new RecourseFinder(About, "{}", task, new GeneratorSearch(OwnGenerator.Of(task.Model)));
    }
}
