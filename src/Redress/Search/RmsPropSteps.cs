using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Actions;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Search;

/// <summary>How the columns of a category are kept a share of each while a search moves them.</summary>
public enum GroupRule
{
    /// <summary>The nearest point with shares of at least 0 that add up to 1.</summary>
    Simplex,

    /// <summary>The softmax of the columns, taken again after every step.</summary>
    Softmax,
}

/// <summary>
/// RMSprop on encoded rows side by side in lanes, s ← 0.9 s + 0.1 g², x ← x - α g/√(s + ε), brought into Δ after every step.
/// </summary>
internal sealed class RmsPropSteps : ILaneSteps
{
    private const int Lanes = LanePeople.Lanes;
    private const float Decay = 0.9f, Epsilon = 1e-8f;
    private readonly EncodedActions batch;
    private readonly Projection projection;
    private readonly GroupRule rule;
    private readonly bool byRows;
    private readonly bool[] projected;
    private readonly float learningRate;
    private readonly float[] squares, descent, seen, slopes = new float[Lanes];
    private readonly Rng[] streams = new Rng[Lanes];
    private readonly int[] columns;
    private readonly (int Offset, int Width)[] groups;

    /// <param name="batch">The people and their action sets.</param>
    /// <param name="learningRate">α, encoded units.</param>
    /// <param name="rule">How categories are kept.</param>
    /// <param name="moves">The features that move.</param>
    internal RmsPropSteps(EncodedActions batch, float learningRate, GroupRule rule, Func<int, bool> moves)
    {
        (this.batch, this.learningRate, this.rule) = (batch, learningRate, rule);
        People = new LanePeople(batch);
        projection = new Projection(batch);
        int size = batch.Width * Lanes;
        (squares, descent, seen) = (new float[size], new float[size], new float[size]);
        var leaders = batch.People.Schema.Leaders;
        var moving = Enumerable.Range(0, batch.Encoding.Features.Count).Where(f => leaders[f] < 0 && moves(f)).Select(f => batch.Encoding.At(f)).ToArray();
        columns = [.. moving.SelectMany(at => Enumerable.Range(at.Offset, at.Width)).Where(People.MayMove)];
        groups = [.. moving.Where(at => at.IsOneHot && Enumerable.Range(at.Offset, at.Width).Any(People.MayMove)).Select(at => (at.Offset, at.Width))];
        // By person: a softmax that others' constraints had projected once more could differ in its last bit.
        projected = [.. Enumerable.Range(0, batch.Rows).Select(i => (groups.Length > 0 && rule == GroupRule.Simplex) || batch.ActionsOf(i) is { Ties.Length: > 0 } or { Constraints.Length: > 0 })];
        byRows = projected.Contains(true);
    }

    public LanePeople People { get; }

    public float[] Seen => Noise > 0 ? seen : People.Points;

    /// <summary>Where people begin, rows × width; null for their own rows.</summary>
    internal float[]? Starts { get; init; }

    /// <summary>E: the network is run beside where people stand, by a draw from [-E, E] on each number, drawn again at every step.</summary>
    internal float Noise { get; init; }

    /// <summary>The stream of each person's noise.</summary>
    internal Func<int, Rng>? Streams { get; init; }

    /// <summary>λ of λ ½ ‖δ‖₂².</summary>
    internal float Lambda { get; init; }

    /// <summary>What ∇g is multiplied by, a lane each.</summary>
    internal float[] Slopes => slopes;

    public void Enter(int lane, int person)
    {
        People.Enter(lane, person);
        for (int c = 0, i = lane; c < batch.Width; c++, i += Lanes)
        {
            squares[i] = 0;
            if (Starts is not null) People.Points[i] = Starts[person * batch.Width + c];
        }
        if (Noise > 0) streams[lane] = Streams!(person);
        Look(lane);
    }

    /// <summary>One step of everyone along slope·∇g + λ δ.</summary>
    public void Step(ReadOnlySpan<float> gradients)
    {
        var lambda = new Vector<float>(Lambda);
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
            {
                int i = column * Lanes + lane;
                (new Vector<float>(slopes, lane) * new Vector<float>(gradients[i..]) + lambda * (new Vector<float>(People.Points, i) - new Vector<float>(People.Origins, i))).CopyTo(descent, i);
            }
        if (byRows) PullBack(gradients);
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) Update(column * Lanes + lane);
        if (rule == GroupRule.Softmax)
            foreach (var (offset, width) in groups) Softmax(offset, width);
        if (byRows) People.ForEachRow(descent, ProjectPoint);
        if (Noise == 0) return;
        for (int lane = 0; lane < Lanes; lane++)
            if (People[lane] >= 0) Look(lane);
    }

    private void ProjectPoint(int person, Span<float> point, Span<float> _)
    {
        if (projected[person]) projection.Apply(person, point);
    }

    /// <summary>Followers' columns have a gradient too, which goes to their leaders.</summary>
    private void PullBack(ReadOnlySpan<float> gradients)
    {
        var leaders = batch.People.Schema.Leaders;
        for (int f = 0; f < batch.Encoding.Features.Count; f++)
        {
            if (leaders[f] < 0) continue;
            var at = batch.Encoding.At(f);
            for (int i = at.Offset * Lanes; i < (at.Offset + at.Width) * Lanes; i++) descent[i] = slopes[i % Lanes] * gradients[i];
        }
        People.ForEachRow(descent, (person, point, gradient) => TiedColumns.PullBack(batch, person, point, gradient));
    }

    private void Update(int i)
    {
        var g = new Vector<float>(descent, i);
        var s = Decay * new Vector<float>(squares, i) + (1 - Decay) * g * g;
        s.CopyTo(squares, i);
        var x = new Vector<float>(People.Points, i) - learningRate * g / Vector.SquareRoot(s + new Vector<float>(Epsilon));
        Vector.Min(Vector.Max(x, new Vector<float>(People.Lower, i)), new Vector<float>(People.Upper, i)).CopyTo(People.Points, i);
    }

    /// <summary>Shares of the categories that the person may take, by the softmax of their columns.</summary>
    private void Softmax(int offset, int width)
    {
        var points = MemoryMarshal.Cast<float, Vector512<float>>(People.Points.AsSpan());
        var lower = MemoryMarshal.Cast<float, Vector512<float>>(People.Lower.AsSpan());
        var upper = MemoryMarshal.Cast<float, Vector512<float>>(People.Upper.AsSpan());
        int step = Lanes / Vector512<float>.Count;
        for (int part = 0; part < step; part++)
        {
            var sum = Vector512<float>.Zero;
            for (int i = offset * step + part; i < (offset + width) * step; i += step)
            {
                // Columns lie in [0, 1], so that no exponential overflows.
                var free = Vector512.GreaterThan(upper[i], lower[i]);
                points[i] = Vector512.ConditionalSelect(free, VectorMath.Exp(points[i]), points[i]);
                sum += Vector512.ConditionalSelect(free, points[i], Vector512<float>.Zero);
            }
            for (int i = offset * step + part; i < (offset + width) * step; i += step)
                points[i] = Vector512.ConditionalSelect(Vector512.GreaterThan(upper[i], lower[i]), points[i] / sum, points[i]);
        }
    }

    /// <summary>Draws where the network is run for a lane.</summary>
    private void Look(int lane)
    {
        if (Noise == 0) return;
        for (int c = 0, i = lane; c < batch.Width; c++, i += Lanes) seen[i] = People.Points[i];
        for (int f = 0; f < batch.Encoding.Features.Count; f++)
        {
            if (batch.People.Schema.Features[f].IsNamed) continue;
            seen[batch.Encoding.At(f).Offset * Lanes + lane] += Noise * (2 * streams[lane].NextSingle() - 1);
        }
    }
}
