using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>How a batch moves what is trained; made once a training.</summary>
internal interface IBatchStep : IDisposable
{
    /// <summary>The threads.</summary>
    Chunks.Gang Gang { get; }

    /// <summary>All that is trained, the network's parameters first.</summary>
    Tensor[] Parameters { get; }

    /// <summary>The optimizers of all that is trained.</summary>
    IReadOnlyList<IPartOptimizer> Optimizers { get; }

    /// <summary>The generator that is trained beside the network, as far as it is trained now, or null.</summary>
    RecourseGenerator? Generator => null;

    /// <summary>Takes a step.</summary>
    BatchLoss Take(in TrainingBatch batch, CancellationToken cancel);
}

/// <summary>A batch, and where in the training it stands.</summary>
/// <param name="Rows">Positions among the training rows.</param>
/// <param name="Scale">What the learning rate is multiplied by.</param>
/// <param name="Progress">The share of the epochs that this one ends; more than 0 and at most 1.</param>
/// <param name="Stream">The batch's own stream.</param>
internal readonly record struct TrainingBatch(ReadOnlyMemory<int> Rows, float Scale, double Progress, Rng Stream);

/// <summary>A batch's loss, and its parts where it has some.</summary>
/// <param name="Mean">The mean over the batch.</param>
/// <param name="Parts">Means of the parts.</param>
internal readonly record struct BatchLoss(double Mean, double[]? Parts = null)
{
    public static BatchLoss operator +(BatchLoss a, BatchLoss b) =>
        new(a.Mean + b.Mean, a.Parts is null ? b.Parts : b.Parts is null ? a.Parts : [.. a.Parts.Zip(b.Parts, (x, y) => x + y)]);

    public static BatchLoss operator /(BatchLoss a, int steps) => new(a.Mean / steps, a.Parts?.Select(p => p / steps).ToArray());
}
