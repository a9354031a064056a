using Redress.Data;
using Redress.Tensors;

namespace Redress.Tests.Data;

public sealed class SplitTests
{
    private static readonly Schema Schema = new([Feature.Numeric("x")], "y", "yes");

    [Theory]
    [InlineData(1000, 300)]
    [InlineData(97, 11)]
    [InlineData(40, 8)]
    public void Parts_are_disjoint_whole_and_stratified(int rows, int favourable)
    {
        var table = Rows(rows, favourable);
        var split = Split.Stratified(table, new(), new Rng(3));
        int[][] parts = [split.Train, split.Validation, split.Calibration, split.Test];
        Assert.Equal(Enumerable.Range(0, rows), parts.SelectMany(p => p).Order());
        double[] shares = [0.60, 0.15, 0.15, 0.10];
        for (int p = 0; p < 4; p++)
        {
            Assert.Equal(parts[p].Order(), parts[p]);
            Assert.InRange(parts[p].Count(r => table.Labels![r]), shares[p] * favourable - 1, shares[p] * favourable + 1);
            Assert.InRange(parts[p].Count(r => !table.Labels![r]), shares[p] * (rows - favourable) - 1, shares[p] * (rows - favourable) + 1);
        }
    }

    [Fact]
    public void The_seed_decides()
    {
        var table = Rows(200, 50);
        int[] Train(ulong seed) => Split.Stratified(table, new(), new Rng(seed)).Train;
        Assert.Equal(Train(1), Train(1));
        Assert.NotEqual(Train(1), Train(2));
        Assert.Empty(Split.Stratified(table, new(0.8, 0.2, 0, 0), new Rng(1)).Test);
    }

    [Theory]
    [InlineData(10, 6, 7, 9)]
    [InlineData(97, 58, 72, 87)]
    [InlineData(1, 0, 0, 0)]
    public void An_ordered_split_leaves_rows_where_they_stand_and_rounds_towards_the_later_part(int rows, int train, int validation, int calibration)
    {
        var split = Split.Ordered(Rows(rows, rows / 2), new());
        Assert.Equal(Enumerable.Range(0, rows), split.Train.Concat(split.Validation).Concat(split.Calibration).Concat(split.Test));
        Assert.Equal((train, validation, calibration), (split.Train.Length, split.Train.Length + split.Validation.Length, rows - split.Test.Length));
        Assert.Equal("The shares of the split add up to 0.9; must be 1.", Sample.Message<OptionsException>(() => Split.Ordered(Rows(rows, 1), new(0.5, 0.2, 0.1, 0.1))));
        // Two parts: the last quarter, rounded up.
        Assert.Equal((rows * 3 / 4, rows - rows * 3 / 4, 0, 0), (Split.Ordered(Rows(rows, 1), new(0.75, 0.25, 0, 0)) is var cut ? cut.Train.Length : 0, cut.Validation.Length, cut.Calibration.Length, cut.Test.Length));
    }

    [Fact]
    public void Training_data_are_cut_by_either_rule()
    {
        var table = Rows(40, 20);
        double[] Values(Table part) => part.Values.ToArray();
        var ordered = Redress.Training.TrainingData.Of(table, new(), new Rng(1), SplitRule.Ordered);
        Assert.Equal(Enumerable.Range(0, 24).Select(r => (double)r), Values(ordered.Train));
        Assert.Equal([36, 37, 38, 39], Values(ordered.Test!));
        Assert.Equal(Values(ordered.Train), Values(Redress.Training.TrainingData.Of(table, new(), new Rng(2), SplitRule.Ordered).Train));
        Assert.NotEqual(Values(ordered.Train), Values(Redress.Training.TrainingData.Of(table, new(), new Rng(1)).Train));
        // A copy of a row elsewhere in the table has another key.
        Assert.Equal(table.Key(39), ordered.Test!.Key(3));
    }

    [Fact]
    public void Tables_that_cannot_be_cut_are_refused()
    {
        string Refuse(Table table, SplitShares? shares = null) => (shares is null
            ? Sample.Message<DataException>(() => Split.Stratified(table, new(), new Rng(1)))
            : Sample.Message<OptionsException>(() => Split.Stratified(table, shares, new Rng(1)))).ReplaceLineEndings("\n");
        Assert.Equal("The rarer outcome in 'y' has 7 rows; a split into 4 parts needs at least 8.", Refuse(Rows(100, 7)));
        Assert.Equal("No row has the favourable outcome 'yes' in 'y' (100 rows); a classifier needs both outcomes.", Refuse(Rows(100, 0)));
        Assert.Equal("Every row has the favourable outcome 'yes' in 'y' (100 rows); a classifier needs both outcomes.", Refuse(Rows(100, 100)));
        Assert.Equal("The target column 'y' is missing; training needs outcomes.", Refuse(Sample.Table(Schema, [[1], [2]])));
        Assert.Equal("The train share is NaN; must be 0 to 1.\nThe test share is -0.1; must be 0 to 1.\nThe shares of the split add up to NaN; must be 1.\nThe train and validation shares must be more than 0.",
            Refuse(Rows(100, 50), new(double.NaN, 0.5, 0.5, -0.1)));
        Assert.Equal("The shares of the split add up to 0.9; must be 1.", Refuse(Rows(100, 50), new(0.5, 0.2, 0.1, 0.1)));
        Assert.Equal("The train and validation shares must be more than 0.", Refuse(Rows(100, 50), new(1, 0, 0, 0)));
    }

    private static Table Rows(int rows, int favourable) =>
        Sample.Table(Schema, [.. Enumerable.Range(0, rows).Select(r => new double[] { r })], [.. Enumerable.Range(0, rows).Select(r => r * 7 % rows < favourable)]);
}
