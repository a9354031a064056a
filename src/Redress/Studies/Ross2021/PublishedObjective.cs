using Redress.Actions;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Training;

namespace Redress.Studies.Ross2021;

/// <summary>
/// The recourse loss as the paper's public code has it, not as its equation 1: the objective of the linear programme has the wrong sign, so δ is the
/// action that makes things worst; δ comes from a pass with dropout; class weights act on the first term only. For comparison with the paper, never for use.
/// </summary>
/// <param name="lambda">λ.</param>
/// <param name="negativesPerPositive">The code weighs favourable rows by this even where it is less than 1; the trainer's weights are 1 or more.</param>
/// <param name="reversed">True for the wrong sign.</param>
internal sealed class PublishedObjective(double lambda, double negativesPerPositive, bool reversed) : IObjective
{
    public string Slug => "recourse-aware-reversed";

    public double Lambda => lambda;

    public bool UsesActions => true;

    public IBatchLoss ForThread(ObjectiveRows rows) => new ThreadLoss(rows.Actions!, (float)lambda, (float)Math.Min(1, negativesPerPositive), reversed);

    private sealed class ThreadLoss(EncodedActions actions, float lambda, float scale, bool reversed) : IBatchLoss
    {
        private readonly SteepestAction steepest = new(actions);

        public Tensor Loss(FeedForward network, Batch batch, Rng dropout)
        {
            int n = batch.X.Rows, width = batch.X.Cols;
            var x = new float[n * width];
            var gradients = new float[n * width];
            batch.X.ReadTo(x);
            using (TensorScope.Open())
            {
                var tracked = Tensor.From(n, width, x).Track();
                Gradients.Of(network.Alias(tracked: false).Forward(tracked, dropout).Sum(), [tracked])[0].ReadTo(gradients);
            }
            if (reversed) System.Numerics.Tensors.TensorPrimitives.Negate(gradients, gradients);
            var changed = new float[n * width];
            for (int i = 0; i < n; i++) steepest.Apply(batch.Rows.Span[i], gradients.AsSpan(i * width, width), changed.AsSpan(i * width, width));
            var first = BinaryCrossEntropy.WithLogits(network.Forward(batch.X, dropout), batch.Y, batch.Weights) * scale;
            if (lambda == 0) return first;
            var second = BinaryCrossEntropy.WithLogits(network.Forward(Tensor.From(n, width, changed), dropout), Tensor.Full(n, 1, 1), Tensor.Full(n, 1, lambda));
            return first + second;
        }
    }
}
