using Redress.Data;
using Redress.Studies;
using Redress.Tests.Data;

namespace Redress.Tests.Studies;

public sealed class StudyDataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Equal("There is no data folder 'nowhere'.", Sample.Message<DataException>(() => StudyData.Load(["adult"], "nowhere")));

    [Fact]
    public void Everything_that_is_missing_or_another_file_is_said_together()
    {
        string german = folder.Write("german/german.csv", "duration,amount\n1,2\n");
        string[] lines = Sample.Message<DataException>(() => StudyData.Load(["compas", "german"], folder["."])).Split(Environment.NewLine);
        Assert.Equal(2, lines.Length);
        Assert.Equal($"Data set 'compas' needs '{Path.Combine(folder["."], "compas/compas-two-years.csv")}'. Get it from ProPublica, repository 'compas-analysis' (github.com/propublica/compas-analysis), file compas-scores-two-years.csv, and put it there.", lines[0]);
        Assert.EndsWith("german.csv: the header lacks 'age', 'personal_status_sex', 'credit_risk'; is it the published file?", lines[1], StringComparison.Ordinal);
        Assert.True(File.Exists(german));
    }

    [Fact]
    public void The_fingerprint_is_of_the_bytes()
    {
        const string header = "duration,amount,age,personal_status_sex,credit_risk\n";
        folder.Write("german/german.csv", header + "6,1169,67,2,1\n");
        string first = StudyData.Load(["german"], folder["."])[0].Fingerprint;
        Assert.Equal(first, StudyData.Load(["german"], folder["."])[0].Fingerprint);
        folder.Write("german/german.csv", header + "6,1169,68,2,1\n");
        Assert.NotEqual(first, StudyData.Load(["german"], folder["."])[0].Fingerprint);
    }
}
