using System.Text.Json;
using Redress.Actions;

namespace Redress.Tests.Actions;

public class FlipSetProgramTests
{
    private sealed record Grid(double[][] Gains, double[][] Costs, double Needed, FlipSetRow[] Rows)
    {
        public FlipSetProgram Pose(FlipSetCost combine) => new(Gains, Costs, Needed, combine, Rows);

        public double Gain(int[] choice) => choice.Select((k, j) => Gains[j][k]).Sum();

        public double Total(int[] choice) => choice.Select((k, j) => Costs[j][k]).Sum();

        public double Cost(int[] choice, FlipSetCost combine) => combine == FlipSetCost.Total ? Total(choice) : choice.Select((k, j) => Costs[j][k]).Max();

        public bool RowsHold(int[] choice) => Rows.All(row => choice.Select((k, j) => row.Values[j][k]).Sum() <= row.Limit + 1e-9 * (1 + Math.Abs(row.Limit)));

        public IEnumerable<int[]> Choices()
        {
            IEnumerable<int[]> all = [[]];
            foreach (var actions in Gains) all = all.SelectMany(head => Enumerable.Range(0, actions.Length).Select(k => (int[])[.. head, k]));
            return all;
        }
    }

    private static string Support(int[] choice) => string.Concat(choice.Select(k => k == 0 ? '0' : '1'));

    /// <summary>A random grid; small whole numbers every other time, so that ties and exact equalities are common.</summary>
    private static Grid Draw(Random random, int round, int rowCount)
    {
        double Real() => round % 2 == 0 ? random.Next(-3, 6) : random.NextDouble() * 3 - 1;
        var sizes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(1, 6)).ToArray();
        double[][] Fill(Func<double> draw) => [.. sizes.Select(s => (double[])[0, .. Enumerable.Range(1, s - 1).Select(_ => draw())])];
        var gains = Fill(Real);
        var needed = gains.Sum(g => g.Max()) * (random.NextDouble() * 1.2);
        if (round % 2 == 0) needed = Math.Round(needed);
        return new(gains, Fill(() => Math.Abs(Real())), needed,
            [.. Enumerable.Range(0, rowCount).Select(_ => new FlipSetRow(Fill(Real), random.Next(0, 5)))]);
    }

    [Fact]
    public void Golden_flip_sets_agree_with_a_mixed_integer_solver()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText("golden/flipsets.json"));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        Assert.Equal(60, cases.Length);
        foreach (var item in cases)
        {
            double[][] Read(string name) => [.. item.GetProperty(name).EnumerateArray().Select(f => f.EnumerateArray().Select(v => v.GetDouble()).ToArray())];
            var weights = item.GetProperty("weights").EnumerateArray().Select(v => v.GetDouble()).ToArray();
            double[][] gains = [.. Read("actions").Select((f, j) => f.Select(a => weights[j] * a).ToArray())];
            var grid = new Grid(gains, Read("costs"), item.GetProperty("needed").GetDouble(), []);
            var program = grid.Pose(FlipSetCost.Total);
            var choice = new int[gains.Length];
            var found = program.Next(choice, out var cost);
            Assert.Equal(item.GetProperty("feasible").GetBoolean(), found);
            Assert.True(program.Exact);
            Assert.Equal(found, program.HighestGain(new int[gains.Length]) >= grid.Needed);
            if (!found) continue;
            Assert.Equal(item.GetProperty("total_cost").GetDouble(), cost, 1e-9);
            Assert.Equal(grid.Total(choice), cost, 1e-12);
            Assert.True(grid.Gain(choice) >= grid.Needed);
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public void Every_answer_in_order_agrees_with_brute_force(bool largest, int rowCount)
    {
        var combine = largest ? FlipSetCost.Maximum : FlipSetCost.Total;
        var random = new Random(7 + rowCount);
        for (var round = 0; round < 150; round++)
        {
            var grid = Draw(random, round, rowCount);
            // Best (cost, total) of each set of changed features, in order.
            var expected = grid.Choices().Where(c => grid.Gain(c) >= grid.Needed && grid.RowsHold(c))
                .GroupBy(Support).ToDictionary(g => g.Key, g => g.Min(c => (grid.Cost(c, combine), grid.Total(c))));
            var costs = expected.Values.Order().ToArray();
            var program = grid.Pose(combine);
            var choice = new int[grid.Gains.Length];
            var seen = new HashSet<string>();
            while (program.Next(choice, out var cost))
            {
                Assert.True(grid.Gain(choice) >= grid.Needed && grid.RowsHold(choice));
                Assert.Equal(costs[seen.Count].Item1, cost, 1e-9);
                Assert.True(seen.Add(Support(choice)));
                var (bestCost, bestTotal) = expected[Support(choice)];
                Assert.Equal(bestCost, cost, 1e-9);
                Assert.Equal(bestCost, grid.Cost(choice, combine), 1e-9);
                Assert.Equal(bestTotal, grid.Total(choice), 1e-9);
            }

            Assert.Equal(expected.Count, seen.Count);
            Assert.True(program.Exact);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Highest_gain_agrees_with_brute_force(int rowCount)
    {
        var random = new Random(70 + rowCount);
        for (var round = 0; round < 150; round++)
        {
            var grid = Draw(random, round, rowCount);
            if (round % 10 == 3) grid = grid with { Rows = [.. grid.Rows.Select(r => r with { Limit = -4 })] };
            var allowed = grid.Choices().Where(grid.RowsHold).ToArray();
            var choice = new int[grid.Gains.Length];
            var gain = grid.Pose(FlipSetCost.Total).HighestGain(choice);
            if (allowed.Length == 0)
            {
                Assert.Equal(double.NegativeInfinity, gain);
                continue;
            }

            Assert.Equal(allowed.Max(grid.Gain), gain, 1e-12);
            Assert.Equal(grid.Gain(choice), gain);
            Assert.True(grid.RowsHold(choice));
        }
    }

    [Fact]
    public void Highest_gain_of_thirty_features_under_two_rows_takes_few_nodes()
    {
        var random = new Random(4);
        double[][] Fill(Func<int, double> draw) => [.. Enumerable.Range(0, 30).Select(_ => (double[])[0, .. Enumerable.Range(1, 20).Select(draw)])];
        var gains = Fill(_ => random.NextDouble());
        // At most four changes, and a budget in units a million times those of the gains.
        FlipSetRow[] rows = [new(Fill(_ => 1), 4), new(Fill(_ => 1e6 * random.NextDouble()), 1e6)];
        var program = new FlipSetProgram(gains, Fill(k => k), 1, rows: rows);
        Assert.InRange(program.HighestGain(new int[30]), 3, 4);
        Assert.True(program.Exact);
        Assert.True(program.Nodes < 20_000);
    }

    [Fact]
    public void Equal_costs_come_in_index_order()
    {
        var program = new FlipSetProgram([[0, 1], [0, 1], [0, 1]], [[0, 1], [0, 1], [0, 1]], 1);
        var choice = new int[3];
        var answers = new List<string>();
        while (program.Next(choice, out var cost)) answers.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Support(choice)} {cost}"));
        Assert.Equal(["100 1", "010 1", "001 1", "110 2", "101 2", "011 2", "111 3"], answers);
    }

    [Fact]
    public void Largest_cost_prefers_many_small_changes_and_then_the_smaller_sum()
    {
        var choice = new int[3];
        double[][] gains = [[0, 1, 3], [0, 1, 3], [0, 1, 1]];
        double[][] costs = [[0, 1, 2.5], [0, 1, 2.5], [0, 0.75, 1]];
        Assert.True(new FlipSetProgram(gains, costs, 3).Next(choice, out var total));
        Assert.Equal(2.5, total);
        Assert.True(new FlipSetProgram(gains, costs, 3, FlipSetCost.Maximum).Next(choice, out var largest));
        Assert.Equal(1, largest);
        Assert.Equal([1, 1, 1], choice);
    }

    [Fact]
    public void Nothing_needed_is_answered_by_no_change()
    {
        int[] choice = [5];
        Assert.True(new FlipSetProgram([[0, 1]], [[0, 1]], -0.5).Next(choice, out var cost));
        Assert.Equal((0, 0.0), (choice[0], cost));
    }

    [Fact]
    public void An_unreachable_target_is_proved()
    {
        var program = new FlipSetProgram([[0, 1], [0, 2]], [[0, 1], [0, 1]], 3.5);
        Assert.False(program.Next(new int[2], out var cost));
        Assert.True(program.Exact);
        Assert.Equal(double.PositiveInfinity, cost);
    }

    [Fact]
    public void Rows_of_decimals_hold_at_equality()
    {
        var row = new FlipSetRow([[0, 0.1], [0, 0.2]], 0.3);
        Assert.True(new FlipSetProgram([[0, 1], [0, 1]], [[0, 1], [0, 1]], 2, rows: [row]).Next(new int[2], out _));
        Assert.False(new FlipSetProgram([[0, 1], [0, 1]], [[0, 1], [0, 1]], 2, rows: [row with { Limit = 0.29 }]).Next(new int[2], out _));
    }

    [Fact]
    public void A_node_limit_is_told_and_gives_up_the_proof()
    {
        var random = new Random(1);
        double[][] Fill() => [.. Enumerable.Range(0, 12).Select(_ => (double[])[0, .. Enumerable.Range(0, 6).Select(_ => random.NextDouble())])];
        var program = new FlipSetProgram(Fill(), Fill(), 4, nodeLimit: 3);
        Assert.False(program.Next(new int[12], out _));
        Assert.False(program.Exact);
        Assert.InRange(program.Nodes, 1, 6);
    }

    [Fact]
    public void Thirty_features_of_twenty_actions_stay_exact()
    {
        var random = new Random(2);
        double[][] Fill() => [.. Enumerable.Range(0, 30).Select(_ => (double[])[0, .. Enumerable.Range(0, 20).Select(_ => random.NextDouble()).Order()])];
        foreach (var combine in new[] { FlipSetCost.Total, FlipSetCost.Maximum })
        {
            var program = new FlipSetProgram(Fill(), Fill(), 9, combine);
            var (choice, before) = (new int[30], 0.0);
            for (var answer = 0; answer < 10; answer++)
            {
                Assert.True(program.Next(choice, out var cost));
                Assert.True(cost >= before * (1 - 1e-11));
                before = cost;
            }

            Assert.True(program.Exact);
        }
    }

    [Fact]
    public void Bad_input_is_refused_with_the_numbers()
    {
        static string Refuse(double[][] gains, double[][] costs, double needed = 1, FlipSetRow[]? rows = null, long nodeLimit = 5) =>
            Assert.Throws<ArgumentException>(() => new FlipSetProgram(gains, costs, needed, rows: rows, nodeLimit: nodeLimit)).Message.Split(" (Parameter")[0];
        Assert.Equal("costs has 2 features; gains has 1.", Refuse([[0, 1]], [[0, 1], [0]]));
        Assert.Equal("costs has 1 actions for feature 0; gains has 2.", Refuse([[0, 1]], [[0]]));
        Assert.Equal("Feature 0 has 0 actions; action 0, no change, must be there.", Refuse([[]], [[]]));
        Assert.Equal("Action 0 of feature 0 costs 0.5; no change must cost 0.", Refuse([[0, 1]], [[0.5, 1]]));
        Assert.Equal("The cost of action 1 of feature 0 is -1; must be finite and at least 0.", Refuse([[0, 1]], [[0, -1]]));
        Assert.Equal("The gain of action 1 of feature 0 is NaN; must be finite.", Refuse([[0, double.NaN]], [[0, 1]]));
        Assert.Equal("needed is NaN; must be finite.", Refuse([[0, 1]], [[0, 1]], double.NaN));
        Assert.Equal("nodeLimit is 0; must be at least 1.", Refuse([[0, 1]], [[0, 1]], nodeLimit: 0));
        Assert.Equal("row 0 has 0 features; gains has 1.", Refuse([[0, 1]], [[0, 1]], rows: [new([], 1)]));
        Assert.Equal("The limit of row 0 is NaN; must be a number.", Refuse([[0, 1]], [[0, 1]], rows: [new([[0, 1]], double.NaN)]));
        Assert.Equal("Row 0 holds NaN or an infinity; its values must be finite.", Refuse([[0, 1]], [[0, 1]], rows: [new([[0, 1 / 0.0]], 1)]));
        Assert.Equal(
            "choice has 1 places; there are 2 features. (Parameter 'choice')",
            Assert.Throws<ArgumentException>(() => new FlipSetProgram([[0], [0]], [[0], [0]], 0).Next(new int[1], out _)).Message);
    }
}
