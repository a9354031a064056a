using Redress.Tensors;
using Redress.Tensors.Layers;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Attacks;

/// <summary>
/// Virtual Data Shift (Guo et al. 2023, algorithm 1, for eq. 3): finds rows x + δ, ‖δᵢ‖ ≤ ε, such that the model trained again on them, θ'(δ), honours
/// recourses x^cf least: max over δ of L(f(x^cf; θ'(δ)), 1 - f(x; θ)). T times: K training steps θ' ← θ' - η ∇θ' L(f(x + δ; θ'), y), then
/// δ ← Π(δ + α sign ∇δ L(f(x^cf; θ'), 1 - f(x; θ))), whose gradient goes through those K steps. θ' carries over, and L is the squared error.
/// </summary>
/// <remarks>
/// Backwards through a training step is written out over the parameters (λ is the gradient in θ'), since a step joins what threads computed for parts of
/// the batch: the bits depend on the parts' sizes only. α = 2.5 ε/T and the uniform start are the paper's; only numbers move unless <see cref="DataShiftOptions.Soften"/>.
/// In the L2 ball the start is uniform in its cube and projected, and steps go along the gradient of length 1.
/// </remarks>
internal sealed class VirtualDataShift
{
    private const float Reach = 2.5f;
    private readonly DataShiftOptions options;
    private readonly Chunks.Gang gang;
    private readonly ParameterBlock[] theta;       // θ' before each of the K steps, and after the last, where the next K begin: a ring
    private readonly ParameterBlock[] gradients;   // of each step, joined
    private readonly ParameterBlock lambda, back;  // ∂L/∂θ', and ∂L/∂(a step's gradient)
    private readonly ClippedAdam? adam;
    private readonly ShiftSlot[] slots;
    private readonly Range[] pieces;               // of the parameters, for threads to share
    private int first;                             // where in the ring the K steps begin

    /// <param name="network">θ: read at every <see cref="Run"/>, never changed.</param>
    /// <param name="options">Checked.</param>
    /// <param name="moves">For each column that is read as a number, whether it may move.</param>
    /// <param name="softened">The one-hot groups, where the virtual training sees a softmax of each; null where it sees rows as they are.</param>
    /// <param name="gang">The threads.</param>
    /// <param name="most">The most micro-batches a batch.</param>
    internal VirtualDataShift(FeedForward network, DataShiftOptions options, bool[] moves, ColumnGroups? softened, Chunks.Gang gang, int most)
    {
        (this.options, this.gang) = (options, gang);
        ParameterBlock Block() => new(network.Parameters);
        theta = [.. Enumerable.Range(0, options.Unrolled + 1).Select(_ => Block())];
        gradients = [.. Enumerable.Range(0, options.Unrolled).Select(_ => Block())];
        (lambda, back) = (Block(), Block());
        pieces = lambda.Pieces();
        adam = options.Training == VirtualTraining.Adam ? new(options.LearningRate, network.Parameters, options.Unrolled) : null;
        slots = [.. Enumerable.Range(0, most).Select(_ => new ShiftSlot(network, options, moves, softened, theta, back))];
    }

    /// <summary>Finds the shift of a batch.</summary>
    /// <param name="network">θ.</param>
    /// <param name="batch">The micro-batches.</param>
    /// <param name="epsilon">ε; the options' E where it has no schedule.</param>
    /// <param name="starts">Draws the first shift of every row; does not advance.</param>
    /// <param name="wantShift">True to take the last step of δ as well, which θ' no longer depends on.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal void Run(FeedForward network, ReadOnlySpan<ShiftedRows> batch, float epsilon, Rng starts, bool wantShift, CancellationToken cancel)
    {
        int parts = batch.Length, rows = 0;
        foreach (var part in batch) rows += part.X.Rows;
        var shares = new float[parts];
        for (int m = 0; m < parts; m++)
        {
            shares[m] = (float)batch[m].X.Rows / rows;
            slots[m].Begin(batch[m], epsilon, shares[m], starts.Split((ulong)m));
        }
        // So that the last θ' is the ring's last, which others hold.
        first = Place(-(options.Steps - 1) * options.Unrolled);
        theta[first].CopyFrom(network.Parameters);
        adam?.Begin();
        for (int t = 1; t <= options.Steps; t++)
        {
            if (t > 1) first = After(options.Unrolled);
            bool moves = options.Choice == ShiftChoice.Adversarial && (t < options.Steps || wantShift);
            TrainAgain(parts, shares, moves, cancel);
            if (moves) Attack(parts, shares, Reach * epsilon / options.Steps, cancel);
            else if (options.Choice == ShiftChoice.Random && t < options.Steps) for (int m = 0; m < parts; m++) slots[m].DrawAgain();
        }
    }

    /// <summary>θ', over storage that the next <see cref="Run"/> overwrites; for one thread.</summary>
    internal Tensor[] Shifted() => theta[^1].Tensors(tracked: false);

    /// <summary>δ of a micro-batch, [rows, columns read as numbers].</summary>
    internal ReadOnlySpan<float> ShiftOf(int part) => slots[part].Shift;

    /// <summary>The last ∇δ L of a micro-batch, [rows, columns read as numbers].</summary>
    internal ReadOnlySpan<float> GradientOf(int part) => slots[part].Gradient;

    /// <summary>Where θ' stands in the ring after k of the K steps.</summary>
    private int After(int k) => Place(first + k);

    private int Place(int at) => (at % theta.Length + theta.Length) % theta.Length;

    /// <summary>K training steps on x + δ.</summary>
    private void TrainAgain(int parts, float[] shares, bool record, CancellationToken cancel)
    {
        for (int k = 0; k < options.Unrolled; k++)
        {
            int step = k;
            gang.Each(parts, m => slots[m].Differentiate(step, After(step), record), cancel);
            var of = slots.Take(parts).Select(s => s.Gradients[step]).ToArray();
            adam?.Begin(k);
            gang.Each(pieces.Length, i =>
            {
                var piece = pieces[i];
                gradients[step].Join(of, shares, piece);
                Span<float> from = theta[After(step)].Values[piece], to = theta[After(step + 1)].Values[piece], g = gradients[step].Values[piece];
                if (adam is not null) adam.Step(step, piece, from, g, to);
                else TensorPrimitives.MultiplyAdd(g, -options.LearningRate, from, to);
            }, CancellationToken.None);
        }
    }

    /// <summary>δ ← Π(δ + α sign ∇δ L), back through the K steps.</summary>
    private void Attack(int parts, float[] shares, float alpha, CancellationToken cancel)
    {
        gang.Each(parts, m => slots[m].DifferentiateRecourse(After(options.Unrolled)), cancel);
        var of = slots.Take(parts).Select(s => s.Result).ToArray();
        for (int k = options.Unrolled - 1; k >= 0; k--)
        {
            int step = k;
            gang.Each(pieces.Length, i =>
            {
                var piece = pieces[i];
                var by = lambda.Values[piece];
                if (step == options.Unrolled - 1) lambda.Join(of, shares, piece);
                // λ at θ'ₖ: directly, and through the gradient taken there.
                else for (int m = 0; m < parts; m++) TensorPrimitives.MultiplyAdd(of[m].Values[piece], shares[m], by, by);
                if (adam is not null) adam.Back(step, piece, gradients[step].Values[piece], by, back.Values[piece]);
                else TensorPrimitives.Multiply(by, -options.LearningRate, back.Values[piece]);
            }, CancellationToken.None);
            gang.Each(parts, m =>
            {
                slots[m].DifferentiateBack(step, After(step));
                if (step == 0) slots[m].Move(alpha);
            }, cancel);
        }
    }
}
