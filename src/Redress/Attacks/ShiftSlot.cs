using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Attacks;

/// <summary>One micro-batch of <see cref="VirtualDataShift"/>: its shift, and what it adds to the gradients.</summary>
internal sealed class ShiftSlot
{
    private readonly FeedForward network;
    private readonly DataShiftOptions options;
    private readonly bool[] moves, unlimited;
    private readonly ColumnGroups? softened;
    private readonly Tensor[][] theta;
    private readonly Tensor[] back;
    private readonly Tensor[][] recorded;   // a step's gradients, with how they were computed
    private readonly TensorSpace space = new();
    private ShiftedRows rows;
    private float[] shift = [], gradient = [];
    private float epsilon, share;
    private Rng stream = null!;
    private Tensor delta = null!;

    internal ShiftSlot(FeedForward network, DataShiftOptions options, bool[] moves, ColumnGroups? softened, ParameterBlock[] theta, ParameterBlock back)
    {
        (this.network, this.options, this.moves, this.softened) = (network, options, moves, softened);
        unlimited = new bool[moves.Length];
        for (int g = 0; g < softened?.Count; g++) unlimited.AsSpan(softened[g].Start, softened[g].Width).Fill(true);
        this.theta = [.. theta.Select(t => t.Tensors(tracked: true))];
        this.back = back.Tensors(tracked: false);
        recorded = new Tensor[options.Unrolled][];
        Gradients = [.. Enumerable.Range(0, options.Unrolled).Select(_ => new ParameterBlock(network.Parameters))];
        Result = new(network.Parameters);
    }

    /// <summary>∇θ' L(f(x + δ; θ'), y) of this micro-batch, at each step.</summary>
    internal ParameterBlock[] Gradients { get; }

    /// <summary>What was differentiated last: ∂L/∂θ' of this micro-batch.</summary>
    internal ParameterBlock Result { get; }

    /// <summary>δ.</summary>
    internal ReadOnlySpan<float> Shift => shift.AsSpan(0, Size);

    private int Size => rows.X.Rows * rows.X.Cols;

    /// <summary>∇δ L of this micro-batch's share of the batch, at the last step.</summary>
    internal ReadOnlySpan<float> Gradient => gradient.AsSpan(0, Size);

    /// <summary>Takes rows, and their first shift or draws it.</summary>
    internal void Begin(ShiftedRows rows, float epsilon, float share, Rng stream)
    {
        (this.rows, this.epsilon, this.share, this.stream) = (rows, epsilon, share, stream);
        if (shift.Length < Size) (shift, gradient) = (new float[Size], new float[Size]);
        if (rows.Start is { } start) start.AsSpan(0, Size).CopyTo(shift);
        else DrawAgain();
    }

    /// <summary>δ ~ U(-ε, ε) where it may move, 0 elsewhere.</summary>
    internal void DrawAgain()
    {
        foreach (ref float d in shift.AsSpan(0, Size)) d = (2 * stream.NextSingle() - 1) * epsilon;
        Project();
    }

    /// <summary>The gradient of step k by θ', recorded where it is to be differentiated again.</summary>
    /// <param name="k">The step, from 0.</param>
    /// <param name="at">Where θ' stands before it, among the blocks that the slot was made with.</param>
    /// <param name="record">True to keep how it was computed.</param>
    internal void Differentiate(int k, int at, bool record)
    {
        if (k == 0) space.Clear();
        using var inside = space.Enter();
        if (k == 0)
        {
            delta = Tensor.From(rows.X.Rows, rows.X.Cols, shift.AsSpan(0, Size)).Track();
            gradient.AsSpan(0, Size).Clear();
        }
        var shifted = rows.X.Numbers() + delta;
        var loss = Loss(rows.X, softened is null ? shifted : shifted.GroupSoftmax(softened), theta[at], rows.Y, rows.Weights);
        recorded[k] = Redress.Tensors.Gradients.Of(loss, theta[at], createGraph: record);
        Gradients[k].CopyFrom(recorded[k]);
    }

    /// <summary>∇θ' L(f(x^cf; θ'), 1 - f(x; θ)), into <see cref="Result"/>.</summary>
    /// <param name="at">Where θ' stands after the last step.</param>
    internal void DifferentiateRecourse(int at)
    {
        using var inside = space.Enter();
        Result.CopyFrom(Redress.Tensors.Gradients.Of(Loss(rows.Counterfactuals, rows.Counterfactuals.Numbers(), theta[at], rows.Desired, null), theta[at]));
    }

    /// <summary>The gradient in step k's gradients, handed on to δ and, but for the first step, to θ' before it (into <see cref="Result"/>).</summary>
    /// <param name="k">The step, from 0.</param>
    /// <param name="at">Where θ' stands before it.</param>
    internal void DifferentiateBack(int k, int at)
    {
        using var inside = space.Enter();
        var by = Redress.Tensors.Gradients.Of(recorded[k], back, k == 0 ? [delta] : [delta, .. theta[at]]);
        TensorPrimitives.MultiplyAdd(by[0].Values, share, gradient.AsSpan(0, Size), gradient.AsSpan(0, Size));
        if (k > 0) Result.CopyFrom(by.AsSpan(1));
    }

    /// <summary>δ ← Π(δ + α sign g), or along g of length 1 in the L2 ball.</summary>
    internal void Move(float alpha)
    {
        int cols = rows.X.Cols;
        for (int i = 0; i < rows.X.Rows; i++)
        {
            Span<float> d = shift.AsSpan(i * cols, cols), g = gradient.AsSpan(i * cols, cols);
            Stay(g);
            if (options.Norm == AttackNorm.Linf)
                for (int j = 0; j < cols; j++) d[j] += alpha * MathF.Sign(g[j]);
            else if (TensorPrimitives.Norm<float>(g) is > 0 and var length)
                for (int j = 0; j < cols; j++) d[j] += alpha * g[j] / length;
        }
        Project();
    }

    private void Project()
    {
        int cols = rows.X.Cols;
        for (int i = 0; i < rows.X.Rows; i++)
        {
            var d = shift.AsSpan(i * cols, cols);
            Stay(d);
            if (options.Norm == AttackNorm.Linf)
                for (int j = 0; j < cols; j++) d[j] = unlimited[j] ? d[j] : Math.Clamp(d[j], -epsilon, epsilon);
            else if (LengthOf(d) is var length && length > epsilon)
                for (int j = 0; j < cols; j++) d[j] *= unlimited[j] ? 1 : epsilon / length;
        }
    }

    /// <summary>‖δ‖₂ over the columns that have a limit.</summary>
    private float LengthOf(ReadOnlySpan<float> row)
    {
        float sum = 0;
        for (int j = 0; j < row.Length; j++) sum += unlimited[j] ? 0 : row[j] * row[j];
        return MathF.Sqrt(sum);
    }

    /// <summary>0 in the columns that may not move.</summary>
    private void Stay(Span<float> row)
    {
        for (int j = 0; j < row.Length; j++) row[j] = moves[j] ? row[j] : 0;
    }

    private Tensor Loss(in ReadRows read, Tensor numbers, Tensor[] parameters, float[] targets, float[]? weights)
    {
        int outputs = network.Sizes[^1];
        var (given, wanted) = (ClassProbabilities.Of(read.Logits(network, numbers, parameters)), Tensor.From(read.Rows, outputs, targets.AsSpan(0, read.Rows * outputs)));
        return weights is null ? SquaredError.Of(given, wanted) : (given - wanted).Square().MultiplyColumn(Tensor.From(read.Rows, 1, weights.AsSpan(0, read.Rows))).Mean();
    }
}
