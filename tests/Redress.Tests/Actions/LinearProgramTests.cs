using System.Text.Json;
using Redress.Actions;
using static System.FormattableString;

namespace Redress.Tests.Actions;

public class LinearProgramTests
{
    private const double Free = double.PositiveInfinity;

    private sealed record Programme(double[] C, double[] A, double[] B, double[] Lower, double[] Upper)
    {
        public (LinearProgramStatus Status, double Objective, double[] X) Solve()
        {
            var x = new double[C.Length];
            var status = new LinearProgram(C.Length, B.Length).Minimise(C, A, B, Lower, Upper, x, out var objective);
            return (status, objective, x);
        }

        public bool Holds(double[] x, double tolerance)
        {
            for (var j = 0; j < C.Length; j++)
                if (x[j] < Lower[j] - tolerance || x[j] > Upper[j] + tolerance) return false;
            for (var i = 0; i < B.Length; i++)
            {
                var sum = 0.0;
                for (var j = 0; j < C.Length; j++) sum += A[i * C.Length + j] * x[j];
                if (sum > B[i] + tolerance) return false;
            }

            return true;
        }
    }

    [Fact]
    public void Golden_programmes_agree_with_HiGHS()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText("golden/linear_programs.json"));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        Assert.Equal(120, cases.Length);
        foreach (var item in cases)
        {
            double[] Read(string name) => item.GetProperty(name).EnumerateArray().Select(v => v.GetDouble()).ToArray();
            var a = item.GetProperty("A_ub").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => v.GetDouble()).ToArray();
            var programme = new Programme(Read("c"), a, Read("b_ub"), Read("lower"), Read("upper"));
            var (status, objective, x) = programme.Solve();
            var feasible = item.GetProperty("feasible").GetBoolean();
            Assert.Equal(feasible ? LinearProgramStatus.Optimal : LinearProgramStatus.Infeasible, status);
            if (!feasible) continue;
            var expected = item.GetProperty("objective").GetDouble();
            Assert.True(Math.Abs(objective - expected) <= 1e-9 * (1 + Math.Abs(expected)), Invariant($"{objective} is not {expected}"));
            Assert.True(programme.Holds(x, 1e-9));
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    [InlineData(5, 5)]
    public void Random_programmes_agree_with_the_best_vertex(int n, int m)
    {
        var random = new Random(100 * n + m);
        var (optimal, infeasible) = (0, 0);
        for (var round = 0; round < 150; round++)
        {
            // Small integers make ties and degenerate vertices common.
            double Draw() => round % 2 == 0 ? random.Next(-2, 3) : random.NextDouble() * 2 - 1;
            var lower = Enumerable.Range(0, n).Select(_ => -Math.Abs(Draw())).ToArray();
            var programme = new Programme(
                [.. Enumerable.Range(0, n).Select(_ => Draw())], [.. Enumerable.Range(0, n * m).Select(_ => Draw())],
                [.. Enumerable.Range(0, m).Select(_ => Draw())], lower, [.. lower.Select(l => l + Math.Abs(Draw()))]);
            var expected = BestVertex(programme);
            var (status, objective, x) = programme.Solve();
            Assert.Equal(double.IsPositiveInfinity(expected) ? LinearProgramStatus.Infeasible : LinearProgramStatus.Optimal, status);
            if (status == LinearProgramStatus.Optimal)
            {
                optimal++;
                Assert.Equal(expected, objective, 1e-9);
                Assert.True(programme.Holds(x, 1e-9));
            }
            else infeasible++;
        }

        Assert.True(optimal > 20 && (m == 0 || infeasible > 5), Invariant($"{optimal} optimal, {infeasible} infeasible"));
    }

    /// <summary>Least c·x over every point where n of the rows and bounds meet and all others hold.</summary>
    private static double BestVertex(Programme p)
    {
        var n = p.C.Length;
        var planes = new List<(double[] Normal, double Right)>();
        for (var j = 0; j < n; j++)
        {
            var unit = new double[n];
            unit[j] = 1;
            planes.Add((unit, p.Lower[j]));
            planes.Add((unit, p.Upper[j]));
        }

        for (var i = 0; i < p.B.Length; i++) planes.Add((p.A[(i * n)..((i + 1) * n)], p.B[i]));
        var best = double.PositiveInfinity;
        foreach (var chosen in Subsets(planes.Count, n))
        {
            if (Meet([.. chosen.Select(k => planes[k])]) is not { } x || !p.Holds(x, 1e-9)) continue;
            best = Math.Min(best, p.C.Zip(x, (c, v) => c * v).Sum());
        }

        return best;
    }

    private static IEnumerable<int[]> Subsets(int count, int size, int from = 0) =>
        size == 0 ? [[]] : Enumerable.Range(from, Math.Max(0, count - from)).SelectMany(k => Subsets(count, size - 1, k + 1).Select(rest => (int[])[k, .. rest]));

    private static double[]? Meet((double[] Normal, double Right)[] planes)
    {
        var n = planes.Length;
        var system = planes.Select(p => (double[])[.. p.Normal, p.Right]).ToArray();
        for (var k = 0; k < n; k++)
        {
            var pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(system[i][k]));
            (system[k], system[pivot]) = (system[pivot], system[k]);
            if (Math.Abs(system[k][k]) < 1e-9) return null;
            for (var i = 0; i < n; i++)
            {
                if (i == k) continue;
                var factor = system[i][k] / system[k][k];
                for (var j = k; j <= n; j++) system[i][j] -= factor * system[k][j];
            }
        }

        return [.. Enumerable.Range(0, n).Select(k => system[k][n] / system[k][k])];
    }

    [Fact]
    public void Beale_cycling_example_ends_at_minus_one_twentieth()
    {
        var (status, objective, x) = new Programme(
            [-0.75, 150, -0.02, 6],
            [0.25, -60, -0.04, 9, 0.5, -90, -0.02, 3, 0, 0, 1, 0], [0, 0, 1], [0, 0, 0, 0], [Free, Free, Free, Free]).Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(-0.05, objective, 1e-12);
        Assert.Equal(1, x[2], 1e-12);
    }

    [Fact]
    public void Kuhn_cycling_example_ends_at_minus_two()
    {
        var (status, objective, _) = new Programme(
            [-2, -3, 1, 12], [-2, -9, 1, 9, 1.0 / 3, 1, -1.0 / 3, -2, 2, 3, -1, -12], [0, 0, 2], [0, 0, 0, 0], [Free, Free, Free, Free]).Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(-2, objective, 1e-12);
    }

    [Fact]
    public void Klee_Minty_cube_reaches_its_far_corner()
    {
        const int n = 8;
        var (c, a, b) = (new double[n], new double[n * n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            c[i] = -Math.Pow(2, n - 1 - i);
            for (var j = 0; j < i; j++) a[i * n + j] = Math.Pow(2, i - j + 1);
            a[i * n + i] = 1;
            b[i] = Math.Pow(5, i + 1);
        }

        var (status, objective, _) = new Programme(c, a, b, new double[n], [.. Enumerable.Repeat(Free, n)]).Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(-Math.Pow(5, n), objective, 1e-4);
    }

    [Fact]
    public void Two_rows_make_an_equality()
    {
        var (status, objective, x) = new Programme([1, 2, 0], [1, 1, 1, -1, -1, -1], [1, -1], [0, 0, 0], [1, 1, 0.25]).Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(0.75, objective, 1e-12);
        Assert.Equal([0.75, 0, 0.25], x);
    }

    [Fact]
    public void Many_copies_of_one_row_are_no_trouble()
    {
        var a = Enumerable.Repeat(new double[] { 1, 1, 1 }, 20).SelectMany(r => r).ToArray();
        var (status, objective, _) = new Programme([-3, -2, -1], a, [.. Enumerable.Repeat(1.5, 20)], [0, 0, 0], [1, 1, 1]).Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(-4, objective, 1e-12);
    }

    [Fact]
    public void A_zero_objective_asks_for_any_feasible_point()
    {
        var programme = new Programme([0, 0], [-1, -1, 1, -1], [-1.5, 0.1], [0, 0], [1, 1]);
        var (status, objective, x) = programme.Solve();
        Assert.Equal((LinearProgramStatus.Optimal, 0.0), (status, objective));
        Assert.True(programme.Holds(x, 1e-9));
    }

    [Fact]
    public void Free_variables_and_half_lines_work()
    {
        // |x - 3| by t >= x - 3, t >= 3 - x, with x free above 5.
        var (status, objective, x) = new Programme(
            [0, 1], [1, -1, -1, -1], [3, -3], [5, double.NegativeInfinity], [Free, Free]).Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(2, objective, 1e-12);
        Assert.Equal([5, 2], x);
    }

    [Fact]
    public void Unbounded_is_told_from_infeasible()
    {
        var unbounded = new Programme([-1, 0], [1, -1], [1], [0, 0], [Free, Free]).Solve();
        Assert.Equal((LinearProgramStatus.Unbounded, double.NegativeInfinity), (unbounded.Status, unbounded.Objective));
        Assert.Equal(LinearProgramStatus.Unbounded, new Programme([1], [], [], [double.NegativeInfinity], [0]).Solve().Status);
        var infeasible = new Programme([-1, 0], [1, 1, -1, -1], [1, -2], [0, 0], [Free, Free]).Solve();
        Assert.Equal((LinearProgramStatus.Infeasible, double.PositiveInfinity), (infeasible.Status, infeasible.Objective));
        Assert.All(infeasible.X, v => Assert.True(double.IsNaN(v)));
    }

    [Fact]
    public void Crossed_bounds_and_impossible_empty_rows_are_infeasible()
    {
        Assert.Equal(LinearProgramStatus.Infeasible, new Programme([1], [], [], [1], [0]).Solve().Status);
        Assert.Equal(LinearProgramStatus.Infeasible, new Programme([1], [0], [-1], [0], [1]).Solve().Status);
        Assert.Equal(LinearProgramStatus.Infeasible, new Programme([1], [1], [double.NegativeInfinity], [0], [1]).Solve().Status);
        Assert.Equal(LinearProgramStatus.Optimal, new Programme([1], [0, 1], [0, double.PositiveInfinity], [0], [1]).Solve().Status);
    }

    [Fact]
    public void Without_rows_each_variable_goes_to_its_better_bound()
    {
        var (status, objective, x) = new Programme([2, -3, 0], [], [], [-1, -1, -2], [4, 5, 1]).Solve();
        Assert.Equal((LinearProgramStatus.Optimal, -17.0), (status, objective));
        Assert.Equal([-1, 5, 1], x);
    }

    [Fact]
    public void Rows_in_large_units_are_scaled()
    {
        var programme = new Programme([-1, -1], [1e6, 3e6, 2e-6, 1e-6], [6e6, 4e-6], [0, 0], [10, 10]);
        var (status, objective, _) = programme.Solve();
        Assert.Equal(LinearProgramStatus.Optimal, status);
        Assert.Equal(-(1.2 + 1.6), objective, 1e-9);
    }

    [Fact]
    public void A_workspace_forgets_the_programme_before()
    {
        var solver = new LinearProgram(3, 2);
        var x = new double[3];
        Assert.Equal(LinearProgramStatus.Infeasible, solver.Minimise([1, 1, 1], [1, 1, 1, -1, -1, -1], [1, -9], [0, 0, 0], [1, 1, 1], x, out _));
        Assert.Equal(LinearProgramStatus.Optimal, solver.Minimise([1, 1], [-1, -1], [-1], [0, 0], [1, 1], x.AsSpan(0, 2), out var objective));
        Assert.Equal(1, objective, 1e-12);
    }

    [Fact]
    public void Solving_allocates_nothing()
    {
        var random = new Random(5);
        var solver = new LinearProgram(10, 3);
        var (c, a, b, lower, upper, x) = (new double[10], new double[30], new double[3], new double[10], new double[10], new double[10]);
        Array.Fill(lower, -1);
        Array.Fill(upper, 1);
        Array.Fill(b, 0.3);
        for (var k = 0; k < 30; k++) a[k] = random.NextDouble() - 0.5;
        long Spend()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < 100; round++)
            {
                c[round % 10] = Math.Sin(round);
                solver.Minimise(c, a, b, lower, upper, x, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Spend();
        Assert.Equal(0, Spend());
    }

    [Fact]
    public void Bad_input_is_refused_with_the_numbers()
    {
        var solver = new LinearProgram(2, 1);
        var x = new double[2];
        string Refuse(double[] c, double[] a, double[] b, double[] lower, double[] upper) =>
            Assert.Throws<ArgumentException>(() => solver.Minimise(c, a, b, lower, upper, x, out _)).Message;
        Assert.Equal("The programme is 1 × 3; this workspace holds at most 1 rows × 2 variables.", Refuse([1, 1, 1], [1, 1, 1], [1], [0, 0, 0], [1, 1, 1]));
        Assert.Equal("A has 1 numbers; 1 rows × 2 variables need 2. (Parameter 'a')", Refuse([1, 1], [1], [1], [0, 0], [1, 1]));
        Assert.Equal("lower, upper and x have 1, 2 and 2 numbers; each needs 2.", Refuse([1, 1], [1, 1], [1], [0], [1, 1]));
        Assert.Equal("c holds NaN or an infinity; it must be finite. (Parameter 'c')", Refuse([1, double.NaN], [1, 1], [1], [0, 0], [1, 1]));
        Assert.Equal("A holds NaN or an infinity; it must be finite. (Parameter 'a')", Refuse([1, 1], [1, Free], [1], [0, 0], [1, 1]));
        Assert.Equal("b holds NaN. (Parameter 'b')", Refuse([1, 1], [1, 1], [double.NaN], [0, 0], [1, 1]));
        Assert.Equal("lower holds NaN or +∞; use −∞ for no bound. (Parameter 'lower')", Refuse([1, 1], [1, 1], [1], [0, Free], [1, Free]));
        Assert.Equal("upper holds NaN or −∞; use +∞ for no bound. (Parameter 'upper')", Refuse([1, 1], [1, 1], [1], [0, 0], [1, double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LinearProgram(-1, 0));
    }
}
