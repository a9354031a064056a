using System.Numerics;
using Redress.Actions;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// People side by side in lanes, with where they stand and their intervals, all [columns, lanes]: entry (c, lane) stands at c * Lanes + lane. Who is done
/// leaves their lane to the next person, so that lanes are full whatever each person takes, and all that a step touches stays in the first cache.
/// </summary>
internal sealed class LanePeople
{
    internal const int Lanes = LaneNetwork.Lanes;
    private readonly EncodedActions batch;
    private readonly float[] origins, points, lower, upper, row, rowGradient;
    private readonly int[] people = new int[Lanes], taken = new int[Lanes];

    internal LanePeople(EncodedActions batch)
    {
        this.batch = batch;
        int size = batch.Width * Lanes;
        (origins, points, lower, upper) = (new float[size], new float[size], new float[size], new float[size]);
        (row, rowGradient) = (new float[batch.Width], new float[batch.Width]);
        Array.Fill(people, -1);
    }

    internal EncodedActions Batch => batch;

    /// <summary>The people as they are.</summary>
    internal float[] Origins => origins;

    /// <summary>Where the people stand.</summary>
    internal float[] Points => points;

    /// <summary>The lowest value of each column.</summary>
    internal float[] Lower => lower;

    /// <summary>The highest value of each column.</summary>
    internal float[] Upper => upper;

    /// <summary>The person in a lane, or -1.</summary>
    internal int this[int lane] => people[lane];

    /// <summary>The lanes with somebody in them, ascending.</summary>
    internal ReadOnlySpan<int> Taken
    {
        get
        {
            int count = 0;
            for (int lane = 0; lane < Lanes; lane++)
                if (people[lane] >= 0) taken[count++] = lane;
            return taken.AsSpan(0, count);
        }
    }

    /// <summary>Puts a person into a lane, at their own row.</summary>
    internal void Enter(int lane, int person)
    {
        people[lane] = person;
        var x = batch.XOf(person);
        var low = batch.LowerOf(person);
        var high = batch.UpperOf(person);
        for (int c = 0, i = lane; c < x.Length; c++, i += Lanes) (origins[i], points[i], lower[i], upper[i]) = (x[c], x[c], low[c], high[c]);
    }

    /// <summary>Puts the person in a lane elsewhere, and holds the categories there.</summary>
    internal void Hold(int lane, ReadOnlySpan<float> point)
    {
        for (int c = 0, i = lane; c < point.Length; c++, i += Lanes) points[i] = point[c];
        foreach (var at in batch.Encoding.Features)
            for (int c = at.Offset; at.IsOneHot && c < at.Offset + at.Width; c++) lower[c * Lanes + lane] = upper[c * Lanes + lane] = point[c];
    }

    /// <summary>Empties a lane.</summary>
    internal void Leave(int lane) => people[lane] = -1;

    /// <summary>Copies where the person in a lane stands.</summary>
    internal void ReadPoint(int lane, Span<float> point) => Read(points, lane, point);

    /// <summary>Copies a lane of any points, [columns, lanes].</summary>
    internal static void Read(float[] points, int lane, Span<float> point)
    {
        for (int c = 0, i = lane; i < points.Length; c++, i += Lanes) point[c] = points[i];
    }

    /// <summary>True where somebody of the batch may move a column.</summary>
    internal bool MayMove(int column)
    {
        for (int person = 0; person < batch.Rows; person++)
            if (batch.LowerOf(person)[column] < batch.UpperOf(person)[column]) return true;
        return false;
    }

    /// <summary>Σ |δ|, or Σ δ² where <paramref name="squared"/>, of every lane, summed in double in the order of columns.</summary>
    internal void Distances(ReadOnlySpan<int> columns, bool squared, Span<double> distances) => Distances(points, columns, squared, distances);

    /// <summary>The same of other points than where people stand, [columns, lanes].</summary>
    internal void Distances(float[] points, ReadOnlySpan<int> columns, bool squared, Span<double> distances)
    {
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            foreach (int column in columns)
            {
                int i = column * Lanes + lane;
                Vector.Widen(new Vector<float>(points, i) - new Vector<float>(origins, i), out var left, out var right);
                low += squared ? left * left : Vector.Abs(left);
                high += squared ? right * right : Vector.Abs(right);
            }
            low.CopyTo(distances[lane..]);
            high.CopyTo(distances[(lane + Vector<double>.Count)..]);
        }
    }

    /// <summary>Looks at a person's point and gradient as rows; the changes are kept.</summary>
    internal delegate void RowChange(int person, Span<float> point, Span<float> gradient);

    /// <summary>Lets <paramref name="change"/> look at everyone's point, and at their column of <paramref name="gradients"/>, as rows.</summary>
    internal void ForEachRow(float[] gradients, RowChange change)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (people[lane] < 0) continue;
            for (int c = 0, i = lane; c < row.Length; c++, i += Lanes) (row[c], rowGradient[c]) = (points[i], gradients[i]);
            change(people[lane], row, rowGradient);
            for (int c = 0, i = lane; c < row.Length; c++, i += Lanes) (points[i], gradients[i]) = (row[c], rowGradient[c]);
        }
    }
}
