using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Tests.Data;

public sealed class CreditDemoTests
{
    private static readonly Table One = CreditDemo.Generate(1);

    [Fact]
    public void The_same_seed_gives_the_same_people_everywhere()
    {
        Assert.Equal((10_000, 6_092), (One.Rows, One.Labels!.Count(l => l)));
        Assert.Equal(["54|0|41900|2200|11200|12  False male ", "30|1|31400|18200|8800|24  True female ", "51|3|53300|52200|15100|36  True female "], CsvCase.Shown(One.Slice(0, 3)));
        Assert.Equal(One.Values.ToArray(), CreditDemo.Generate(1).Values.ToArray());
        Assert.Equal(CsvCase.Shown(One.Slice(0, 50)), CsvCase.Shown(CreditDemo.Generate(1, 50)));
        Assert.NotEqual(One.Values.ToArray(), CreditDemo.Generate(2).Values.ToArray());
    }

    [Fact]
    public void People_are_of_this_world()
    {
        double[] Column(string name) => [.. Enumerable.Range(0, One.Rows).Select(r => One.Row(r)[CreditDemo.Schema.IndexOf(name)])];
        Assert.All(Column("age"), v => Assert.InRange(v, 18, 75));
        Assert.All(Column("amount"), v => Assert.InRange(v, 500, 75_000));
        Assert.All(Column("income"), v => Assert.InRange(v, 3_000, 300_000));
        Assert.All(Column("savings"), v => Assert.InRange(v, 0, 500_000));
        Assert.Equal([12, 24, 36, 48, 60], Column("duration").Distinct().Order());
        Assert.Equal([0, 1, 2, 3], Column("education").Distinct().Order());
        Assert.Equal(["female", "male"], One.Groups["gender"].Distinct().Order());
        Assert.InRange(One.Groups["gender"].Count(g => g == "female"), 4_800, 5_200);
        for (int r = 0; r < One.Rows; r++)
            for (int f = 0; f < CreditDemo.Schema.Features.Count; f++)
                Assert.True(CreditDemo.Schema.Features[f].Holds(One.Row(r)[f]));
        Assert.InRange(Column("income").Zip(One.Labels!).Where(p => p.Second).Average(p => p.First), Column("income").Average(), double.MaxValue);
    }

    [Fact]
    public void Its_schema_is_a_schema_file()
    {
        string json = SchemaFile.ToJson(CreditDemo.Schema);
        var again = SchemaFile.Parse(json, "demo.json");
        Assert.Equal(json, SchemaFile.ToJson(again));
        Assert.Equal(CreditDemo.Schema.Features.Select(f => (f.Name, f.Kind, f.Change, f.LargestChange)), again.Features.Select(f => (f.Name, f.Kind, f.Change, f.LargestChange)));
        Assert.Equal(["gender"], again.Groups);
    }
}
