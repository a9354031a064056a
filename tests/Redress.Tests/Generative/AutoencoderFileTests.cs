using System.Text.Json.Nodes;
using Redress.Data;
using Redress.Generative;
using Redress.Models;

namespace Redress.Tests.Generative;

public sealed class AutoencoderFileTests : IDisposable
{
    private static readonly Autoencoder Trained = Autoencoder.Train(AutoencoderTests.People(40), 7, new([5], Latent: 2, Epochs: 2));
    private readonly string folder = Directory.CreateTempSubdirectory("redress-vae-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_saved_is_read_back()
    {
        string path = Save();
        var read = Autoencoder.Load(path);
        Assert.Equal(Trained.Fingerprint, read.Fingerprint);
        Assert.Equal((7ul, 40, 2), (read.Training.Seed, read.Training.Rows, read.Training.Epochs.Count));
        Assert.Equal(Trained.Training.Epochs, read.Training.Epochs);
        Assert.Equal([5], read.Options.Hidden!);
        Assert.Equal(Trained.Immutables, read.Immutables);
        var people = AutoencoderTests.People(10, 9);
        var (a, b) = (new float[20], new float[20]);
        Trained.Encode(people, a);
        read.Encode(people, b);
        Assert.Equal(a, b);
        Assert.Equal("autoencoder", ModelFile.KindOf(path));
        File.Copy(path, path + "2");
        Trained.Save(path + "2");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(path + "2"));
    }

    [Fact]
    public void Other_files_are_refused_by_what_they_hold()
    {
        string path = Path.Combine(folder, "m");
        var rows = Sample.Table(new Schema([Feature.Numeric("a", Change.Any)], "y", "yes"), [[1], [2]]);
        ModelFile.Save(Sample.Linear(rows, [1], 0), path);
        Assert.Equal("m: holds a classifier, not an autoencoder.", Refusal(path));
        using (var to = File.Create(path)) SafeTensors.Write(to, new Dictionary<string, string>(), []);
        Assert.Equal("m: a safetensors file, but not written by redress (it has no 'redress' metadata).", Refusal(path));
        Assert.Equal("v: holds an autoencoder, not a classifier.", Sample.Message<ModelFileException>(() => ModelFile.Load(Save())));
    }

    [Theory]
    [InlineData("format_version", "2", "v: autoencoder format 2; this program reads 1.")]
    [InlineData("fingerprint", "\"ab\"", "v: damaged (its content does not match its fingerprint).")]
    [InlineData("encoding", "[]", "v: damaged (its encoding is not of 6 features).")]
    [InlineData("options.latent", "0", "v: damaged (Latent size is 0; must be 1 to 1024.)")]
    [InlineData("options.latent", "3", "v: damaged (tensor 'encoder.1.weight' is missing or not 5 × 6).")]
    [InlineData("options.hidden", "[16384]", "v: damaged (tensor 'encoder.0.weight' is missing or not 11 × 16384).")]
    [InlineData("options.numbers", "\"Bernoulli\"", "v: damaged (its content does not match its fingerprint).")]
    [InlineData("encoding.0.scale", "0", "v: damaged (the encoding of 'age').")]
    [InlineData("encoding.1.width", "2", "v: damaged (the encoding of 'town').")]
    [InlineData("encoding.2.offset", "0", "v: damaged (the encoding of 'pay').")]
    public void Damage_to_the_manifest_is_one_line(string path, string value, string message) => Assert.Equal(message, Refusal(Rewrite(json =>
    {
        string[] steps = path.Split('.');
        JsonNode at = json;
        foreach (string step in steps[..^1]) at = int.TryParse(step, out int index) ? at[index]! : at[step]!;
        at[steps[^1]] = JsonNode.Parse(value);
    })));

    [Fact]
    public void What_is_no_manifest_is_one_line()
    {
        foreach (var change in new Action<JsonObject>[] { j => j["schema"] = "{", j => j["options"] = null, j => j["more"] = 1, j => j.Remove("training") })
        {
            string message = Refusal(Rewrite(change));
            Assert.StartsWith("v: damaged (", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Damage_to_the_tensors_is_one_line()
    {
        Assert.Equal("v: damaged (tensor 'decoder.1.bias' is missing or not 1 × 8).", Refusal(Rewrite(_ => { }, t => t.Name == "decoder.1.bias" ? null : t)));
        Assert.Equal("v: damaged (tensor 'encoder.0.bias' holds values that are no numbers).", Refusal(Rewrite(_ => { }, t => t.Name == "encoder.0.bias" ? StoredTensor.Of(t.Name, t.Shape, [1, 2, float.NaN, 3, 4]) : t)));
        Assert.Equal("v: damaged (its content does not match its fingerprint).", Refusal(Rewrite(_ => { }, t => t.Name == "encoder.0.bias" ? StoredTensor.Of(t.Name, t.Shape, new float[5]) : t)));
    }

    private static string Refusal(string path) => Sample.Message<ModelFileException>(() => Autoencoder.Load(path));

    private string Save()
    {
        string path = Path.Combine(folder, "v");
        Trained.Save(path);
        return path;
    }

    private string Rewrite(Action<JsonObject> change, Func<StoredTensor, StoredTensor?>? each = null)
    {
        string path = Save();
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        var (metadata, tensors) = SafeTensors.Read(stream, "v");
        var json = JsonNode.Parse(metadata["redress"])!.AsObject();
        change(json);
        var changed = metadata.ToDictionary(m => m.Key, m => m.Key == "redress" ? json.ToJsonString() : m.Value);
        using var to = File.Create(path);
        SafeTensors.Write(to, changed, [.. tensors.Values.Select(t => each is null ? t : each(t)).OfType<StoredTensor>()]);
        return path;
    }
}
