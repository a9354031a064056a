using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Tests.Data;

public sealed class CatalogTests
{
    [Fact]
    public void Data_sets_are_known_by_name()
    {
        Assert.Equal(["adult", "compas", "bail", "german", "adult-carla", "compas-carla", "heloc-carla", "german-credit", "fashion-mnist", "loan", "german-releases", "student", "covariate-shift", "label-shift"], DataSetCatalog.All.Select(d => d.Slug));
        Assert.Equal("Data set 'iris' is not known; there are adult, compas, bail, german, adult-carla, compas-carla, heloc-carla, german-credit, fashion-mnist, loan, german-releases, student, covariate-shift, label-shift.", Assert.Throws<OptionsException>(() => DataSetCatalog.Get("iris")).Message);
        Assert.All(DataSetCatalog.All, d => Assert.Same(d, DataSetCatalog.Get(d.Slug)));
        Assert.All(DataSetCatalog.All, d => Assert.All(new[] { d.Title, d.Source, d.Licence, d.Notes }, Assert.NotEmpty));
    }

    [Fact]
    public void Actions_reach_as_far_as_the_paper_says()
    {
        DataSet[] ross = [.. new[] { "adult", "compas", "bail", "german" }.Select(DataSetCatalog.Get)];
        string[] actions = [.. ross.SelectMany(d => d.Schema.Features.Where(f => f.IsActionable).Select(f => $"{d.Slug} {f.Name} {f.Change}"))];
        Assert.Equal(
            ["adult education-num Increase", "adult hours-per-week Any", "compas priors_count Any", "bail SCHOOL Increase", "bail RULE Any", "german amount Any", "german age Increase"], actions);
        Assert.All(ross.SelectMany(d => d.Schema.Features).Where(f => f.IsActionable), f =>
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
    public void Only_what_CARLA_freezes_is_frozen()
    {
        string[] frozen = [.. new[] { "adult-carla", "compas-carla", "heloc-carla" }.Select(DataSetCatalog.Get)
            .SelectMany(d => d.Schema.Features.Where(f => f.Change != Change.Any).Select(f => $"{d.Slug} {f.Name} {f.Change}"))];
        Assert.Equal(["adult-carla age None", "adult-carla sex None", "compas-carla age None", "compas-carla race None", "compas-carla sex None"], frozen);
        Assert.Equal((0, 500), (DataSetCatalog.Get("adult-carla").TestSample, DataSetCatalog.Get("bail").TestSample));
    }

    [Theory]
    [InlineData("adult-carla", 36_624, 12_208, 11_687, 6, 7)]
    [InlineData("compas-carla", 4_629, 1_543, 5_028, 4, 3)]
    [InlineData("heloc-carla", 7_403, 2_468, 4_735, 21, 0)]
    public void CARLA_s_sets_are_cut_as_published(string slug, int train, int test, int favourable, int numbers, int categories)
    {
        var (rows, held) = Load(slug);
        Assert.Equal((train, test), (rows.Rows, held!.Rows));
        Assert.Equal(favourable, rows.Labels!.Concat(held.Labels!).Count(l => l));
        Assert.Equal((numbers, categories), (rows.Schema.Features.Count(f => !f.IsNamed), rows.Schema.Features.Count(f => f.IsNamed)));
        Assert.Equal(train + test, rows.Ids!.Concat(held.Ids!).Distinct().Count());
        // Encoded as CARLA does it: one column a feature, all between 0 and 1, categories 0 or 1.
        var encoding = Encoding.Fit(rows.Schema, TrainingStatistics.Of(rows), new(NumberScaling.MinMax, CategoryCoding.Ordinal));
        var encoded = new float[train * encoding.Width];
        encoding.Encode(rows, 0, train, encoded);
        Assert.Equal((numbers + categories, 0f, 1f), (encoding.Width, encoded.Min(), encoded.Max()));
        for (int c = numbers; c < encoding.Width; c++) Assert.Equal([0f, 1f], Enumerable.Range(0, train).Select(r => encoded[r * encoding.Width + c]).Distinct().Order());
    }

    [Fact]
    public void The_published_positions_are_kept_in_their_order()
    {
        var (rows, held) = Load("adult-carla");
        Assert.Equal(("29452", "16147"), (rows.Ids![0], held!.Ids![0]));
        int first = Array.IndexOf([.. rows.Ids], "1");
        var row = first >= 0 ? rows.Row(first) : held.Row(Array.IndexOf([.. held.Ids], "1"));
        Assert.Equal([39, 77516, 13, 2174, 0, 40, 0, 1, 0, 1, 1, 1, 1], row.ToArray());
    }

    [Fact]
    public void German_credit_has_all_features()
    {
        var table = Load("german-credit").Rows;
        Assert.Equal((1_000, 700, 7, 13), (table.Rows, table.Labels!.Count(l => l), table.Schema.Features.Count(f => !f.IsNamed), table.Schema.Features.Count(f => f.IsNamed)));
        Assert.Equal([6, 1169, 4, 4, 67, 2, 1, 1, 1, 4, 0, 4, 3, 0, 3, 2, 2, 2, 1, 0], table.Row(0).ToArray());
        // Every code stands in the data, so that no one-hot column is empty.
        for (int f = 7; f < 20; f++) Assert.Equal(table.Schema.Features[f].Values.Count, Column(table, f).Distinct().Count());
    }

    [Fact]
    public void Fashion_MNIST_is_as_published()
    {
        var (rows, test) = Load("fashion-mnist");
        Assert.Equal((12_000, 6_000, 2_000, 1_000), (rows.Rows, rows.Labels!.Count(l => l), test!.Rows, test.Labels!.Count(l => l)));
        Assert.Equal((0.0, 255.0), (System.Numerics.Tensors.TensorPrimitives.Min(rows.Values), System.Numerics.Tensors.TensorPrimitives.Max(rows.Values)));
        Assert.Equal(("2", false, "17", true), (rows.Ids![0], rows.Labels![0], rows.Ids[Array.IndexOf([.. rows.Labels], true)], rows.Labels[Array.IndexOf([.. rows.Labels], true)]));
        // The first row of the second image in the file.
        int Pixel(int row, int column) => rows.Schema.IndexOf(Invariant($"pixel_{row}_{column}"));
        Assert.Equal([0, 41, 188, 103, 54], new[] { 10, 11, 12, 13, 14 }.Select(c => rows.Row(0)[Pixel(1, c)]));
        var encoding = Encoding.Fit(rows.Schema, TrainingStatistics.Of(test), new(NumberScaling.Range));
        Assert.All(encoding.Features, f => Assert.Equal((0, 255), (f.Shift, f.Scale)));
    }

    [Theory]
    [InlineData("1\n2\n", "0\n3\n", "adult-carla-test-index.csv, line 2: '3' is no row position from 0 to 2.")]
    [InlineData("1\n2\n", "1\n", "adult-carla-test-index.csv, line 1: '1' stands in the published split twice.")]
    [InlineData("index\n", "1\n", "adult-carla-train-index.csv, line 1: 'index' is no row position from 0 to 2.")]
    [InlineData("-1\n", "1\n", "adult-carla-train-index.csv, line 1: '-1' is no row position from 0 to 2.")]
    [InlineData("", "1\n", "adult-carla-train-index.csv: no row positions; is it the published file?")]
    public void Positions_that_are_no_split_are_refused(string train, string test, string message)
    {
        using var folder = Carla(train, test);
        Assert.Equal(message, Assert.Throws<DataException>(() => DataSetCatalog.Get("adult-carla").Load(folder[""])).Message);
    }

    [Fact]
    public void An_index_that_is_longer_than_its_rows_is_refused_unread()
    {
        using var folder = Carla(new string('0', 100), "1\n");
        Assert.Equal("adult-carla-train-index.csv: 100 bytes; positions of 3 rows take fewer. Is it the published file?", Assert.Throws<DataException>(() => DataSetCatalog.Get("adult-carla").Load(folder[""])).Message);
    }

    private static TemporaryFolder Carla(string train, string test)
    {
        var folder = new TemporaryFolder();
        const string Row = "39,Non-Private,77516,13,Non-Married,Managerial-Specialist,Non-Husband,White,Male,2174,0,40,US,0\n";
        folder.Write("adult/adult-carla.csv", "age,workclass,fnlwgt,education-num,marital-status,occupation,relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income\n" + Row + Row + Row);
        folder.Write("adult/adult-carla-train-index.csv", train);
        folder.Write("adult/adult-carla-test-index.csv", test);
        return folder;
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
