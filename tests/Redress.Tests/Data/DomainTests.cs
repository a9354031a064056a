using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Tests.Data;

/// <summary>Data sets of several domains, as Guo et al. (2023) use them.</summary>
public sealed class DomainTests
{
    [Fact]
    public void Domains_are_known_by_name()
    {
        DataSet[] several = [.. DataSetCatalog.All.Where(d => d.Domains.Count > 0)];
        Assert.Equal(["loan", "german-releases", "student", "covariate-shift", "label-shift"], several.Select(d => d.Slug));
        Assert.Equal(Enumerable.Range(1994, 16).Select(y => Invariant($"{y}")), several[0].Domains);
        Assert.Equal(["original,corrected", "gp,ms", "original,shifted", "original,shifted"], several[1..].Select(d => string.Join(',', d.Domains)));
        var some = DataSetCatalog.Get("loan:2006,1994");
        Assert.Equal("loan:2006,1994 2006,1994 loan/year=2006.csv.gz,loan/year=1994.csv.gz", $"{some.Slug} {string.Join(',', some.Domains)} {string.Join(',', some.Files)}");
        Assert.Same(several[0].Schema, some.Schema);
        Assert.All(several, d => Assert.All(d.Schema.Features, f => Assert.Equal(Change.Any, f.Change)));
    }

    [Theory]
    [InlineData("loan:1987,2010", "Data set 'loan' has no domain '1987', '2010'; it has 1994, 1995, 1996, 1997, 1998, 1999, 2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008, 2009.")]
    [InlineData("student:gp,ms,gp", "The domain 'gp' of data set 'student' is named twice.")]
    [InlineData("student:", "No domain of data set 'student' is named; it has gp, ms.")]
    [InlineData("german:gp", "Data set 'german' has no domains; say --dataset german.")]
    public void Domains_that_are_not_there_are_refused(string name, string message) =>
        Assert.Equal(message, Assert.Throws<OptionsException>(() => DataSetCatalog.Get(name)).Message);

    [Theory]
    [InlineData("loan", 110, 7, 5, 103)]
    [InlineData("german-releases", 19, 6, 3, 13)]
    [InlineData("student", 83, 2, 13, 81)]
    [InlineData("covariate-shift", 2, 2, 0, 0)]
    public void Columns_are_encoded_as_published(string slug, int width, int numbers, int categories, int oneHot)
    {
        var schema = DataSetCatalog.Get(slug).Schema;
        Assert.Equal((numbers, categories, oneHot), (schema.Features.Count(f => !f.IsNamed), schema.Features.Count(f => f.IsNamed), schema.Features.Sum(f => f.Values.Count)));
        Assert.Equal(width, numbers + oneHot);
    }

    [Fact]
    public void Loans_are_as_published()
    {
        var set = DataSetCatalog.Get("loan");
        string folder = RealData.Need(set.Files);
        var years = set.LoadDomains(folder);
        Assert.Equal([16_230, 23_358, 20_813, 19_924, 19_568, 20_578, 20_654, 20_889, 24_834, 33_173, 40_312, 48_329, 51_124, 51_025, 27_332, 11_009], years.Select(y => y.Rows));
        var all = set.Load(folder).Rows;
        Assert.Equal((449_152, 305_802), (all.Rows, all.Labels!.Count(l => l)));
        Assert.Equal(all.Rows, all.Ids!.Distinct().Count());
        Assert.Equal(("2006-1", "2006"), (years[12].Ids![0], years[12].Groups["year"][0]));
        Assert.Equal([1, 2, 0, 1, 10.345798761764955, 9.210340371976184, 8.517193191416238, 24, 8, 1, 3, 1], years[12].Row(0).ToArray());
        // Every category stands in the data of all years, so that no one-hot column is empty; encoded over all years every number lies between 0 and 1.
        Assert.All(Enumerable.Range(7, 5), f => Assert.Equal(set.Schema.Features[f].Values.Count, Column(all, f).Distinct().Count()));
        var encoding = Encoding.Fit(set.Schema, TrainingStatistics.Of(all), new(NumberScaling.MinMax));
        Assert.Equal(110, encoding.Width);
        var encoded = new float[years[0].Rows * encoding.Width];
        encoding.Encode(years[0], 0, years[0].Rows, encoded);
        Assert.Equal((0f, 1f), (encoded.Min(), encoded.Max()));
    }

    [Fact]
    public void The_releases_of_German_credit_hold_the_same_people_under_other_codes()
    {
        var set = DataSetCatalog.Get("german-releases");
        var (original, corrected) = (set.LoadDomains(RealData.Need(set.Files))[0], set.LoadDomains(RealData.Need(set.Files))[1]);
        Assert.Equal((1_000, 700, 1_000, 700), (original.Rows, original.Labels!.Count(l => l), corrected.Rows, corrected.Labels!.Count(l => l)));
        Assert.Equal("6-1169-67", original.Ids![0]);
        Assert.Equal([6, 1169, 4, 67, 2, 1, 3, 1, 1], original.Row(0).ToArray());
        // As published: unshuffled, the first three quarters train, the last quarter tests.
        var trained = new HashSet<ulong>(Enumerable.Range(0, 750).Select(corrected.Key));
        Assert.Equal(192, Enumerable.Range(750, 250).Count(r => trained.Contains(original.Key(r))));
        var place = Enumerable.Range(0, 1_000).ToDictionary(corrected.Key);
        int[] both = [.. Enumerable.Range(0, 1_000).Where(r => place.ContainsKey(original.Key(r)))];
        Assert.Equal(990, both.Length);
        int[] status = [3, 0, 1, 2], history = [3, 4, 0, 2, 1];
        Assert.All(both, r =>
        {
            double[] before = original.Row(r).ToArray(), after = corrected.Row(place[original.Key(r)]).ToArray();
            Assert.Equal([.. before[..5], 3 - before[5], before[6], status[(int)before[7]], history[(int)before[8]]], after);
            Assert.Equal(original.Labels![r], corrected.Labels![place[original.Key(r)]]);
        });
        // Together, a person is two rows.
        var joined = set.Load(RealData.Need(set.Files)).Rows;
        Assert.Equal(("original-6-1169-67", 2_000), (joined.Ids![0], joined.Ids.Distinct().Count()));
    }

    [Fact]
    public void Students_are_as_published()
    {
        var set = DataSetCatalog.Get("student");
        var schools = set.LoadDomains(RealData.Need(set.Files));
        Assert.Equal([(423, 146), (226, 48)], schools.Select(s => (s.Rows, s.Labels!.Count(l => l))));
        Assert.Equal([0, 16, 0, 0, 1, 3, 1, 4, 3, 3, 0, 2, 1, 4, 4], schools[0].Row(0).ToArray());
        var all = set.Load(RealData.Need(set.Files)).Rows;
        Assert.All(Enumerable.Range(2, 13), f => Assert.Equal(set.Schema.Features[f].Values.Count, Column(all, f).Distinct().Count()));
        Assert.Equal("gp,ms", string.Join(',', all.Groups["school"].Distinct()));
    }

    [Theory]
    [InlineData("label", "2.0", "year=1994.csv.gz, line 2, column 'Approve': '2.0' is not 1 or 0; is it the published file?")]
    [InlineData("category", "1", "year=1994.csv.gz, line 2, column 'LowDoc': 'X' is not among 0, A, C, N, R, S, Y.")]
    public void A_file_that_is_another_is_refused(string what, string approve, string message)
    {
        using var folder = new TemporaryFolder();
        string row = $"AZ,1,32,1.0,0,0,0,{(what == "category" ? "X" : "N")},12,12,11,0,{approve}\n";
        Directory.CreateDirectory(folder["loan"]);
        using (var file = new System.IO.Compression.GZipStream(File.Create(folder["loan/year=1994.csv.gz"]), System.IO.Compression.CompressionLevel.Fastest))
            file.Write(System.Text.Encoding.UTF8.GetBytes("State,Term,NoEmp,NewExist,CreateJob,RetainedJob,UrbanRural,LowDoc,DisbursementGross,GrAppv,SBA_Appv,Sector_Points,Approve\n" + row));
        var set = DataSetCatalog.Get("loan:1994");
        Assert.Equal(message, Assert.Throws<DataException>(() => set.Load(folder[""])).Message);
        Assert.Equal(["loan/year=1995.csv.gz"], DataSetCatalog.Get("loan:1994,1995").Missing(folder[""]));
        Assert.StartsWith("Data set 'loan:1995' needs '", Assert.Throws<DataException>(() => DataSetCatalog.Get("loan:1995").LoadDomains(folder[""])).Message, StringComparison.Ordinal);
    }

    private static double[] Column(Table table, int feature) => [.. Enumerable.Range(0, table.Rows).Select(r => table.Row(r)[feature])];
}
