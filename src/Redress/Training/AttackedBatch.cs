using Redress.Attacks;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Training;

/// <summary>Batches some of whose rows are replaced by their attacked selves; one thread's.</summary>
internal sealed class AttackedBatch
{
    private readonly ObjectiveRows rows;
    private readonly AttackSteps steps;
    private readonly GradientAttack attack;
    private readonly bool isNothing;
    private float[] all = [], attacked = [], labels = [];

    /// <param name="options">The attack; checked.</param>
    /// <param name="rows">The rows that batches are of.</param>
    internal AttackedBatch(AdversarialOptions options, ObjectiveRows rows)
    {
        this.rows = rows;
        var ball = options.BallOrDefault;
        steps = new Pgd(options.AttackOrDefault).StepsIn(ball.Epsilon);
        attack = new(new(rows.Table.Schema, rows.Encoding, rows.Statistics, ball), steps);
        isNothing = ball.Epsilon == 0;
    }

    /// <summary>The batch's rows, those at the given places attacked; with ε = 0 the batch itself.</summary>
    /// <param name="network">The network in training.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="places">Places in the batch.</param>
    /// <param name="rng">The batch's stream; does not advance.</param>
    /// <returns>[rows, width], a constant.</returns>
    internal Tensor Perturbed(FeedForward network, Batch batch, ReadOnlySpan<int> places, Rng rng)
    {
        if (isNothing || places.IsEmpty) return batch.X;
        int width = batch.X.Cols, size = batch.X.Size;
        if (all.Length < size) (all, attacked, labels) = (new float[size], new float[size], new float[batch.X.Rows]);
        batch.X.ReadTo(all);
        for (int i = 0; i < places.Length; i++)
        {
            all.AsSpan(places[i] * width, width).CopyTo(attacked.AsSpan(i * width));
            labels[i] = batch.Y[places[i], 0];
        }
        Attack(network, batch.Rows, places, rng.Split("starts"));
        for (int i = 0; i < places.Length; i++) attacked.AsSpan(i * width, width).CopyTo(all.AsSpan(places[i] * width));
        return Tensor.From(batch.X.Rows, width, all.AsSpan(0, size));
    }

    private void Attack(FeedForward network, ReadOnlyMemory<int> batch, ReadOnlySpan<int> places, Rng starts)
    {
        var keys = new ulong[places.Length];
        for (int i = 0; i < keys.Length; i++) keys[i] = rows.StreamKeys[batch.Span[places[i]]];
        using var scope = TensorScope.Open();
        var x = attacked.AsSpan(0, places.Length * rows.Encoding.Width);
        attack.Perturb(new LaneNetwork(network), x, labels.AsSpan(0, places.Length), (row, _) => steps.RandomStart ? starts.Split(keys[row]) : null, x);
    }
}
