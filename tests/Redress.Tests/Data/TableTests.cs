using Redress.Data;

namespace Redress.Tests.Data;

public sealed class TableTests
{
    private static readonly Schema Schema = new([Feature.Numeric("a"), Feature.Numeric("b")], "y", "yes");

    [Fact]
    public void Keys_are_of_content_or_id_and_never_of_the_place()
    {
        var table = Sample.Table(Schema, [[1, 2], [3, 4], [1, 2], [-0.0, 5]]);
        var shuffled = table.Select([3, 1, 0]);
        // People who happen to be alike are different rows, and the same table gives the same keys again.
        Assert.Equal(4, Enumerable.Range(0, 4).Select(table.Key).Distinct().Count());
        Assert.Equal(table.Key(2), Sample.Table(Schema, [[1, 2], [3, 4], [1, 2], [0.0, 5]]).Key(2));
        Assert.Equal(table.Key(2), table.Select([2]).Key(0));
        Assert.Equal([table.StreamKey(3), table.StreamKey(1), table.StreamKey(0)], [shuffled.StreamKey(0), shuffled.StreamKey(1), shuffled.StreamKey(2)]);
        Assert.Equal(table.StreamKey(3), Sample.Table(Schema, [[0.0, 5]]).StreamKey(0));
        var named = Sample.Table(Schema, [[1, 2], [1, 2]], ids: ["p", "q"]);
        Assert.NotEqual(named.StreamKey(0), named.StreamKey(1));
        Assert.Equal(named.StreamKey(1), Sample.Table(Schema, [[8, 8]], ids: ["q"]).StreamKey(0));
    }

    [Fact]
    public void Picked_rows_keep_what_was_said_of_them()
    {
        var table = new Table(Schema, [1, 2, 3, 4, 5, 6], ["p", "q", "r"], [true, false, true],
            new Dictionary<string, IReadOnlyList<string>> { ["g"] = ["x", "y", "z"] }, new Dictionary<int, string> { [2] = "bad" }, [7, 8, 9]);
        var picked = table.Select([2, 0]);
        Assert.Equal([5, 6, 1, 2], picked.Values.ToArray());
        Assert.Equal(["r", "p"], picked.Ids!);
        Assert.Equal([true, true], picked.Labels!);
        Assert.Equal(["z", "x"], picked.Groups["g"]);
        Assert.Equal("bad", Assert.Single(picked.Faults).Value);
        Assert.Equal((0, 9ul), (picked.Faults.Keys.Single(), picked.Key(0)));
        Assert.Equal("2 people × 2 features", table.Slice(1, 2).ToString());
    }

    [Fact]
    public void Lengths_that_do_not_agree_are_refused()
    {
        Assert.Equal("3 values do not fill rows of 2 features. (Parameter 'values')", Sample.Message<ArgumentException>(() => new Table(Schema, [1, 2, 3])));
        Assert.Equal("There are 2 labels for 1 rows. (Parameter 'labels')", Sample.Message<ArgumentException>(() => new Table(Schema, [1, 2], labels: [true, false])));
        Assert.Equal("Group 'g' has 2 values for 1 rows. (Parameter 'groups')",
            Sample.Message<ArgumentException>(() => new Table(Schema, [1, 2], groups: new Dictionary<string, IReadOnlyList<string>> { ["g"] = ["x", "y"] })));
    }
}
