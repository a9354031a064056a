using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Tests.Methods;
using Redress.Training;

namespace Redress.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("redress").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_comes_back_bit_for_bit()
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            var scenario = Scenario.Of(seed, seed % 2 == 0 ? "linear" : "network");
            var model = (NetworkModel)scenario.Model;
            var certificate = new Certificate(model.Fingerprint, "gradient", "{}", "f", "{}", "lattice-1", 3, 0.05, 0.1, 100, 2, 0.25, -0.125);
            var saved = model.Certified(certificate);
            var read = Load(Save(saved));
            Assert.Equal((saved.Fingerprint, saved.Threshold), (read.Fingerprint, read.Threshold));
            Assert.Equal(Sample.Weights(saved), Sample.Weights(read));
            Assert.Equal(certificate, Assert.Single(read.Certificates));
            Assert.Equal(Scores.Favourable(saved, scenario.PeopleTable), Scores.Favourable(read, scenario.PeopleTable));
            string Answers(NetworkModel m) => string.Join('\n', new Gradient().Prepare(new(m), new Rng(1)).Find(new(scenario.PeopleTable), new Rng(1)).Records);
            Assert.Equal(Answers(saved), Answers(read));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Weights_that_are_no_numbers_are_refused(float weight)
    {
        var model = (NetworkModel)Scenario.Of(1, "network").Model;
        model.Network.Parameters[1][0, 0] = weight;
        string path = Save(new NetworkModel(model.Schema, model.Encoding, model.Statistics, model.Network, 0, model.Training));
        Assert.Equal($"{Path.GetFileName(path)}: damaged (tensor 'network.0.bias' holds values that are no numbers).", Sample.Message<ModelFileException>(() => Load(path)));
    }

    [Fact]
    public void What_training_wrote_down_comes_back()
    {
        var schema = new Schema([Feature.Numeric("a"), Feature.Numeric("b", Change.Any)], "y", "yes");
        var rng = new Rng(3);
        double[][] rows = [.. Enumerable.Range(0, 100).Select(_ => new[] { rng.NextGaussian(), rng.NextGaussian() })];
        var data = TrainingData.Of(Sample.Table(schema, rows, [.. rows.Select(r => r[0] > 0)]), new(), new Rng(1));
        var model = Trainer.RecourseAware(data, new([4], Epochs: 2), 0.5, 9);
        var read = Load(Save(model)).Training;
        Assert.Equal(model.Training.Epochs, read.Epochs);
        Assert.Equal((0.5, 9ul, "recourse-aware", model.Training.Settings), (read.Lambda, read.Seed, read.Objective, read.Settings));
        Assert.Equal(model.Training.Keys.Train, read.Keys.Train);
        Assert.Equal(model.Training.Keys.Test, read.Keys.Test);
        Assert.True(read.Keys.Saw(data.Train.Key(0)));
    }

    [Fact]
    public void Activations_of_each_layer_come_back_and_one_for_all_is_written_as_ever()
    {
        var schema = new Schema([Feature.Numeric("a"), Feature.Numeric("b", Change.Any)], "y", "yes");
        var rows = Sample.Random(schema, 60, 5, labels: true);
        var data = TrainingData.Of(rows, new(), new Rng(1));
        var model = Trainer.Standard(data, new([5, 4, 3], Dropout: 0, Epochs: 1, Activations: [Activation.Identity, Activation.Gelu, Activation.Sigmoid]), 9);
        var read = Load(Save(model));
        Assert.Equal([Activation.Identity, Activation.Gelu, Activation.Sigmoid], read.Network.Activations.ToArray());
        Assert.Equal(Scores.Favourable(model, rows), Scores.Favourable(read, rows));
        Assert.Contains("\"activations\"", Manifest(Save(model)), StringComparison.Ordinal);
        string uniform = Save(Sample.Network(rows, [5, 4], 1));
        Assert.Contains("\"architecture\":{\"sizes\":[2,5,4,1],\"activation\":\"Tanh\",\"dropout\":0}", Manifest(uniform), StringComparison.Ordinal);
    }

    private static string Manifest(string path)
    {
        using var stream = File.OpenRead(path);
        return SafeTensors.Read(stream, "m").Metadata["redress"];
    }

    [Fact]
    public void The_fingerprint_is_of_what_scores_and_not_of_thresholds()
    {
        var model = (NetworkModel)Scenario.Of(1, "network").Model;
        Assert.Equal(model.Fingerprint, model.With(model.Threshold + 1, []).Fingerprint);
        Assert.NotEqual(model.Fingerprint, ((NetworkModel)Scenario.Of(2, "network").Model).Fingerprint);
        Assert.Equal("The certificate is of another model. (Parameter 'certificate')",
            Sample.Message<ArgumentException>(() => model.Certified(new("m", "", "", "", "", "", 0, 0.1, 0.1, 1, 0, 0, 0))));
    }

    [Fact]
    public void Fingerprints_of_models_without_a_generator_stay_what_they_were()
    {
        Assert.StartsWith("2ca9874b779fbe086b22e4d0f1f1116a7c5c8b744d16397d06", Model().Fingerprint, StringComparison.Ordinal);
        Assert.DoesNotContain("generator", Manifest(Save(Model())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_generator_comes_back_bit_for_bit_and_stays_with_the_model()
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            var scenario = Scenario.Of(seed, seed % 2 == 0 ? "linear" : "network");
            var model = Sample.WithGenerator((NetworkModel)scenario.Model, "counternet", 5);
            var read = Load(Save(model.With(model.Threshold + 1, [])));
            var (was, now) = (model.Generator!, read.Generator!);
            Assert.Equal(("counternet", model.Fingerprint), (read.GeneratorSlug, read.Fingerprint));
            Assert.Equal((was.Input, was.EncoderLayers, was.Options), (now.Input, now.EncoderLayers, now.Options));
            Assert.Equal(was.Immutables, now.Immutables);
            Assert.Equal(was.Network.Sizes, now.Network.Sizes);
            var x = Encoded(model, scenario.PeopleTable);
            Assert.Equal(Values(was.Hard(model.Network, x)), Values(now.Hard(read.Network, x)));
            Assert.NotEqual(((NetworkModel)scenario.Model).Fingerprint, model.Fingerprint);
            Assert.NotEqual(Sample.WithGenerator((NetworkModel)scenario.Model, "counternet", 6).Fingerprint, model.Fingerprint);
            Assert.NotEqual(Sample.WithGenerator((NetworkModel)scenario.Model, "rocoursenet", 5).Fingerprint, model.Fingerprint);
        }
        Assert.Null(Model().GeneratorSlug);
    }

    private static Tensor Encoded(NetworkModel model, Table people)
    {
        var encoded = new float[people.Rows * model.Encoding.Width];
        model.Encoding.Encode(people, 0, people.Rows, encoded);
        return Tensor.From(people.Rows, model.Encoding.Width, encoded);
    }

    private static float[] Values(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return values;
    }

    public static TheoryData<string, string> TamperedGenerators => new()
    {
        { "generator.shape.slug=\"rocoursenet\"", "m: damaged (its content does not match its fingerprint)." },
        { "generator.shape.slug=\"\"", "m: damaged (The generator's slug must be 1 to 40 small letters, digits and hyphens. (Parameter 'slug'))" },
        { "generator.shape.slug=\"a\\u001b[2J\"", "m: damaged (The generator's slug must be 1 to 40 small letters, digits and hyphens. (Parameter 'slug'))" },
        { "generator.shape.input=77", "m: damaged (The generator's input is 77; must be hidden or row. (Parameter 'input'))" },
        { "generator.shape.input=\"Row\"", "m: damaged (A generator that reads rows has 0 encoder layers, not 1. (Parameter 'encoderLayers'))" },
        { "generator.shape.encoder_layers=0", "m: damaged (The generator's encoder layers are 0; the classifier has 2 hidden layers. (Parameter 'encoderLayers'))" },
        { "generator.shape.encoder_layers=3", "m: damaged (The generator's encoder layers are 3; the classifier has 2 hidden layers. (Parameter 'encoderLayers'))" },
        { "generator.shape.encoder_layers=2", "m: damaged (the generator's layer sizes 8, 7, 3; it reads 6 columns and writes 3)." },
        { "generator.shape.immutables=[1,0]", "m: damaged (The generator's immutables are not ascending numbers of 2 features. (Parameter 'immutables'))" },
        { "generator.shape.immutables=[2]", "m: damaged (The generator's immutables are not ascending numbers of 2 features. (Parameter 'immutables'))" },
        { "generator.shape.immutables=[]", "m: damaged (its content does not match its fingerprint)." },
        { "generator.shape.architecture.sizes=[8]", "m: damaged (the generator's layer sizes 8)." },
        { "generator.shape.architecture.sizes=[8,2000000,3]", "m: damaged (the generator's layer sizes 8, 2000000, 3)." },
        { "generator.shape.architecture.sizes=[8,1000000,3]", "m: damaged (tensor 'generator.0.weight' is missing or not 8 × 1000000)." },
        { "generator.shape.architecture.sizes=[8,7,4]", "m: damaged (the generator's layer sizes 8, 7, 4; it reads 8 columns and writes 3)." },
        { "generator.shape.architecture.activations=[\"Relu\",\"Relu\"]", "m: damaged (2 activations for the generator's 1 hidden layers)." },
        { "generator.shape.architecture.activation=99", "m: damaged (the generator's activation 99)." },
        { "generator.shape.architecture.dropout=2", "m: damaged (A dropout probability is 0 or more and less than 1. (Parameter 'probability'))" },
        { "generator.options=\"[]\"", "m: damaged (the generator's options are no JSON object)." },
        { "generator=null", "m: damaged (its content does not match its fingerprint)." },
    };

    [Theory, MemberData(nameof(TamperedGenerators))]
    public void Generators_that_contradict_the_tensors_or_the_classifier_are_refused(string change, string message)
    {
        var rows = Sample.Table(Model().Schema, [[1, 0], [2, 1], [4, 1]]);
        var model = Sample.WithGenerator(Sample.Network(rows, [5, 3], 1), "counternet", 5);
        Assert.Equal("counternet", Load(Rewrite(j => j.ToJsonString(), model)).GeneratorSlug);
        Assert.Equal(message, Sample.Message<ModelFileException>(() => Load(Rewrite(json => Changed(json, change), model))));
    }

    public static TheoryData<string, string> Tampered => new()
    {
        { "threshold=\"NaN\"", "m: damaged (the threshold is NaN)." },
        { "format_version=2", "m: model format 2; this program reads 1." },
        { "architecture.sizes=[3]", "m: damaged (layer sizes 3)." },
        { "architecture.sizes=[3,2000000,1]", "m: damaged (layer sizes 3, 2000000, 1)." },
        { "architecture.sizes=[3,5,1]", "m: damaged (tensor 'network.0.weight' is missing or not 3 × 5)." },
        { "architecture.activations=[\"Relu\"]", "m: damaged (1 activations for 0 hidden layers)." },
        { "architecture.activations=[]", "m: damaged (its content does not match its fingerprint)." },
        { "architecture.activation=99", "m: damaged (the activation 99)." },
        { "architecture.dropout=0.25", "m: damaged (its content does not match its fingerprint)." },
        { "fingerprint=\"00\"", "m: damaged (its content does not match its fingerprint)." },
        { "encoding.0.offset=1", "m: damaged (the encoding of 'a')." },
        { "encoding.0.scale=0", "m: damaged (the encoding of 'a')." },
        { "encoding.0.shift=\"NaN\"", "m: damaged (the encoding of 'a')." },
        { "statistics.mean=[1]", "m: damaged (encoding or statistics are not of 2 features)." },
        { "statistics.mean.0=\"NaN\"", "m: damaged (the statistics of 'a')." },
        { "statistics.standard_deviation.0=0", "m: damaged (the statistics of 'a')." },
        { "statistics.distributions.0.values=[]", "m: damaged (the statistics of 'a')." },
        { "statistics.distributions.0.values.0=99", "m: damaged (the statistics of 'a')." },
        { "statistics.distributions.0.cumulative.0=7", "m: damaged (the statistics of 'a')." },
        { "statistics.ties=[{\"leader\":0,\"follower\":9,\"keys\":[1],\"values\":[1]}]", "m: damaged (a tie between columns)." },
        { "statistics.ties=[{\"leader\":0,\"follower\":1,\"keys\":[2,1],\"values\":[1,2]}]", "m: damaged (a tie between columns)." },
    };

    [Theory, MemberData(nameof(Tampered))]
    public void Manifests_that_contradict_the_tensors_or_themselves_are_refused(string change, string message)
    {
        string path = Rewrite(json => Changed(json, change));
        Assert.Equal(message, Sample.Message<ModelFileException>(() => Load(path)));
    }

    [Fact]
    public void Manifests_that_are_none_are_one_line()
    {
        foreach (string json in new[] { "null", "{}", "[", "{\"format_version\":1}", "{\"code\":\"rm\"}" })
        {
            string message = Sample.Message<ModelFileException>(() => Load(Rewrite(_ => json)));
            Assert.StartsWith("m: damaged (", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
        string unknown = Sample.Message<ModelFileException>(() => Load(Rewrite(j => j.ToJsonString()[..^1] + ",\"code\":\"rm\"}")));
        Assert.Contains("'code'", unknown, StringComparison.Ordinal);
        string schema = Sample.Message<ModelFileException>(() => Load(Rewrite(j =>
        {
            j["schema"] = "{";
            return j.ToJsonString();
        })));
        Assert.StartsWith("m: damaged (m, line 1", schema, StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_safetensors_files_are_named()
    {
        string path = Path.Combine(folder, "m");
        File.WriteAllBytes(path, SafeTensorsTests.File("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4));
        Assert.Equal("m: a safetensors file, but not written by redress (it has no 'redress' metadata).", Sample.Message<ModelFileException>(() => Load(path)));
        File.WriteAllText(path, "a,b\n1,2\n");
        Assert.Equal("m: looks like text; a .safetensors file is expected.", Sample.Message<ModelFileException>(() => Load(path)));
        using (var stream = File.Create(path)) new LinearStep().Prepare(new(Model()), new Rng(1)).Save(stream);
        Assert.Equal("m: holds a preparation, not a classifier.", Sample.Message<ModelFileException>(() => Load(path)));
    }

    [Fact]
    public void Weights_that_were_changed_do_not_match_the_fingerprint()
    {
        string path = Save(Model());
        byte[] bytes = File.ReadAllBytes(path);
        bytes[8 + (int)BitConverter.ToUInt64(bytes)] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Equal("m: damaged (its content does not match its fingerprint).", Sample.Message<ModelFileException>(() => Load(path)));
    }

    [Fact]
    public void Preparations_are_of_one_model_and_damage_is_one_line()
    {
        var schema = new Schema([Feature.Numeric("a", Change.Any)], "y", "yes");
        var rows = Sample.Table(schema, [[1], [2]]);
        RecourseTask Task(string fingerprint) => new(new DelegateModel(schema, (t, _) => new double[t.Rows], fingerprint), rows);
        using var file = new MemoryStream();
        new ActionableRecourse().Prepare(Task("v1"), new Rng(1)).Save(file);
        IRecourseFinder Read(string fingerprint)
        {
            file.Position = 0;
            return MethodCatalog.Load(file, "p", Task(fingerprint), new Rng(1));
        }
        Assert.Equal("actionable-recourse", Read("v1").Info.Slug);
        Assert.Equal("p: prepared for another model (v1, this one is v2); prepare again.", Sample.Message<ModelFileException>(() => Read("v2")));
        Assert.Equal("p: prepared for another model (v1, this one is 0123456789ab…); prepare again.", Sample.Message<ModelFileException>(() => Read("0123456789abcdef")));
        using var model = File.OpenRead(Save(Model()));
        Assert.Equal("p: holds a classifier, not a preparation.", Sample.Message<ModelFileException>(() => MethodCatalog.Load(model, "p", Task("v1"), new Rng(1))));

        string Damaged(string method, string options)
        {
            var metadata = new Dictionary<string, string> { ["redress.kind"] = "preparation", ["redress.method"] = method, ["redress.options"] = options, ["redress.model"] = "v1", ["redress.columns"] = schema.ColumnsFingerprint };
            using var damaged = new MemoryStream();
            SafeTensors.Write(damaged, metadata, []);
            damaged.Position = 0;
            return Sample.Message<ModelFileException>(() => MethodCatalog.Load(damaged, "p", Task("v1"), new Rng(1)));
        }
        Assert.Equal("p: damaged (Method 'magic' is not known; there are gradient, linear-step, actionable-recourse, score-matching, vanilla-cf, roar, rbr, growing-spheres, nearest-neighbour, face, cchvae, revise, cruds, tap, counternet, rocoursenet, cf-model, vae-cf.)", Damaged("magic", "{}"));
        Assert.StartsWith("p: damaged (Options of 'actionable-recourse': 'spell' is no option", Damaged("actionable-recourse", "{\"spell\":1}"), StringComparison.Ordinal);
    }

    private static NetworkModel Model() => Sample.Linear(Sample.Table(
        new Schema([Feature.Numeric("a", Change.Any), Feature.Categorical("c", ["u", "v"])], "y", "yes"), [[1, 0], [2, 1], [4, 1]]), [1, 2, 3], 0.5f);

    private string Save(NetworkModel model)
    {
        string path = Path.Combine(folder, "m");
        ModelFile.Save(model, path);
        return path;
    }

    private static NetworkModel Load(string path) => ModelFile.Load(path);

    private static string Changed(JsonObject json, string change)
    {
        string[] parts = change.Split('=', 2);
        string[] steps = parts[0].Split('.');
        JsonNode node = json;
        foreach (string step in steps[..^1]) node = int.TryParse(step, out int i) ? node[i]! : node[step]!;
        if (int.TryParse(steps[^1], out int last)) node[last] = JsonNode.Parse(parts[1]);
        else node[steps[^1]] = JsonNode.Parse(parts[1]);
        return json.ToJsonString();
    }

    private string Rewrite(Func<JsonObject, string> change, NetworkModel? model = null)
    {
        string path = Save(model ?? Model());
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        var (metadata, tensors) = SafeTensors.Read(stream, "m");
        var changed = metadata.ToDictionary(m => m.Key, m => m.Key == "redress" ? change(JsonNode.Parse(m.Value)!.AsObject()) : m.Value);
        using var to = File.Create(path);
        SafeTensors.Write(to, changed, [.. tensors.Values]);
        return path;
    }
}
