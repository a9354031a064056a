using Redress.Attacks;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Training;

/// <summary>
/// Min-max training (Madry et al. 2018; Krishna, Agarwal and Lakkaraju 2023, eq. 1): E[max over δ in the ball of ℓ(g(x + δ), y)], the maximum approximated
/// at every step by projected gradient descent and held fixed while the weights are differentiated.
/// </summary>
/// <remarks>The attack meets the network without dropout, since that is the one people will meet; the papers do not say. A row's random start is keyed by seed, step and its content.</remarks>
/// <param name="options">The attack.</param>
internal sealed class Adversarial(AdversarialOptions options) : IObjective
{
    public string Slug => "adversarial";

    public double Lambda => 0;

    public bool UsesActions => false;

    public string? Options => options.Json;

    public IEnumerable<string> Problems(Schema schema) => options.Problems(schema);

    public IBatchLoss ForThread(ObjectiveRows rows) => new ThreadLoss(new AttackedBatch(options, rows));

    private sealed class ThreadLoss(AttackedBatch attacked) : IBatchLoss
    {
        private int[] places = [];

        public Tensor Loss(FeedForward network, Batch batch, Rng dropout)
        {
            if (places.Length != batch.X.Rows) places = [.. Enumerable.Range(0, batch.X.Rows)];
            var x = attacked.Perturbed(network, batch, places, dropout);
            return BinaryCrossEntropy.WithLogits(network.Forward(x, dropout), batch.Y, batch.Weights);
        }
    }
}
