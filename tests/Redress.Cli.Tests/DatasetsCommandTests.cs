using Redress.Data;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class DatasetsCommandTests(Workshop workshop)
{
    [Fact]
    public void Each_says_whether_it_is_there_and_where_to_get_it()
    {
        string shown = CliRun.Line("datasets --data {0}", workshop.Folder).Is(Exit.Done).Out;
        foreach (string slug in new[] { "adult", "compas", "bail", "german" }) Assert.Matches($"\n {slug} .* no\n", shown);
        Assert.Contains($"put it at {workshop.At("adult/adult-uci.csv")}.", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_stands_alone()
    {
        var json = CliRun.Line("datasets --data {0} --json", workshop.Folder).Is(Exit.Done).Json();
        Assert.Equal(14, json.GetArrayLength());
        Assert.Equal("2006", json[9].GetProperty("domains")[12].GetString());
        Assert.False(json[0].GetProperty("present").GetBoolean());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named() =>
        Assert.Equal("error: There is no folder 'nowhere'.\n", CliRun.Of("datasets", "--data", "nowhere").Is(Exit.BadInput).Error);

    [Theory]
    [InlineData("datasets --export adult", "--export and --out go together: a data set, and the folder to write it to.")]
    [InlineData("datasets --out x", "--export and --out go together: a data set, and the folder to write it to.")]
    [InlineData("datasets --export iris --out x", "Data set 'iris' is not known; there are adult, compas, bail, german, adult-carla, compas-carla, heloc-carla, german-credit, fashion-mnist, loan, german-releases, student, covariate-shift, label-shift.")]
    public void Misuse_is_refused(string line, string message) => Assert.Equal($"error: {message}\n", CliRun.Line(line).Is(Exit.BadUsage).Error);

    [Fact]
    public void An_export_fits_its_schema_and_a_data_set_can_be_trained_certified_and_measured()
    {
        string? data = Environment.GetEnvironmentVariable("REDRESS_DATA");
        Assert.SkipUnless(data is not null && File.Exists(Path.Combine(data, "bail", "bail-test.csv")), "REDRESS_DATA names no folder with bail.");
        string folder = workshop.At("exported"), model = workshop.Fresh(".safetensors");
        CliRun.Line("datasets --export bail --out {0} --data {1}", folder, data).Is(Exit.Done);
        CliRun.Line("check {0} {1}", Path.Combine(folder, "bail.schema.json"), Path.Combine(folder, "bail-test.csv")).Is(Exit.Done);
        Assert.Contains("and 500 test rows", CliRun.Line("train --dataset bail --data {0} --out {1} --hidden none --epochs 1", data, model).Is(Exit.Done).Out, StringComparison.Ordinal);
        Assert.Contains("Data set bail is what the model was trained on: using the ", CliRun.Line("certify {0} --dataset bail --data {1} --method linear-step", model, data).Is(Exit.Done).Error, StringComparison.Ordinal);
        Assert.StartsWith("500 people, recourse by linear-step\n", CliRun.Line("evaluate {0} --dataset bail --data {1}", model, data).Is(Exit.Done).Out, StringComparison.Ordinal);
        Assert.Equal(8923, CsvTable.Read(Path.Combine(folder, "bail-test.csv"), SchemaFile.Load(Path.Combine(folder, "bail.schema.json")), null, true, out _).Rows);
    }
}
