using System.Text.Json;
using Redress.Neighbours;
using Redress.Tensors;
using Redress.Tensors.Kernels;

namespace Redress.Tests.Neighbours;

/// <summary>Searches against a plain loop in double.</summary>
public sealed class NeighbourTests
{
    [Theory]
    [InlineData(1, 1, 1, 1), InlineData(7, 5, 3, 4), InlineData(16, 40, 13, 5), InlineData(333, 101, 13, 5), InlineData(100, 30, 784, 3)]
    public void Nearest_rows_are_those_of_a_plain_loop(int rows, int points, int width, int k)
    {
        float[] known = Draw(1, rows * width), asked = Draw(2, points * width);
        foreach (var norm in Enum.GetValues<Norm>())
            foreach (int threads in new[] { 1, 3 })
            {
                var found = NearestRows.Of(new RowBlocks(known, width), asked, k, norm, execution: new(threads));
                for (int p = 0; p < points; p++)
                {
                    var expected = Enumerable.Range(0, rows).Select(r => (Distance: Distance(norm, asked, p, known, r, width), Row: r)).Order().Take(k).ToArray();
                    Assert.Equal(expected.Select(e => e.Row), found.RowsOf(p).ToArray().Where(r => r >= 0));
                    for (int i = 0; i < k; i++) Assert.Equal(i < expected.Length ? expected[i].Distance : double.PositiveInfinity, found.DistancesOf(p)[i], 1e-12);
                }
            }
    }

    [Fact]
    public void Distances_keep_their_digits_far_from_the_origin()
    {
        // ‖a‖² + ‖b‖² - 2aᵀb in float32 would find 0 or worse here.
        float[] known = [1000f, 1000.125f, 1001f], asked = [1000.0625f];
        var found = NearestRows.Of(new RowBlocks(known, 1), asked, 3);
        Assert.Equal([0, 1, 2], found.RowsOf(0).ToArray());
        Assert.Equal([0.0625, 0.0625, 0.9375], found.DistancesOf(0).ToArray());
    }

    [Fact]
    public void A_row_is_not_its_own_neighbour_but_its_copy_is_and_a_filter_is_asked()
    {
        float[] known = [0, 5, 0, 1];
        var rows = new RowBlocks(known, 1);
        Assert.Equal([2, 3], NearestRows.OfThemselves(rows, known, 2).RowsOf(0).ToArray());
        var even = NearestRows.Of(rows, [0.9f], 3, admits: (_, row) => row % 2 == 0);
        Assert.Equal([0, 2, -1], even.RowsOf(0).ToArray());
        Assert.Equal(double.PositiveInfinity, even.DistancesOf(0)[2]);
    }

    [Theory, InlineData(0.2), InlineData(0.9), InlineData(3)]
    public void Rows_within_a_radius_are_those_of_a_plain_loop(double radius)
    {
        const int Rows = 150, Points = 23, Width = 4;
        float[] known = Draw(1, Rows * Width), asked = Draw(2, Points * Width);
        var found = new List<(int Point, int Row, double Distance)>();
        RowsWithin.Each(new RowBlocks(known, Width), asked, radius, (_, row) => row == 7, (p, r, d) => { lock (found) found.Add((p, r, d)); }, new(3));
        var expected = from p in Enumerable.Range(0, Points) from r in Enumerable.Range(0, Rows) where r != 7 let d = Distance(Norm.SquaredL2, asked, p, known, r, Width) where d < radius select (p, r, d);
        Assert.Equal(expected, found.Order());
    }

    [Fact]
    public void The_border_of_a_radius_is_outside()
    {
        var found = new List<int>();
        RowsWithin.Each(new RowBlocks([0.5f, 0.49999f, 0.50001f], 1), [0f], 0.5, null, (_, row, _) => found.Add(row));
        Assert.Equal([1], found);
    }

    [Fact]
    public void The_mean_distance_is_that_of_all_pairs_at_any_number_of_threads()
    {
        const int Rows = 131, Width = 5;
        float[] known = Draw(3, Rows * Width);
        double expected = 0;
        for (int i = 0; i < Rows; i++)
            for (int j = 0; j < i; j++) expected += Distance(Norm.SquaredL2, known, i, known, j, Width);
        var rows = new RowBlocks(known, Width);
        double mean = MeanDistance.Of(rows, known, new(1));
        Assert.Equal(expected / (Rows * (Rows - 1) / 2), mean, 1e-6);
        Assert.Equal(mean, MeanDistance.Of(rows, known, new(5)));
        Assert.True(double.IsNaN(MeanDistance.Of(new RowBlocks([1f], 1), [1f])));
    }

    [Fact]
    public void The_local_outlier_factor_is_scikit_learns()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "local_outlier_factor.json")));
        float[] Rows(string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().SelectMany(r => r.EnumerateArray().Select(v => v.GetSingle()))];
        double[] Numbers(string name) => [.. json.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];
        float[] train = Rows("train"), query = Rows("query");
        int width = json.RootElement.GetProperty("train")[0].GetArrayLength();
        double[] expected = Numbers("lof"), actual = new LocalOutlierFactor(train, width, 5).Of(query);
        Assert.Equal(20, actual.Length);
        for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5 * expected.Max());
        var near = NearestRows.Of(new RowBlocks(train, width), query, 5);
        Assert.Equal(json.RootElement.GetProperty("knn_indices").EnumerateArray().SelectMany(r => r.EnumerateArray().Select(v => v.GetInt32())), near.Rows);
        var distances = json.RootElement.GetProperty("knn_distances").EnumerateArray().SelectMany(r => r.EnumerateArray().Select(v => v.GetDouble())).ToArray();
        for (int i = 0; i < distances.Length; i++) Assert.Equal(distances[i], near.Distances[i], 1e-5);
    }

    [Fact]
    public void A_local_outlier_factor_needs_more_rows_than_neighbours() => Assert.Equal(
        "There are 5 rows; a local outlier factor over 5 neighbours needs more than 5. (Parameter 'values')",
        Sample.Message<ArgumentException>(() => new LocalOutlierFactor(new float[10], 2, 5)));

    [Fact]
    public void Components_are_the_sets_of_a_plain_fill()
    {
        var rng = new Rng(4);
        (int, int)[] pairs = [.. Enumerable.Range(0, 120).Select(_ => (rng.NextInt(200), rng.NextInt(200)))];
        var components = new Components(200);
        Chunks.Each(pairs.Length, 4, i => components.Join(pairs[i].Item1, pairs[i].Item2), CancellationToken.None);
        int[] smallest = [.. Enumerable.Range(0, 200)];
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (var (a, b) in pairs)
            {
                int least = Math.Min(smallest[a], smallest[b]);
                changed |= smallest[a] != least || smallest[b] != least;
                smallest[a] = smallest[b] = least;
            }
        }
        Assert.Equal(smallest, Enumerable.Range(0, 200).Select(components.Of));
    }

    private static double Distance(Norm norm, float[] a, int i, float[] b, int j, int width)
    {
        var differences = Enumerable.Range(0, width).Select(c => (double)a[i * width + c] - b[j * width + c]);
        return norm == Norm.L1 ? differences.Sum(Math.Abs) : Math.Sqrt(differences.Sum(d => d * d));
    }

    private static float[] Draw(ulong seed, int count)
    {
        var values = new float[count];
        new Rng(seed).FillUniform(values);
        return values;
    }
}
