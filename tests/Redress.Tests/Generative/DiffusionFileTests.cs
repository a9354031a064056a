using System.Text.Json.Nodes;
using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Generative;

public sealed class DiffusionFileTests : IDisposable
{
    private static readonly Diffusion Trained = Diffusion.Train(AutoencoderTests.People(40), 7, new([5], Latent: 2, CodeEpochs: 2, Epochs: 2));
    private readonly string folder = Directory.CreateTempSubdirectory("redress-diffusion-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_saved_is_read_back()
    {
        string path = Save();
        var read = Diffusion.Load(path);
        Assert.Equal(Trained.Fingerprint, read.Fingerprint);
        Assert.Equal((7ul, 40), (read.Training.Seed, read.Training.Rows));
        Assert.Equal(Trained.Training.Epochs, read.Training.Epochs);
        Assert.Equal(Trained.Options.Said, read.Options.Said);
        Assert.Equal(Trained.Sample(9, new Rng(1), 4).Values.ToArray(), read.Sample(9, new Rng(1), 4).Values.ToArray());
        Assert.Equal("diffusion model", ModelFile.KindOf(path));
        Trained.Save(path + "2");
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(path + "2"));
    }

    [Fact]
    public void Other_files_are_refused_by_what_they_hold()
    {
        string path = Path.Combine(folder, "m");
        var rows = Sample.Table(new Schema([Feature.Numeric("a", Change.Any)], "y", "yes"), [[1], [2]]);
        ModelFile.Save(Sample.Linear(rows, [1], 0), path);
        Assert.Equal("m: holds a classifier, not a diffusion model.", Refusal(path));
        using (var to = File.Create(path)) SafeTensors.Write(to, new Dictionary<string, string>(), []);
        Assert.Equal("m: a safetensors file, but not written by redress (it has no 'redress' metadata).", Refusal(path));
        Assert.Equal("d: holds a diffusion model, not a classifier.", Sample.Message<ModelFileException>(() => ModelFile.Load(Save())));
    }

    [Theory]
    [InlineData("format_version", "2", "d: diffusion format 2; this program reads 1.")]
    [InlineData("fingerprint", "\"ab\"", "d: damaged (its content does not match its fingerprint).")]
    [InlineData("scale", "0", "d: damaged (its scale is 0).")]
    [InlineData("scale", "3", "d: damaged (its content does not match its fingerprint).")]
    [InlineData("options.latent", "0", "d: damaged (latent is 0; must be 1 to 1024.)")]
    [InlineData("options.latent", "3", "d: damaged (its autoencoder is not of its columns).")]
    [InlineData("options.hidden", "[16384]", "d: damaged (tensor 'denoiser.0.weight' is missing or not 18 × 16384).")]
    public void Damage_to_the_manifest_is_one_line(string path, string value, string message) => Assert.Equal(message, Refusal(Rewrite(json =>
    {
        string[] steps = path.Split('.');
        JsonNode at = json;
        foreach (string step in steps[..^1]) at = at[step]!;
        at[steps[^1]] = JsonNode.Parse(value);
    })));

    [Fact]
    public void What_is_no_manifest_is_one_line()
    {
        foreach (var change in new Action<JsonObject>[] { j => j["schema"] = "{", j => j["autoencoder"] = "{", j => j["options"] = null, j => j["more"] = 1, j => j.Remove("training") })
        {
            string message = Refusal(Rewrite(change));
            Assert.StartsWith("d: damaged (", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Damage_to_the_tensors_is_one_line()
    {
        string Of(string tensor, Func<StoredTensor, StoredTensor?> change) => Refusal(Rewrite(_ => { }, t => t.Name == tensor ? change(t) : t));
        Assert.Equal("d: damaged (tensor 'denoiser.1.bias' is missing or not 1 × 2).", Of("denoiser.1.bias", _ => null));
        Assert.Equal("d: damaged (tensor 'denoiser.1.bias' holds values that are no numbers).", Of("denoiser.1.bias", t => StoredTensor.Of(t.Name, t.Shape, [1, float.NaN])));
        Assert.Equal("d: damaged (tensor 'codes.centre' is missing or not 2).", Of("codes.centre", t => StoredTensor.Of(t.Name, [3], new float[3])));
        Assert.Equal("d: damaged (tensor 'numbers.0.values' is missing or no list).", Of("numbers.0.values", _ => null));
        Assert.Equal("d: damaged (the values of its numbers are not in order).", Of("numbers.0.scores", t => StoredTensor.Of(t.Name, t.Shape, new double[t.Shape[0]])));
        Assert.Equal("d: damaged (the values of its numbers are not in order).", Of("numbers.4.values", t => StoredTensor.Of(t.Name, t.Shape, [.. t.Doubles().Select(v => v + 0.5)])));
        Assert.Equal("d: damaged (the values of its numbers are not in order).", Of("numbers.0.values", t => StoredTensor.Of(t.Name, [0], Array.Empty<double>())));
        Assert.Equal("d: damaged (its content does not match its fingerprint).", Of("codes.centre", t => StoredTensor.Of(t.Name, t.Shape, new float[2])));
        Assert.StartsWith("d: damaged (tensor 'encoder.0.bias' is missing", Of("encoder.0.bias", _ => null), StringComparison.Ordinal);
    }

    private static string Refusal(string path) => Sample.Message<ModelFileException>(() => Diffusion.Load(path));

    private string Save()
    {
        string path = Path.Combine(folder, "d");
        Trained.Save(path);
        return path;
    }

    private string Rewrite(Action<JsonObject> change, Func<StoredTensor, StoredTensor?>? each = null)
    {
        string path = Save();
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        var (metadata, tensors) = SafeTensors.Read(stream, "d");
        var json = JsonNode.Parse(metadata["redress"])!.AsObject();
        change(json);
        var changed = metadata.ToDictionary(m => m.Key, m => m.Key == "redress" ? json.ToJsonString() : m.Value);
        using var to = File.Create(path);
        SafeTensors.Write(to, changed, [.. tensors.Values.Select(t => each is null ? t : each(t)).OfType<StoredTensor>()]);
        return path;
    }
}
