using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Actions;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// Draws points around one person at a time, <see cref="Lanes"/> side by side: directions uniform on the sphere over the columns that the person can move, distances
/// between two radii. Points are [columns, lanes].
/// </summary>
internal sealed class SphereSampler(EncodedActions batch, SphereSettings settings)
{
    internal const int Lanes = LaneNetwork.Lanes;

    /// <summary>A column that moves along the direction; a Step of 0 for fractions, else that between whole values.</summary>
    private readonly record struct Number(int Column, float X, float Lower, float Upper, float Step);

    /// <summary>A choice: category k sets column First + k to 1, the others to 0; or the one column First to Values[k].</summary>
    private readonly record struct Choice(int[] Columns, float[]? Values);

    private readonly List<Number> numbers = [];
    private readonly List<Choice> choices = [];
    private readonly float[] radii = new float[Lanes], lots = new float[Lanes];
    private float[] normals = [];
    private float[] x = [];
    private BlockRng random = new(new Rng(0));
    private int dimensions;

    /// <summary>The distance from the person to the farthest corner of their Δ.</summary>
    internal double Reach { get; private set; }

    /// <summary>Dimensions of the space of directions: columns that the person can move.</summary>
    internal int Dimensions => dimensions;

    /// <summary>Turns to another person.</summary>
    /// <param name="person">The person.</param>
    /// <param name="stream">Their stream.</param>
    /// <param name="points">Receives the person's own row in every lane; later draws change the columns that may move.</param>
    internal void Begin(int person, Rng stream, Span<float> points)
    {
        random = new BlockRng(stream);
        numbers.Clear();
        choices.Clear();
        Reach = 0;
        x = batch.XOf(person).ToArray();
        for (int c = 0; c < x.Length; c++) points.Slice(c * Lanes, Lanes).Fill(x[c]);
        var actions = batch.ActionsOf(person);
        foreach (int f in actions.Actionable) Add(person, f, actions);
        Reach = Math.Sqrt(Reach);
        dimensions = numbers.Count + (settings.UniformCategories ? 0 : choices.Sum(c => c.Columns.Length));
        if (normals.Length < dimensions * Lanes) normals = new float[dimensions * Lanes];
    }

    /// <summary>Draws points between two radii.</summary>
    /// <param name="inner">The inner radius.</param>
    /// <param name="outer">The outer radius.</param>
    /// <param name="clip">True to bring each into Δ, column by column: only for action sets without ties, lists and constraints.</param>
    /// <param name="points">[columns, lanes], as begun with the person.</param>
    /// <param name="squares">Receives the squared distance of each lane's point from the person.</param>
    internal void Draw(float inner, float outer, bool clip, Span<float> points, Span<float> squares)
    {
        var directions = normals.AsSpan(0, dimensions * Lanes);
        random.FillNormal(directions);
        if (settings.UniformRadius || dimensions == 0)
        {
            random.FillUniform(radii);
            foreach (ref float r in radii.AsSpan()) r = inner + r * (outer - inner);
        }
        else random.FillRadii(inner, outer, dimensions, radii);
        Normalise(directions);
        Move(CollectionsMarshal.AsSpan(numbers), directions, radii, clip, points, squares);
        int used = numbers.Count * Lanes;
        foreach (var choice in choices)
        {
            if (settings.UniformCategories) Choose(choice, points);
            else
            {
                var scores = directions.Slice(used, choice.Columns.Length * Lanes);
                used += scores.Length;
                if (clip) ChooseHighest(choice, scores, points);
                else Shift(choice, scores, points);
            }
        }
        if (choices.Count > 0) AddChoices(points, squares);
    }

    private void Add(int person, int feature, ActionSet actions)
    {
        ref readonly var at = ref batch.Encoding.At(feature);
        ReadOnlySpan<float> lower = batch.LowerOf(person), upper = batch.UpperOf(person);
        if (at.IsOneHot)
        {
            var (offset, width) = (at.Offset, at.Width);
            int[] columns = [.. Enumerable.Range(offset, width).Where(c => batch.UpperOf(person)[c] > 0)];
            if (columns.Length < 2) return;
            choices.Add(new(columns, null));
            Reach += 2;
            return;
        }
        int column = at.Offset;
        if (lower[column] == upper[column]) return;
        double far = Math.Max(x[column] - (double)lower[column], upper[column] - (double)x[column]);
        Reach += far * far;
        bool discrete = actions.IsDiscrete(feature);
        float step = discrete ? (float)Math.Abs(1 / at.Scale) : 0;
        if (settings.UniformCategories && discrete && ValuesOf(person, feature, actions) is { } values) choices.Add(new([column], values));
        else numbers.Add(new(column, x[column], lower[column], upper[column], step));
    }

    /// <summary>The encoded values of a category in one column, or of whole numbers where there are two; null for others.</summary>
    private float[]? ValuesOf(int person, int feature, ActionSet actions)
    {
        double present = batch.People.Row(person)[feature];
        var (lower, upper) = batch.RawBounds(person, feature);
        if (actions.Schema.Features[feature].Kind != FeatureKind.Categorical && upper - lower != 1) return null;
        var at = batch.Encoding.At(feature);
        return [.. Enumerable.Range(0, (int)(upper - lower) + 1).Select(k => lower + k).Where(v => actions.MayTake(feature, present, v)).Select(v => (float)((v - at.Shift) / at.Scale))];
    }

    /// <summary>Makes of radii what directions are multiplied by: r / ‖z‖.</summary>
    private void Normalise(ReadOnlySpan<float> directions)
    {
        var (low, high) = (Vector512<float>.Zero, Vector512<float>.Zero);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(directions);
        for (int i = 0; i + 1 < vectors.Length; i += 2)
        {
            low = Vector512.FusedMultiplyAdd(vectors[i], vectors[i], low);
            high = Vector512.FusedMultiplyAdd(vectors[i + 1], vectors[i + 1], high);
        }
        var scales = MemoryMarshal.Cast<float, Vector512<float>>(radii.AsSpan());
        var least = Vector512.Create(1e-30f);
        scales[0] /= Vector512.Sqrt(Vector512.Max(low, least));
        scales[1] /= Vector512.Sqrt(Vector512.Max(high, least));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(ReadOnlySpan<Number> numbers, ReadOnlySpan<float> directions, ReadOnlySpan<float> scales, bool clip, Span<float> points, Span<float> squares)
    {
        var along = MemoryMarshal.Cast<float, Vector512<float>>(directions);
        var to = MemoryMarshal.Cast<float, Vector512<float>>(points);
        var scale = MemoryMarshal.Cast<float, Vector512<float>>(scales);
        var (s0, s1) = (scale[0], scale[1]);
        var (low, high) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (int j = 0; j < numbers.Length; j++)
        {
            ref readonly var number = ref numbers[j];
            var x = Vector512.Create(number.X);
            var (d0, d1) = (along[2 * j] * s0, along[2 * j + 1] * s1);
            if (clip)
            {
                if (number.Step > 0)
                {
                    // Whole steps from the present value, not from 0: no bits are lost however large the values.
                    var step = Vector512.Create(number.Step);
                    (d0, d1) = (Vector512.Round(d0 / step) * step, Vector512.Round(d1 / step) * step);
                }
                var (lower, upper) = (Vector512.Create(number.Lower), Vector512.Create(number.Upper));
                var (p0, p1) = (Vector512.Min(Vector512.Max(x + d0, lower), upper), Vector512.Min(Vector512.Max(x + d1, lower), upper));
                (to[2 * number.Column], to[2 * number.Column + 1]) = (p0, p1);
                (d0, d1) = (p0 - x, p1 - x);
            }
            else (to[2 * number.Column], to[2 * number.Column + 1]) = (x + d0, x + d1);
            low = Vector512.FusedMultiplyAdd(d0, d0, low);
            high = Vector512.FusedMultiplyAdd(d1, d1, high);
        }
        low.CopyTo(squares);
        high.CopyTo(squares[Vector512<float>.Count..]);
    }

    /// <summary>Each category equally probable.</summary>
    private void Choose(in Choice choice, Span<float> points)
    {
        random.FillUniform(lots);
        int count = choice.Values?.Length ?? choice.Columns.Length;
        for (int lane = 0; lane < Lanes; lane++)
        {
            int picked = Math.Min(count - 1, (int)(lots[lane] * count));
            if (choice.Values is { } values) points[choice.Columns[0] * Lanes + lane] = values[picked];
            else
                for (int k = 0; k < count; k++) points[choice.Columns[k] * Lanes + lane] = k == picked ? 1 : 0;
        }
    }

    /// <summary>The corner of the simplex nearest to the moved group: its highest column.</summary>
    private void ChooseHighest(in Choice choice, ReadOnlySpan<float> directions, Span<float> points)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            int picked = 0;
            float most = float.NegativeInfinity;
            for (int k = 0; k < choice.Columns.Length; k++)
            {
                float value = x[choice.Columns[k]] + directions[k * Lanes + lane] * radii[lane];
                if (value > most) (picked, most) = (k, value);
            }
            for (int k = 0; k < choice.Columns.Length; k++) points[choice.Columns[k] * Lanes + lane] = k == picked ? 1 : 0;
        }
    }

    private void Shift(in Choice choice, ReadOnlySpan<float> directions, Span<float> points)
    {
        for (int k = 0; k < choice.Columns.Length; k++)
            for (int lane = 0; lane < Lanes; lane++)
                points[choice.Columns[k] * Lanes + lane] = x[choice.Columns[k]] + directions[k * Lanes + lane] * radii[lane];
    }

    private void AddChoices(ReadOnlySpan<float> points, Span<float> squares)
    {
        foreach (var choice in choices)
            foreach (int column in choice.Columns)
                for (int lane = 0; lane < Lanes; lane++)
                {
                    float d = points[column * Lanes + lane] - x[column];
                    squares[lane] += d * d;
                }
    }
}
