using System.Text.Json.Nodes;
using Redress.Data;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tests.Training;
using Redress.Training;

namespace Redress.Tests.Models;

/// <summary>Forests as files: bit for bit there and back, and nothing that was tampered with is read.</summary>
public sealed class ForestFileTests : IDisposable
{
    private const string Name = "forest.safetensors";
    private readonly string folder = Directory.CreateTempSubdirectory("redress").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(Calibration.None)]
    [InlineData(Calibration.Isotonic)]
    [InlineData(Calibration.Sigmoid)]
    public void A_forest_comes_back_bit_for_bit(Calibration calibration)
    {
        var model = Model(calibration);
        var certified = model.Certified(new(model.Fingerprint, "growing-spheres", "{}", "f", "{}", "lattice-1", 3, 0.05, 0.1, 100, 2, 0.25, 0.125));
        ModelFile.Save(certified, At);
        var read = ModelFile.LoadForest(At);
        Assert.Equal((certified.Fingerprint, 0.125, certified.OutOfBag, certified.Trees, certified.Nodes), (read.Fingerprint, read.Threshold, read.OutOfBag, read.Trees, read.Nodes));
        Assert.Equal(certified.Certificates, read.Certificates);
        Assert.Equal(certified.Training.Settings, read.Training.Settings);
        Assert.Equal(certified.Training.Keys.Train, read.Training.Keys.Train);
        var people = Sample.Random(model.Schema, 300, 9);
        Assert.Equal(Scores.Favourable(certified, people), Scores.Favourable(read, people));
        Assert.IsType<ForestModel>(ModelFile.LoadTrained(At));
        Assert.Equal($"{Name}: holds a forest, not a classifier.", Sample.Message<ModelFileException>(() => ModelFile.Load(At)));
    }

    [Fact]
    public void Thresholds_and_certificates_stand_outside_the_fingerprint_and_trees_in_it()
    {
        var model = Model(Calibration.None);
        Assert.Equal(model.Fingerprint, model.With(0.9, []).Fingerprint);
        Assert.Equal("The certificate is of another model. (Parameter 'certificate')", Sample.Message<ArgumentException>(() => model.Certified(new("x", "m", "{}", "f", "{}", "r", 1, 0.1, 0.1, 9, 1, 0, 0))));
        var people = Sample.Random(model.Schema, 1, 9);
        Assert.Equal("Scores are 1 × 3; 1 people need 1 × 2. (Parameter 'scores')", Sample.Message<ArgumentException>(() => { model.Score(people, new Span2D(new double[3], 1, 3)); return null; }));
    }

    public static TheoryData<string, string> Tampered => new()
    {
        { "child beyond", "damaged (tree 0, node 0: its first child is node 4000000000 of N)." },
        { "child last", "damaged (tree 0, node 0: its first child is node LAST of N)." },
        { "child back", "damaged (tree 0, node 1: its first child is node 1 of N)." },
        { "child twice", "damaged (tree 0, node 1: its first child is node 2 of N)." },
        { "column", "damaged (tree 0, node 0: it asks column 5 of 5)." },
        { "threshold", "damaged (tree 0, node 0: its threshold is NaN)." },
        { "leaf", "damaged (tree 0, node LEAF: a leaf of probability 1.5 and column 0)." },
        { "leaf NaN", "damaged (tree 0, node LEAF: a leaf of probability NaN and column 0)." },
        { "leaf column", "damaged (tree 0, node LEAF: a leaf of probability P and column 1)." },
        { "orphan", "damaged (tree 0, node 1: no node before it is its parent)." },
        { "count", "damaged (a tree of 0 nodes)." },
        { "huge count", "damaged (a tree of 18446744073709551615 nodes)." },
        { "isotonic order", "damaged (the isotonic calibration of fold 1)." },
        { "isotonic range", "damaged (the isotonic calibration of fold 1)." },
        { "isotonic length", "damaged (the isotonic calibration of fold 1)." },
        { "missing", "damaged (tensor 'forest.values' is missing or no list of F32)." },
        { "type", "damaged (tensor 'forest.children' is missing or no list of U32)." },
        { "content", "damaged (its content does not match its fingerprint)." },
    };

    [Theory, MemberData(nameof(Tampered))]
    public void What_was_tampered_with_is_refused(string how, string message)
    {
        var model = Model(Calibration.Isotonic);
        ModelFile.Save(model, At);
        var (metadata, tensors) = Read();
        ulong[] counts = tensors["forest.nodes"].Numbers();
        var (columns, children, values) = (tensors["forest.columns"].Shorts(), tensors["forest.children"].Integers(), tensors["forest.values"].Floats());
        var (from, to) = (tensors["calibration.1.from"].Doubles(), tensors["calibration.1.to"].Doubles());
        int leaf = Array.IndexOf(children, 0u), nodes = (int)counts[0];
        string probability = Invariant($"{values[leaf]}");
        switch (how)
        {
            case "child beyond": children[0] = 4_000_000_000; break;
            case "child last": children[0] = (uint)nodes - 1; break;
            case "child back": children[1] = 1; break;
            case "child twice": children[1] = 2; break;
            case "column": columns[0] = 5; break;
            case "threshold": values[0] = float.NaN; break;
            case "leaf": values[leaf] = 1.5f; break;
            case "leaf NaN": values[leaf] = float.NaN; break;
            case "leaf column": columns[leaf] = 1; break;
            case "orphan": (children[0], columns[0], values[0]) = (0, 0, 0.5f); break;
            case "count": counts[0] = 0; break;
            case "huge count": counts[0] = ulong.MaxValue; break;
            case "isotonic order": from[0] = 2; break;
            case "isotonic range": to[^1] = 1.25; break;
            case "isotonic length": to = to[1..]; break;
            case "missing": tensors.Remove("forest.values"); break;
            case "content": values[leaf] = values[leaf] == 0.25f ? 0.5f : 0.25f; break;
        }
        tensors["forest.nodes"] = StoredTensor.Of("forest.nodes", counts);
        tensors["forest.columns"] = StoredTensor.Of("forest.columns", columns);
        tensors["forest.children"] = how == "type" ? StoredTensor.Of("forest.children", [children.Length], new float[children.Length]) : StoredTensor.Of("forest.children", children);
        if (how != "missing") tensors["forest.values"] = StoredTensor.Of("forest.values", [values.Length], values);
        tensors["calibration.1.from"] = StoredTensor.Of("calibration.1.from", [from.Length], from);
        tensors["calibration.1.to"] = StoredTensor.Of("calibration.1.to", [to.Length], to);
        Write(metadata, tensors);
        string expected = message.Replace("LAST", Invariant($"{nodes - 1}"), StringComparison.Ordinal).Replace("LEAF", Invariant($"{leaf}"), StringComparison.Ordinal)
            .Replace("of N)", Invariant($"of {nodes})"), StringComparison.Ordinal).Replace("probability P", $"probability {probability}", StringComparison.Ordinal);
        Assert.Equal($"{Name}: {expected}", Sample.Message<ModelFileException>(() => ModelFile.LoadForest(At)));
    }

    [Theory]
    [InlineData("shape", "{\"trees\":[3,2],\"calibration\":\"Isotonic\"}", "damaged (6 trees of NODES nodes; the manifest says 5, and the tensors hold NODES columns, NODES children and NODES values).")]
    [InlineData("shape", "{\"trees\":[],\"calibration\":\"Isotonic\"}", "damaged (the trees of each fold are ).")]
    [InlineData("shape", "{\"trees\":[0,6],\"calibration\":\"Isotonic\"}", "damaged (the trees of each fold are 0, 6).")]
    [InlineData("shape", "{\"trees\":[3,3],\"calibration\":7}", "damaged (the calibration 7).")]
    [InlineData("shape", "{\"trees\":[3,3],\"calibration\":\"Sigmoid\"}", "damaged (tensor 'calibration.0.sigmoid' is missing or no list of F64).")]
    [InlineData("out_of_bag", "2", "damaged (the out-of-bag accuracy is 2).")]
    [InlineData("threshold", "\"NaN\"", "damaged (the threshold is NaN).")]
    [InlineData("format_version", "9", "forest format 9; this program reads 1.")]
    public void A_manifest_that_does_not_fit_is_refused(string key, string json, string message)
    {
        var model = Model(Calibration.Isotonic);
        ModelFile.Save(model, At);
        var (metadata, tensors) = Read();
        var manifest = JsonNode.Parse(metadata["redress"])!.AsObject();
        manifest[key] = JsonNode.Parse(json);
        metadata["redress"] = manifest.ToJsonString();
        Write(metadata, tensors);
        Assert.Equal($"{Name}: {message.Replace("NODES", Invariant($"{model.Nodes}"), StringComparison.Ordinal)}", Sample.Message<ModelFileException>(() => ModelFile.LoadForest(At)));
    }

    [Fact]
    public void A_sigmoid_that_is_no_number_is_refused()
    {
        ModelFile.Save(Model(Calibration.Sigmoid), At);
        var (metadata, tensors) = Read();
        tensors["calibration.1.sigmoid"] = StoredTensor.Of("calibration.1.sigmoid", [2], (double[])[1, double.NaN]);
        Write(metadata, tensors);
        Assert.Equal($"{Name}: damaged (the sigmoid calibration of fold 1).", Sample.Message<ModelFileException>(() => ModelFile.LoadForest(At)));
    }

    [Fact]
    public void Methods_that_need_gradients_refuse_a_forest_by_name_and_others_find_recourse()
    {
        var data = ForestTrainerTests.Rows(300, 3);
        var model = ForestTrainer.Train(data, new(Trees: 15, MinSamplesLeaf: 10, Threshold: new(0.5)), 1);
        Assert.Equal("Method 'gradient' needs gradients, and the model gives scores only; methods without that need run on any model.",
            Sample.Message<OptionsException>(() => new Gradient().Prepare(new(model), new Rng(1))));
        foreach (var method in MethodCatalog.All.Where(m => (m.Info.Needs & (Needs.Gradients | Needs.Generator | Needs.Autoencoder)) == 0))
        {
            var batch = method.Create(null).Prepare(new(model, data.Train), new Rng(1)).Find(new(data.Validation), new Rng(1));
            foreach (var record in batch.Records.Where(r => r.Outcome == Outcome.Found)) Assert.True(record.Answers[0].Score >= 0.5, method.Info.Slug);
            if (method.Info.Slug is "growing-spheres" or "nearest-neighbour") Assert.NotEqual(0, batch.Count(Outcome.Found));
        }
    }

    [Fact]
    public void A_certificate_of_a_forest_holds_in_probabilities()
    {
        var data = ForestTrainerTests.Rows(300, 3);
        var model = ForestTrainer.Train(data, new(Trees: 15, MinSamplesLeaf: 10, Threshold: new(0.9)), 1);
        var rows = Sample.Random(model.Schema, 120, 77);
        var finder = MethodCatalog.Get("growing-spheres").Create(null).Prepare(new(model), new Rng(1));
        var certificate = Pare.Certify(model, finder, rows, 0.2, 0.1, new Rng(1));
        Assert.InRange(certificate.Bound, 0, 1);
        double[] best = finder.HighestScores(new(rows, new(model.Schema, model.Statistics)), new Rng(1));
        Assert.True(best.Count(s => s < certificate.Bound) <= certificate.AllowedFailures);
        Assert.Equal(Math.Min(0.9, certificate.Bound), ((ICertifiableModel)model).Certified(certificate).Threshold);
    }

    [Fact]
    public void A_forest_is_trained_again_by_its_own_recipe()
    {
        var data = ForestTrainerTests.Rows(150, 5);
        var options = new ForestOptions(Trees: 4, MaxDepth: 3, Balanced: false, Calibration: Calibration.Sigmoid, Folds: 2);
        ICertifiableModel model = ForestTrainer.Train(data, options, 1);
        Assert.Equal(model.Fingerprint, Retraining.Again(model, data, 1).Fingerprint);
        var again = Assert.IsType<ForestModel>(Retraining.Again(model, data, 2));
        Assert.Equal((model.Training.Settings, 8), (again.Training.Settings, again.Trees));
        Assert.NotEqual(model.Fingerprint, again.Fingerprint);
        Assert.Empty(Retraining.Problems(model, data));
        var broken = new ForestModel(model.Schema, model.Encoding, model.Statistics, [.. again.Members], 0.5, model.Training with { Settings = (options with { Trees = 0 }).Json }, null);
        Assert.Equal("The model cannot be trained again: Trees is 0; must be 1 to 10000.", Sample.Message<ModelFileException>(() => Retraining.Again(broken, data, 1)));
    }

    private string At => Path.Combine(folder, Name);

    private static ForestModel Model(Calibration calibration) => ForestTrainer.Train(ForestTrainerTests.Rows(120, 7), new(Trees: 3, Calibration: calibration, Folds: 2), 4);

    private (Dictionary<string, string> Metadata, Dictionary<string, StoredTensor> Tensors) Read()
    {
        using var stream = File.OpenRead(At);
        var (metadata, tensors) = SafeTensors.Read(stream, Name);
        return (metadata.ToDictionary(), tensors.ToDictionary());
    }

    private void Write(Dictionary<string, string> metadata, Dictionary<string, StoredTensor> tensors)
    {
        using var stream = File.Create(At);
        SafeTensors.Write(stream, metadata, [.. tensors.Values]);
    }
}
