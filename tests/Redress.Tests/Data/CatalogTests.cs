using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Tests.Data;

public sealed class CatalogTests
{
    [Fact]
    public void Data_sets_are_known_by_name()
    {
        Assert.Equal(["adult", "compas", "bail", "german"], DataSetCatalog.All.Select(d => d.Slug));
        Assert.Equal("Data set 'iris' is not known; there are adult, compas, bail, german.", Assert.Throws<OptionsException>(() => DataSetCatalog.Get("iris")).Message);
        Assert.All(DataSetCatalog.All, d => Assert.Same(d, DataSetCatalog.Get(d.Slug)));
        Assert.All(DataSetCatalog.All, d => Assert.All(new[] { d.Title, d.Source, d.Licence, d.Notes }, Assert.NotEmpty));
    }

    [Fact]
    public void Actions_reach_as_far_as_the_paper_says()
    {
        string[] actions = [.. DataSetCatalog.All.SelectMany(d => d.Schema.Features.Where(f => f.IsActionable).Select(f => $"{d.Slug} {f.Name} {f.Change}"))];
        Assert.Equal(
            ["adult education-num Increase", "adult hours-per-week Any", "compas priors_count Any", "bail SCHOOL Increase", "bail RULE Any", "german amount Any", "german age Increase"], actions);
        Assert.All(DataSetCatalog.All.SelectMany(d => d.Schema.Features).Where(f => f.IsActionable), f =>
            Assert.Equal((FeatureKind.Numeric, new LargestChange(0.75, ChangeUnit.StandardDeviations)), (f.Kind, f.LargestChange!.Value)));
    }

    [Fact]
    public void Adult_is_as_published()
    {
        var table = Load("adult").Rows;
        Assert.Equal((32_561, 7_841), (table.Rows, table.Labels!.Count(l => l)));
        Assert.All(new[] { 5, 6, 7, 8 }, f => Assert.Equal([0, 1], Column(table, f).Distinct().Order()));
        Assert.Equal((27_816, 29_170, 21_790), (Column(table, 5).Count(v => v == 1), Column(table, 6).Count(v => v == 1), Column(table, 8).Count(v => v == 1)));
        Assert.Equal([39, 13, 2174, 0, 40, 1, 1, 0, 1], table.Row(0).ToArray());
        Assert.Equal(["non-white", "white"], table.Groups["race"].Distinct().Order());
    }

    [Fact]
    public void Compas_is_as_published()
    {
        var table = Load("compas").Rows;
        Assert.Equal((6_172, 183), (table.Rows, Column(table, 2).Count(v => v == -1)));
        Assert.Equal(3_363, table.Labels!.Count(l => l));
        Assert.All(Column(table, 3), v => Assert.InRange(v, -30, 30));
        Assert.Equal([69, 0, 0, -1, 1, 0, 1], table.Row(0).ToArray());
    }

    [Fact]
    public void Bail_is_as_published()
    {
        var tables = Load("bail");
        Assert.Equal((7_911, 8_923), (tables.Rows.Rows, tables.Test!.Rows));
        Assert.DoesNotContain(-9, Column(tables.Rows, tables.Rows.Schema.IndexOf("PRIORS")));
        Assert.DoesNotContain(0, Column(tables.Test, tables.Rows.Schema.IndexOf("SCHOOL")));
        Assert.Equal([1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 245, 5, 76], tables.Rows.Row(0).ToArray());
    }

    [Fact]
    public void German_is_as_published()
    {
        var table = Load("german").Rows;
        Assert.Equal((1_000, 700), (table.Rows, table.Labels!.Count(l => l)));
        Assert.Equal([6, 1169, 67, 3], table.Row(0).ToArray());
    }

    [Fact]
    public void Every_row_of_a_data_set_is_a_row_of_its_own()
    {
        var table = Load("german").Rows;
        Assert.Equal(table.Rows, Enumerable.Range(0, table.Rows).Select(table.Key).Distinct().Count());
    }

    [Fact]
    public void A_missing_file_says_where_to_get_it_and_where_to_put_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("bail/bail-train.csv", "x\n");
        var bail = DataSetCatalog.Get("bail");
        Assert.Equal(["bail/bail-test.csv"], bail.Missing(folder[""]));
        Assert.Equal(
            $"Data set 'bail' needs '{folder["bail/bail-test.csv"]}'. Get it from ICPSR study 8987, 'Predicting Recidivism in North Carolina' (icpsr.umich.edu), training and test sample as CSV with a header line, and put it there.",
            Assert.Throws<DataException>(() => bail.Load(folder[""])).Message);
    }

    [Theory]
    [InlineData("german", "german/german.csv", "duration,amount\n1,2\n", "german.csv: the header lacks 'age', 'personal_status_sex', 'credit_risk'; is it the published file?")]
    [InlineData("german", "german/german.csv", "duration,amount,age,personal_status_sex,credit_risk\n1,2,3\n", "german.csv, line 2: 3 cells; the header has 5.")]
    [InlineData("german", "german/german.csv", "duration,amount,age,personal_status_sex,credit_risk\nlong,2,3,1,1\n", "german.csv, line 2, column 'duration': 'long' is no number.")]
    [InlineData("german", "german/german.csv", "duration,amount,age,personal_status_sex,credit_risk\n1,2,3,9,1\n", "german.csv, line 2, column 'personal_status_sex': '9' is not among 1, 2, 3, 5.")]
    [InlineData("german", "german/german.csv", "duration,amount,age,personal_status_sex,credit_risk\n1,2,3,1,good\n", "german.csv, line 2, column 'credit_risk': 'good' is not 1 or 0; is it the published file?")]
    [InlineData("german", "german/german.csv", "duration,amount,age,personal_status_sex,credit_risk\n", "german.csv: no rows below the header; is it the published file?")]
    [InlineData("compas", "compas/compas-two-years.csv", "age,priors_count,c_jail_in,c_jail_out,days_b_screening_arrest,sex,race,c_charge_degree,is_recid,score_text,two_year_recid\n20,0,soon,2013-01-01 00:00:00,0,Male,Other,F,0,Low,0\n", "compas-two-years.csv, line 2, column 'c_jail_in': 'soon' is no time (yyyy-MM-dd HH:mm:ss).")]
    public void Another_file_under_that_name_is_refused(string slug, string file, string text, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write(file, text);
        Assert.Equal(message, Assert.Throws<DataException>(() => DataSetCatalog.Get(slug).Load(folder[""])).Message);
    }

    private static DataSetTables Load(string slug)
    {
        var set = DataSetCatalog.Get(slug);
        return set.Load(RealData.Need(set.Files));
    }

    private static double[] Column(Table table, int feature) => [.. Enumerable.Range(0, table.Rows).Select(r => table.Row(r)[feature])];
}
