using Redress.Actions;
using Redress.Data;
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

    /// <summary>Its other settings as JSON, or null where there are none.</summary>
    string? Options => null;

    /// <summary>What it refuses of the rows it is to be trained on.</summary>
    IEnumerable<string> Problems(Schema schema) => [];

    /// <summary>What it refuses of the network that is to be trained for it.</summary>
    IEnumerable<string> Problems(TrainingSettings settings) => [];

    /// <summary>Outputs of the network: 1, the log-odds of the favourable outcome, or one a class.</summary>
    /// <param name="schema">Of the rows.</param>
    int OutputsFor(Schema schema) => 1;

    /// <summary>How a batch moves what is trained: along the gradient of the loss, unless an objective trains more than the network.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="settings">The training.</param>
    /// <param name="network">The network, with its first weights.</param>
    /// <param name="rng">The training's stream; does not advance.</param>
    /// <param name="threads">Threads; 0 for all cores.</param>
    IBatchStep StepOf(TrainingRows rows, TrainingSettings settings, FeedForward network, Rng rng, int threads) => new LossStep(rows, settings, this, network, threads);

    /// <summary>Work space for one thread.</summary>
    /// <param name="rows">The rows that batches are of.</param>
    IBatchLoss ForThread(ObjectiveRows rows);
}

/// <summary>The rows that an objective's batches are of.</summary>
/// <param name="Table">The rows.</param>
/// <param name="Encoding">Fitted on the training rows.</param>
/// <param name="Statistics">Of the training rows.</param>
/// <param name="Actions">The rows, encoded, with their action sets; null unless <see cref="IObjective.UsesActions"/>.</param>
internal sealed record ObjectiveRows(Table Table, Encoding Encoding, TrainingStatistics Statistics, EncodedActions? Actions)
{
    private readonly Lazy<ulong[]> streamKeys = new(() => [.. Enumerable.Range(0, Table.Rows).Select(Table.StreamKey)]);

    /// <summary>What keys each row's random stream (<see cref="Table.StreamKey"/>), computed once for all threads.</summary>
    internal ulong[] StreamKeys => streamKeys.Value;
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
/// <param name="Y">[rows, outputs], 1 where the outcome is favourable, or in the column of its class.</param>
/// <param name="Weights">[rows, 1], the class weights.</param>
internal readonly record struct Batch(ReadOnlyMemory<int> Rows, Tensor X, Tensor Y, Tensor Weights);
