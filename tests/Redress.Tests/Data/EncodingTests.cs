using Redress.Data;

namespace Redress.Tests.Data;

public sealed class EncodingTests
{
    private static readonly Schema Schema = new(
        [Feature.Numeric("n"), Feature.Categorical("c", ["u", "v", "w"]), Feature.Ordinal("o", ["low", "mid", "top"]), Feature.Integer("i")], "y", "yes");

    private static readonly Table Training = Sample.Table(Schema, [[1, 0, 0, -5], [3, 1, 2, 5], [2, 1, 1, 9], [6, 0, 1, -9]]);

    [Theory]
    [InlineData(NumberScaling.Standardise, CategoryCoding.OneHot, 6)]
    [InlineData(NumberScaling.MinMax, CategoryCoding.OneHot, 6)]
    [InlineData(NumberScaling.None, CategoryCoding.OneHot, 6)]
    [InlineData(NumberScaling.Standardise, CategoryCoding.Ordinal, 4)]
    [InlineData(NumberScaling.MinMax, CategoryCoding.Ordinal, 4)]
    public void Rows_come_back(NumberScaling numbers, CategoryCoding categories, int width)
    {
        var encoding = Encoding.Fit(Schema, TrainingStatistics.Of(Training), new(numbers, categories));
        Assert.Equal(width, encoding.Width);
        var people = Sample.Table(Schema, [[0.125, 2, 2, 1000], [-7, 0, 0, 0], [6, 1, 1, -9]]);
        var encoded = new float[people.Rows * width];
        encoding.Encode(people, 0, people.Rows, encoded);
        for (int row = 0; row < people.Rows; row++)
            for (int f = 0; f < Schema.Features.Count; f++)
                Assert.Equal(people.Row(row)[f], encoding.Decode(f, encoded.AsSpan(row * width, width)), 1e-4);
    }

    [Fact]
    public void Numbers_are_scaled_by_the_training_rows_alone()
    {
        var statistics = TrainingStatistics.Of(Training);
        var z = new float[6];
        Encoding.Fit(Schema, statistics, new()).Encode([3 + Math.Sqrt(3.5), 2, 2, 0], z);
        Assert.Equal([1, 0, 0, 1, MathF.Sqrt(2), 0], z, (a, b) => Math.Abs(a - b) < 1e-6);
        Encoding.Fit(Schema, statistics, new(NumberScaling.MinMax)).Encode([11, 0, 1, -9], z);
        Assert.Equal([2, 1, 0, 0, 0.5f, 0], z);
        Assert.Equal((3, Math.Sqrt(3.5)), (statistics.Mean[0], statistics.StandardDeviation[0]));
    }

    [Fact]
    public void Declared_ranges_scale_whatever_the_training_rows_hold()
    {
        var schema = new Schema([Feature.Numeric("both") with { Minimum = 0, Maximum = 255 }, Feature.Numeric("low") with { Minimum = -10 }, Feature.Categorical("c", ["u", "v", "w"])], "y", "yes");
        var statistics = TrainingStatistics.Of(Sample.Table(schema, [[0, 0, 1], [0, 10, 1]]));
        var z = new float[3];
        Encoding.Fit(schema, statistics, new(NumberScaling.Range, CategoryCoding.Ordinal)).Encode([51, 5, 1], z);
        Assert.Equal([51f / 255f, 0.75f, 0.5f], z);
        Assert.True(Encoding.IsDeclared(schema.Features[0], NumberScaling.Range) && Encoding.IsDeclared(schema.Features[2], NumberScaling.Range));
        Assert.False(Encoding.IsDeclared(schema.Features[1], NumberScaling.Range) || Encoding.IsDeclared(schema.Features[0], NumberScaling.MinMax));
    }

    [Fact]
    public void Constant_columns_are_never_divided_by_zero()
    {
        var constant = TrainingStatistics.Of(Sample.Table(Schema, [[0.1, 0, 1, 4], [0.1, 0, 1, 4], [0.1, 0, 1, 4]]));
        Assert.True(constant.IsConstant(0));
        Assert.Equal(1, constant.StandardDeviation[0]);
        var z = new float[6];
        foreach (var scaling in Enum.GetValues<NumberScaling>())
        {
            Encoding.Fit(Schema, constant, new(scaling)).Encode([0.6, 0, 1, 4], z);
            Assert.Equal(scaling == NumberScaling.None ? 0.6f : 0.5f, z[0], 1e-6f);
        }
        Assert.Equal("There are no training rows. (Parameter 'rows')", Sample.Message<ArgumentException>(() => TrainingStatistics.Of(new Table(Schema, []))));
    }
}
