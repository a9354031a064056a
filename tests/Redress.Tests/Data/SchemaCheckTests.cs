using Redress.Data;

namespace Redress.Tests.Data;

public sealed class SchemaCheckTests
{
    private const string Columns = "'who': { 'role': 'id' }, 'a': { 'change': 'any', 'range': [0, 5] }, 'b': { 'same_as': 'a' }, 'g': { 'role': 'group' }";

    [Fact]
    public void A_good_file_has_no_problem()
    {
        var report = Check("who,a,b,g,y,zip\np,1,10,x,1,7\nq,2,20,z,0,8\n");
        Assert.Equal((2, 1), (report.Rows, report.Favourable));
        Assert.Equal(["a"], report.Actionable);
        Assert.Empty(report.Problems);
        Assert.Empty(report.Warnings);
        Assert.Equal(["zip"], report.Summary.ExtraColumns);
    }

    [Fact]
    public void Faults_of_the_file_are_problems()
    {
        var report = Check("who,a,b,g,y\np,x,10,x,1\nq,,20,z,0\n");
        Assert.Equal(["p.csv, line 2, column 'a': 'x' is no number", "p.csv, line 3, column 'a': the value is missing"], report.Problems);
        Assert.Equal((0, null, 1, 2), (report.Rows, report.Favourable, report.Summary.Missing["a"], report.Summary.Faulty));
    }

    [Theory]
    [InlineData("p,1,10,x,1\nq,1,20,z,0\n", "Feature 'b' is declared the same as 'a', but 'a' = 1 goes with both 'b' = 10 and 20.")]
    [InlineData("p,1.5,10,x,1\nq,1.5,10,z,0\n", "Column 'a' is 1.5 in all 2 rows; give it the role ignore.|Column 'b' is 10 in all 2 rows; give it the role ignore.")]
    [InlineData("p,1,10,x,2\nq,2,20,z,0\n", "No row has the favourable outcome '1' in 'y'.")]
    [InlineData("p,1,10,x,1\nq,2,20,z,1\n", "Every row has the favourable outcome '1' in 'y'.")]
    public void What_training_would_choke_on_is_a_problem(string rows, string problems) => Assert.Equal(problems.Split('|'), Check("who,a,b,g,y\n" + rows).Problems);

    [Theory]
    [InlineData("p,-1,10,x,1\nq,7,20,z,0\n", "", "'a' is outside its range 0 to 5")]
    [InlineData("p,1,30,x,1\nq,2,40,z,0\n", "'a - b >= -15'", "the constraint 'a - b >= -15' does not hold")]
    [InlineData("p,1,30,x,1\nq,7,10,z,0\n", "'a - b >= -15'", "each is outside a range or breaks a constraint")]
    public void A_file_of_people_who_are_all_outside_the_action_set_is_refused(string rows, string constraints, string why) => Assert.Equal(
        [$"Nobody can be given recourse, for 'no change' is in nobody's action set: of all 2 people {why}."], Check("who,a,b,g,y\n" + rows, constraints).Problems);

    [Fact]
    public void What_is_worth_a_look_is_a_warning()
    {
        var report = Check("who,a,b,y\np,1,10,1\np,7,20,?\nq,-1,30,0\nr,?,30,0\n", "'a - b >= -15'", new(Missing: MissingValues.Drop));
        Assert.Equal(
            [
                "The target column 'y' is missing or not in every row; training needs it.",
                "The group column 'g' is missing; metrics cannot compare by it.",
                "Column 'who' names 3 rows by 2 ids; an id should name one person.",
                "2 of 3 people are outside the range of 'a'; they cannot be given recourse while they are.",
                "1 of 3 people already break the constraint 'a - b >= -15'; they cannot be given recourse while they do.",
                "1 rows with missing values were left out.",
            ],
            report.Warnings);
        Assert.Empty(report.Problems);
        using var folder = new TemporaryFolder();
        string still = folder.Write("s.json", "{ \"target\": { \"column\": \"y\", \"favourable\": \"1\" }, \"columns\": { \"a\": {} } }");
        Assert.Equal(["Nobody can change anything yet: no feature has the change any, increase or decrease."], SchemaCheck.Run(still, folder.Write("p.csv", "a,y\n1,1\n2,0\n")).Warnings);
    }

    private static CheckReport Check(string csv, string constraints = "", CsvOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        string schema = folder.Write("s.json", $"{{ 'target': {{ 'column': 'y', 'favourable': '1' }}, 'columns': {{ {Columns} }}, 'constraints': [{constraints}] }}".Replace('\'', '"'));
        return SchemaCheck.Run(schema, folder.Write("p.csv", csv), options);
    }
}
