using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Training;

/// <summary>
/// Mixed adversarial training (Hardy et al. 2022, section 3.1): the cross-entropy of each batch, a random share of whose rows is attacked by projected
/// gradient descent. The share is drawn anew for every batch, to the nearest row of each part of a batch that is computed together.
/// </summary>
/// <param name="options">The attack, and the share.</param>
internal sealed class AdversarialMixed(AdversarialOptions options) : IObjective
{
    public string Slug => "adversarial-mixed";

    public double Lambda => 0;

    public bool UsesActions => false;

    public string? Options => options.Json;

    public IEnumerable<string> Problems(Schema schema) => options.Problems(schema);

    public IBatchLoss ForThread(ObjectiveRows rows) => new ThreadLoss(new AttackedBatch(options, rows), options.Share);

    private sealed class ThreadLoss(AttackedBatch attacked, double share) : IBatchLoss
    {
        private int[] places = [];

        public Tensor Loss(FeedForward network, Batch batch, Rng dropout)
        {
            int n = batch.X.Rows, some = (int)Math.Round(share * n);
            if (places.Length != n) places = new int[n];
            for (int i = 0; i < n; i++) places[i] = i;
            dropout.Split("attacked").Shuffle<int>(places);
            var x = attacked.Perturbed(network, batch, places.AsSpan(0, some), dropout);
            return BinaryCrossEntropy.WithLogits(network.Forward(x, dropout), batch.Y, batch.Weights);
        }
    }
}
