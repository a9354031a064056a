using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Actions;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// What people in lanes could be shown of where they stand: in each category the largest share, of equals the first, and whole numbers rounded. Listed values
/// stay as they are; <see cref="Rounding"/> takes their neighbours.
/// </summary>
internal sealed class WholeLanes
{
    private const int Lanes = LanePeople.Lanes;
    private static readonly int Parts = Lanes / Vector512<float>.Count;   // vectors a column

    private readonly LanePeople people;
    private readonly (int Column, float Scale, float Shift)[] numbers;
    private readonly (int Offset, int Width)[] groups;
    private readonly bool[] chooses, isTied;   // a person each: whether some value of theirs must be whole; whether ties or constraints are theirs
    private readonly LanePeople.RowChange project;

    internal WholeLanes(EncodedActions batch, LanePeople people)
    {
        this.people = people;
        var features = batch.People.Schema.Features;
        numbers = [.. Enumerable.Range(0, features.Count).Where(f => features[f].IsDiscrete && !batch.Encoding.At(f).IsOneHot).Select(f => batch.Encoding.At(f)).Where(at => people.MayMove(at.Offset))
            .Select(at => (at.Offset, (float)at.Scale, (float)at.Shift))];
        groups = [.. Enumerable.Range(0, features.Count).Select(f => batch.Encoding.At(f)).Where(at => at.IsOneHot && Enumerable.Range(at.Offset, at.Width).Any(people.MayMove)).Select(at => (at.Offset, at.Width))];
        int[] wholes = [.. numbers.Select(n => n.Column), .. groups.SelectMany(g => Enumerable.Range(g.Offset, g.Width))];
        chooses = [.. Enumerable.Range(0, batch.Rows).Select(i => wholes.Any(c => batch.LowerOf(i)[c] < batch.UpperOf(i)[c]))];
        isTied = [.. Enumerable.Range(0, batch.Rows).Select(i => batch.ActionsOf(i) is var own && (own.Ties.Length > 0 || own.Constraints.Length > 0))];
        IsOther = numbers.Length > 0 || groups.Length > 0;
        Points = IsOther ? new float[batch.Width * Lanes] : people.Points;
        var projection = new Projection(batch);
        // What a person's whole point is must not depend on their company.
        project = (person, point, whole) =>
        {
            if (!chooses[person]) point.CopyTo(whole);
            else if (isTied[person]) projection.Apply(person, whole);
        };
    }

    /// <summary>True where that may be another point than where they stand.</summary>
    internal bool IsOther { get; }

    /// <summary>True where some value of a person must be whole: else their whole point is where they stand.</summary>
    internal bool Chooses(int person) => chooses[person];

    /// <summary>The points, [columns, lanes].</summary>
    internal float[] Points { get; }

    /// <summary>Makes everyone's present point whole.</summary>
    internal void Write()
    {
        if (!IsOther) return;
        people.Points.CopyTo(Points, 0);
        var points = MemoryMarshal.Cast<float, Vector512<float>>(Points.AsSpan());
        var lower = MemoryMarshal.Cast<float, Vector512<float>>(people.Lower.AsSpan());
        var upper = MemoryMarshal.Cast<float, Vector512<float>>(people.Upper.AsSpan());
        foreach (var (column, scale, shift) in numbers)
            for (int i = column * Parts; i < (column + 1) * Parts; i++)
            {
                var x = (Vector512.Round(points[i] * scale + Vector512.Create(shift)) - Vector512.Create(shift)) / Vector512.Create(scale);
                points[i] = Vector512.Min(Vector512.Max(x, lower[i]), upper[i]);
            }
        foreach (var (offset, width) in groups)
            for (int part = 0; part < Parts; part++) TakeLargest(points, offset * Parts + part, width);
        if (isTied.AsSpan().Contains(true)) people.ForEachRow(Points, project);
    }

    private static void TakeLargest(Span<Vector512<float>> points, int start, int width)
    {
        var (largest, left) = (points[start], Vector512<float>.One);
        for (int k = 1; k < width; k++) largest = Vector512.Max(largest, points[start + k * Parts]);
        for (int i = start; i < start + width * Parts; i += Parts)
        {
            points[i] = Vector512.ConditionalSelect(Vector512.Equals(points[i], largest), left, Vector512<float>.Zero);
            left -= points[i];
        }
    }
}

/// <summary>The model's scores of whole points beside those of where people stand; each is a model call more.</summary>
/// <remarks>Its storage belongs to the innermost open scope.</remarks>
internal sealed class WholeScores(SearchChunk chunk, WholeLanes whole)
{
    private readonly LaneNetwork? network = whole.IsOther ? ((IDifferentiableClassifier)chunk.Model).Lanes() : null;
    private int scored = -1;

    /// <summary>Scores a lane's whole point; false where the person's budget has no call left.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="person">Who is in it.</param>
    /// <param name="step">The step: whole points are scored together once a step.</param>
    /// <param name="logit">The score of where the person stands; then that of their whole point.</param>
    internal bool Of(int lane, int person, int step, ref float logit)
    {
        if (network is null || !whole.Chooses(person)) return true;
        if (scored != step) network.Forward(whole.Points);
        scored = step;
        if (chunk.CallsLeft(person) < 1) return false;
        chunk.ModelCalls[person]++;
        logit = network.Outputs[lane];
        return true;
    }
}
