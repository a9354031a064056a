using Redress.Models;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Options of <see cref="RoCourseNet"/>: there are none, all was chosen when the model was trained.</summary>
public sealed record RoCourseNetOptions;

/// <summary>
/// RoCourseNet (Guo, Jia, Chen, Squicciarini and Yadav 2023): x' = g(z, p) as in CounterNet, with a generator that was trained against the worst model within a small
/// shift of the data (algorithms 1 and 2), so that its rows stay valid when the model is trained again.
/// </summary>
/// <remarks>Where we differ: as in <see cref="CounterNet"/>.</remarks>
public sealed class RoCourseNet : IRecourseMethod
{
    /// <summary>What it is.</summary>
    public static MethodInfo About { get; } = new(
        "rocoursenet", "One pass through a generator trained against shifted models",
        "Guo, Jia, Chen, Squicciarini, Yadav: RoCourseNet: Robust Training of a Prediction Aware Recourse Model. CIKM 2023",
        Needs.Generator, MaxAnswers: 1,
        "For a model that exists already, which has no generator, or when the model will stay as it is: counternet's rows are nearer.",
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
