using Redress.Actions;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;

namespace Redress.Training;

/// <summary>
/// The recourse loss of Ross, Lakkaraju and Bastani (2021), eq. 1: E[ℓ(g(x), y) + λ min over δ in Δ of ℓ(g(x + δ), 1)], the minimum approximated at
/// every step by δ* = argmin over Δ of ∇ₓℓ(g(x), 1)ᵀδ and held fixed while the weights are differentiated.
/// </summary>
/// <remarks>
/// δ* is computed without dropout, since g is the model that people will meet; the paper does not say. Class weights act on the first term only.
/// </remarks>
internal sealed class RecourseAware : IObjective
{
    /// <summary>Creates the objective.</summary>
    /// <param name="lambda">λ, 0 or more and finite.</param>
    /// <exception cref="OptionsException">λ is out of range.</exception>
    internal RecourseAware(double lambda)
    {
        if (!(lambda >= 0 && float.IsFinite((float)lambda))) throw new OptionsException(Invariant($"Lambda is {lambda}; must be at least 0 and finite."));
        Lambda = lambda;
    }

    public string Slug => "recourse-aware";

    public double Lambda { get; }

    public bool UsesActions => true;

    public IBatchLoss ForThread(ObjectiveRows rows) => new ThreadLoss(rows.Actions!, (float)Lambda);

    private sealed class ThreadLoss(EncodedActions actions, float lambda) : IBatchLoss
    {
        private readonly SteepestAction steepest = new(actions);
        private float[] gradients = [], both = [], targets = [], weights = [];

        public Tensor Loss(FeedForward network, Batch batch, Rng dropout)
        {
            int n = batch.X.Rows, width = batch.X.Cols;
            Reserve(n, width);
            SteepestActions(network, batch);

            // One pass over x above x + δ*: ℓ(g(x), y) weighted by class, and ℓ(g(x + δ*), 1) weighted by λ. The mean is over 2n rows, hence the 2.
            batch.Y.ReadTo(targets.AsSpan(0, n));
            batch.Weights.ReadTo(weights.AsSpan(0, n));
            targets.AsSpan(n, n).Fill(1);
            weights.AsSpan(n, n).Fill(lambda);
            var g = network.Forward(Tensor.From(2 * n, width, both.AsSpan(0, 2 * n * width)), dropout);
            return BinaryCrossEntropy.WithLogits(g, Tensor.From(2 * n, 1, targets.AsSpan(0, 2 * n)), Tensor.From(2 * n, 1, weights.AsSpan(0, 2 * n))) * 2f;
        }

        /// <summary>Writes x and x + δ* of the batch below each other.</summary>
        private void SteepestActions(FeedForward network, Batch batch)
        {
            int n = batch.X.Rows, width = batch.X.Cols;
            using (TensorScope.Open())
            {
                var x = Tensor.From(n, width, ReadX(batch, n * width)).Track();
                var g = network.Alias(tracked: false).Forward(x);
                Gradients.Of(g.Sum(), [x])[0].ReadTo(gradients.AsSpan(0, n * width));
            }
            var rows = batch.Rows.Span;
            for (int i = 0; i < n; i++)
                steepest.Apply(rows[i], gradients.AsSpan(i * width, width), both.AsSpan((n + i) * width, width));
        }

        private ReadOnlySpan<float> ReadX(Batch batch, int size)
        {
            batch.X.ReadTo(both.AsSpan(0, size));
            return both.AsSpan(0, size);
        }

        private void Reserve(int n, int width)
        {
            if (gradients.Length >= n * width) return;
            gradients = new float[n * width];
            both = new float[2 * n * width];
            targets = new float[2 * n];
            weights = new float[2 * n];
        }
    }
}
