using System.Text.Json.Nodes;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tests.Training;

namespace Redress.Tests.Models;

public sealed class MulticlassModelTests : IDisposable
{
    private static readonly Table People = ThreeClasses.Rows(120, 77);

    private readonly string folder = Directory.CreateTempSubdirectory("redress-multi").FullName;

    private string At => Path.Combine(folder, "m");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_view_scores_the_margin_of_its_class()
    {
        var model = ThreeClasses.Model;
        double[] scores = ScoresOf(model, People);
        int[] predicted = model.Predict(People);
        for (int c = 0; c < 3; c++)
        {
            var view = model.For(model.Classes[c]);
            Assert.Equal([$"not {model.Classes[c]}", model.Classes[c]], view.Classes);
            Assert.Equal((0.0, ScoreKind.Logit, model.Classes[c]), (view.Threshold, view.ScoreKind, view.Schema.Favourable));
            double[] margins = Scores.Favourable(view, People);
            for (int i = 0; i < People.Rows; i++)
            {
                var z = scores.AsSpan(3 * i, 3).ToArray();
                Assert.Equal(z[c] - z.Where((_, k) => k != c).Max(), margins[i]);
                Assert.Equal(predicted[i] == c, margins[i] >= 0);
                // Its company changes nobody's score.
                if (i < 5) Assert.Equal(margins[i], Scores.Favourable(view, People.Slice(i, 1))[0]);
            }
            var (encoded, logits) = (new float[People.Rows * model.Encoding.Width], new float[People.Rows]);
            model.Encoding.Encode(People, 0, People.Rows, encoded);
            ((IEncodedClassifier)view).Logits(encoded, People.Rows, logits);
            Assert.Equal(margins.Select(m => (float)m), logits);
        }
        Assert.Equal(3, model.Classes.Select(c => model.For(c).Fingerprint).Append(model.For("low").Fingerprint).Distinct().Count());
        Assert.Equal("'best' is no class of 'grade'; there are 'low', 'high', 'mid'.", Sample.Message<OptionsException>(() => model.For("best")));
        Assert.Equal("Scores are 120 × 2; 120 people need 120 × 3. (Parameter 'scores')", Sample.Message<ArgumentException>(() => { model.Score(People, new(new double[240], 120, 2)); return null; }));
        Assert.Equal("Scores are 120 × 3; 120 people need 120 × 2. (Parameter 'scores')", Sample.Message<ArgumentException>(() => { model.For("low").Score(People, new(new double[360], 120, 3)); return null; }));
    }

    [Fact]
    public void The_packed_generator_writes_what_training_sees()
    {
        var model = ThreeClasses.Model;
        using var scope = TensorScope.Open();
        var encoded = new float[People.Rows * 7];
        model.Encoding.Encode(People, 0, People.Rows, encoded);
        var x = Tensor.From(People.Rows, 7, encoded);
        for (int c = 0; c < 3; c++)
        {
            var told = Tensor.From(People.Rows, 3, [.. Enumerable.Range(0, People.Rows * 3).Select(i => i % 3 == c ? 1f : 0f)]);
            var written = new float[encoded.Length];
            model.Write(x, c, written);
            Assert.Equal(model.Generator!.Forward(model.Parts.Network, model.Generator.Network, x, null, told).Logits.Values.ToArray(), written);
            model.Generator.Harden(written, encoded);
            Assert.Equal(model.Generator.Hard(model.Parts.Network, x, told).Values.ToArray(), written);
        }
    }

    [Fact]
    public void A_model_comes_back_bit_for_bit()
    {
        var model = ThreeClasses.Model;
        ModelFile.Save(model, At);
        var read = ModelFile.LoadMulticlass(At);
        Assert.Equal((model.Fingerprint, model.GeneratorSlug), (read.Fingerprint, read.GeneratorSlug));
        Assert.Equal(model.Classes, read.Classes);
        Assert.Equal(ScoresOf(model, People), ScoresOf(read, People));
        Assert.Equal(model.Training.Epochs.Select(e => e.ValidationF1), read.Training.Epochs.Select(e => e.ValidationF1));
        string Found(MulticlassModel m) => string.Join('\n', new CounterNet().Prepare(new(m.For("mid")), new Rng(1)).Find(new(People), new Rng(1)).Records);
        Assert.Equal(Found(model), Found(read));
        Assert.Equal("m: holds a multi-class classifier; recourse, evaluate, robustness, score and inspect work on one, and nothing else does.", Sample.Message<ModelFileException>(() => ModelFile.Load(At)));
        ModelFile.Save(Sample.Linear(Sample.Table(ThreeClasses.Schema, [[0, 1, 0, 0], [1, 0, 1, 1], [0.5, 0.5, 2, 0]]), [1, 1, 0, 0, 0, 0, 0], 0), At);
        Assert.Equal("m: holds a classifier, not a multi-class classifier.", Sample.Message<ModelFileException>(() => ModelFile.LoadMulticlass(At)));
    }

    public static TheoryData<string, string> Damage => new()
    {
        { "architecture.sizes=[7,24,12,12,2]", "m: damaged (tensor 'network.3.weight' is missing or not 12 × 2)." },
        { "architecture.sizes=[7,24,12,12,2000000]", "m: damaged (layer sizes 7, 24, 12, 12, 2000000)." },
        { "threshold=0.5", "m: damaged (A multi-class model predicts the likeliest class; it has no threshold and no certificates. (Parameter 'parts'))" },
        { "generator.shape.encoder_layers=1", "m: damaged (the generator's layer sizes 27, 24, 7; it reads 39 columns and writes 7)." },
        { "generator.shape.slug=\"rocoursenet\"", "m: damaged (its content does not match its fingerprint)." },
        { "fingerprint=\"00\"", "m: damaged (its content does not match its fingerprint)." },
    };

    [Theory, MemberData(nameof(Damage))]
    public void Files_that_contradict_themselves_are_refused(string change, string message)
    {
        string[] parts = change.Split('=', 2);
        string[] steps = parts[0].Split('.');
        Assert.Equal(message, Refused(json =>
        {
            JsonNode node = json;
            foreach (string step in steps[..^1]) node = node[step]!;
            node[steps[^1]] = JsonNode.Parse(parts[1]);
        }));
    }

    [Fact]
    public void Classes_that_are_not_the_outputs_are_refused()
    {
        void Classes(JsonObject json, string classes) => json["schema"] = ((string)json["schema"]!).Replace("\"classes\": [\n      \"low\",\n      \"high\",\n      \"mid\"\n    ]", classes, StringComparison.Ordinal);
        Assert.Equal("m: damaged (its content does not match its fingerprint).", Refused(j => Classes(j, """ "classes": ["low", "high", "middle"] """)));
        Assert.Equal("m: damaged (The network maps 7 inputs to 3 outputs; the encoding has 7 columns and the schema 2 classes. (Parameter 'parts'))", Refused(j => Classes(j, """ "classes": ["low", "high"] """)));
        Assert.Equal("m: damaged (The schema declares no classes; a multi-class model has one output for each. (Parameter 'parts'))", Refused(j => Classes(j, """ "classes": null """)));
        Assert.Equal("m: damaged (The network maps 7 inputs to 3 outputs; the encoding has 7 columns and a classifier one logit. (Parameter 'network'))", Refused(_ => { }, "classifier"));
    }

    private string Refused(Action<JsonObject> change, string kind = ModelFile.MulticlassKind)
    {
        ModelFile.Save(ThreeClasses.Model, At);
        using var stream = new MemoryStream(File.ReadAllBytes(At));
        var (metadata, tensors) = SafeTensors.Read(stream, "m");
        var json = JsonNode.Parse(metadata["redress"])!.AsObject();
        change(json);
        using (var to = File.Create(At)) SafeTensors.Write(to, new Dictionary<string, string> { [ModelFile.KindKey] = kind, ["redress"] = json.ToJsonString() }, [.. tensors.Values]);
        return Sample.Message<ModelFileException>(() => kind == ModelFile.MulticlassKind ? ModelFile.LoadMulticlass(At) : ModelFile.Load(At));
    }

    private static double[] ScoresOf(MulticlassModel model, Table people)
    {
        var scores = new double[people.Rows * 3];
        model.Score(people, new(scores, people.Rows, 3));
        return scores;
    }
}
