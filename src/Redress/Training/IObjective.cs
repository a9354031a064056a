using Redress.Actions;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Training;

/// <summary>What a network is trained for: the loss of a batch.</summary>
internal interface IObjective
{
    /// <summary>The name in commands and files.</summary>
    string Slug { get; }

    /// <summary>λ, the weight of the recourse loss; 0 where there is none.</summary>
    double Lambda { get; }

    /// <summary>True where the objective looks at what people can change.</summary>
    bool UsesActions { get; }

    /// <summary>Work space for one thread.</summary>
    /// <param name="actions">The training rows, encoded, with their action sets; null unless <see cref="UsesActions"/>.</param>
    IBatchLoss ForThread(EncodedActions? actions);
}

/// <summary>An objective's loss on one thread.</summary>
internal interface IBatchLoss
{
    /// <summary>The loss of a batch: the mean over its rows.</summary>
    /// <param name="network">The network in training; its parameters are tracked.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="dropout">The batch's dropout stream.</param>
    /// <returns>[1, 1].</returns>
    Tensor Loss(FeedForward network, Batch batch, Rng dropout);
}

/// <summary>Some training rows.</summary>
/// <param name="Rows">Their positions among the training rows.</param>
/// <param name="X">[rows, width], encoded.</param>
/// <param name="Y">[rows, 1], 1 where the outcome is favourable.</param>
/// <param name="Weights">[rows, 1], the class weights.</param>
internal readonly record struct Batch(ReadOnlyMemory<int> Rows, Tensor X, Tensor Y, Tensor Weights);
