using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Training;

/// <summary>Supervised learning: E[ℓ(g(x), y)] with class-weighted cross-entropy.</summary>
internal sealed class Standard : IObjective, IBatchLoss
{
    public string Slug => "standard";

    public double Lambda => 0;

    public bool UsesActions => false;

    public IBatchLoss ForThread(ObjectiveRows rows) => this;

    public Tensor Loss(FeedForward network, Batch batch, Rng dropout) =>
        BinaryCrossEntropy.WithLogits(network.Forward(batch.X, dropout), batch.Y, batch.Weights);
}
