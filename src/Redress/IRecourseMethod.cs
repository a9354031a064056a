using Redress.Tensors;

namespace Redress;

/// <summary>A way to find recourse.</summary>
public interface IRecourseMethod
{
    /// <summary>What it is called, where it comes from, what it needs.</summary>
    MethodInfo Info { get; }

    /// <summary>Learns what must be learnt before anybody asks.</summary>
    /// <param name="task">The model and rows.</param>
    /// <param name="rng">The stream of the preparation.</param>
    /// <param name="progress">Told of every stage that takes time.</param>
    /// <param name="cancel">Stops the preparation.</param>
    /// <exception cref="OptionsException">The method's needs or options are not met; the message lists every problem.</exception>
    IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default);
}

/// <summary>A prepared method: thread-safe and reusable.</summary>
public interface IRecourseFinder
{
    /// <summary>The method.</summary>
    MethodInfo Info { get; }

    /// <summary>The method's options as JSON.</summary>
    string Options { get; }

    /// <summary>Finds recourse for everyone in a request. Cancelling returns the records so far; the rest are <see cref="Outcome.Cancelled"/>.</summary>
    /// <param name="request">The people and their terms.</param>
    /// <param name="rng">The root of every person's own stream.</param>
    /// <param name="progress">Told how many people are done.</param>
    /// <param name="cancel">Stops at any moment; finished people are never lost.</param>
    /// <exception cref="OptionsException">The request cannot be met; the message lists every problem.</exception>
    RecourseBatch Find(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default);

    /// <summary>
    /// The highest score that each person reaches by this method's best action in Δ, rounded, or by doing nothing. It never looks at θ, which is
    /// what makes a certificate over these scores sound; <see cref="Find"/> falls back to the same action where its own search fails.
    /// </summary>
    /// <param name="request">The people and their terms; the desired outcome must be the favourable one, cost and budget are not used.</param>
    /// <param name="rng">The root of every person's own stream; the same as for <see cref="Find"/>.</param>
    /// <param name="progress">Told how many people are done.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <returns>A score a person, in the model's unit; NaN for rows that cannot be judged.</returns>
    double[] HighestScores(RecourseRequest request, Rng rng, IProgress<Progress>? progress = null, CancellationToken cancel = default);

    /// <summary>Writes what was prepared, to be read back without preparing again.</summary>
    void Save(Stream to);
}
