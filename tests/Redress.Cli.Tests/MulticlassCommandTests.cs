using Redress.Models;

namespace Redress.Cli.Tests;

/// <summary>A model of three classes, from rows to recourse, by the commands alone.</summary>
public sealed class MulticlassCommandTests : IDisposable
{
    private const string Small = "--hidden 24,12,12 --activation leaky-relu --dropout 0 --epochs 25 --batch 64 --learning-rate 0.01 --scaling min-max --generator 24 --validity-weight 1 --proximity-weight 0.02 --seed 3";

    private readonly string folder = Directory.CreateTempSubdirectory("redress-grades-").FullName;

    public MulticlassCommandTests()
    {
        File.WriteAllText(Schema, """
            {
              "target": { "column": "grade", "favourable": "high", "classes": ["low", "high", "mid"] },
              "columns": {
                "income": { "change": "any" }, "debt": { "change": "any" }, "job": { "type": "categorical", "values": ["a", "b"], "change": "any" },
                "born": { "type": "categorical", "values": ["here", "there"] }
              }
            }
            """);
        var rng = new Tensors.Rng(5);
        File.WriteAllLines(People, Enumerable.Range(0, 500).Select(_ =>
        {
            double income = rng.NextDouble(), debt = rng.NextDouble();
            int job = rng.NextInt(2);
            string grade = debt > 0.6 ? "mid" : income + 0.1 * job > 0.5 ? "high" : "low";
            return Invariant($"{income:R},{debt:R},{(job == 0 ? "a" : "b")},{(rng.NextInt(2) == 0 ? "here" : "there")},{grade}");
        }).Prepend("income,debt,job,born,grade"));
    }

    private string Schema => At("schema.json");

    private string People => At("people.csv");

    private string Model => At("model.safetensors");

    private string At(string name) => Path.Combine(folder, name);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_of_three_classes_goes_from_rows_to_recourse()
    {
        string trained = CliRun.Line("train {0} --schema {1} --out {2} --objective counternet " + Small, People, Schema, Model).Is(Exit.Done).Out;
        Assert.Matches(@"^300 training, 76 validation, 73 calibration and 51 test rows; of the training rows \d+(\.\d+)? ?% low, \d+(\.\d+)? ?% high, \d+(\.\d+)? ?% mid\.\n", trained.Replace("\n51 test", " 51 test", StringComparison.Ordinal));
        Assert.Contains("Best epoch 25 of 25. The likeliest of 3 classes is predicted.\n", trained, StringComparison.Ordinal);
        Assert.Matches(@"rows +accuracy +mean F1 +F1 of low +F1 of high +F1 of mid", trained);

        string inspected = CliRun.Of("inspect", Model).Is(Exit.Done).Out;
        Assert.Contains("Target grade, classes low, high, mid; the likeliest is predicted, and high is favourable.\n", inspected, StringComparison.Ordinal);
        Assert.Contains("and last, and the desired class, copies born.", inspected.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.DoesNotContain("certif", inspected, StringComparison.Ordinal);
        Assert.Equal(["low", "high", "mid"], CliRun.Of("inspect", Model, "--json").Is(Exit.Done).Json().GetProperty("classes").EnumerateArray().Select(c => c.GetString()));

        string[] scored = CliRun.Of("score", Model, People).Is(Exit.Done).Out.TrimEnd('\n').Split('\n');
        Assert.Equal("person_id,class,probability low,probability high,probability mid,problem", scored[0]);
        string[] grades = [.. File.ReadLines(People).Skip(1).Select(l => l.Split(',')[^1])], likeliest = [.. scored.Skip(1).Select(l => l.Split(',')[1])];
        Assert.InRange(grades.Zip(likeliest).Count(p => p.First == p.Second), 450, 500);
        foreach (string[] cells in scored.Skip(1).Select(l => l.Split(',')))
        {
            double[] p = [.. cells[2..5].Select(c => double.Parse(c, System.Globalization.CultureInfo.InvariantCulture))];
            Assert.Equal(1, p.Sum(), 1e-9);
            Assert.Equal(new[] { "low", "high", "mid" }[Array.IndexOf(p, p.Max())], cells[1]);
        }

        foreach (string wanted in new[] { "low", "high", "mid" })
        {
            string to = At($"{wanted}.ndjson");
            var json = CliRun.Line($"recourse {{0}} {{1}} --desired class:{wanted} --out {{2}} --json", Model, People, to).Is(Exit.Done).Json();
            Assert.Equal(("counternet", $"class:{wanted}"), (json.GetProperty("run").GetProperty("method").GetString(), json.GetProperty("run").GetProperty("desired").GetString()));
            Assert.Equal(likeliest.Count(l => l == wanted), json.GetProperty("outcomes").GetProperty("already_desired").GetInt32());
            Assert.True(json.GetProperty("share").GetDouble() > 0.8, json.ToString());
        }
        CliRun.Line("recourse {0} {1} --desired class:low --method growing-spheres --limit 20 --out {2}", Model, People, At("spheres.ndjson")).Is(Exit.Done);
        Assert.Contains("accepted or have recourse by nearest-neighbour", CliRun.Line("recourse {0} {1} --method nearest-neighbour --training {1} --limit 40 --out {2}", Model, People, At("near.ndjson")).Is(Exit.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Recourse_to_a_class_is_measured_and_judged_by_models_of_other_rows()
    {
        CliRun.Line("train {0} --schema {1} --out {2} --objective rocoursenet --shift-steps 2 " + Small, People, Schema, Model).Is(Exit.Done);
        var run = CliRun.Line("robustness {0} {1} --bootstrap 2 --desired class:mid --method rocoursenet,growing-spheres", Model, People).Is(Exit.Done);
        Assert.Matches(@"^\d+ of 51 people are predicted another class than 'mid'\.\n\n trained again on +rows +validation F1 +accuracy\n", run.Out);
        Assert.Contains("rocoursenet: mean distance ", run.Out, StringComparison.Ordinal);

        // Tomorrow's rows, as a file, and the model of them that somebody else trained by the same recipe, in parts of the same shares: 300, 76, 73 and 51 of 500.
        string later = At("later.csv"), other = At("later.safetensors");
        File.WriteAllLines(later, [.. File.ReadLines(People).Take(1), .. File.ReadLines(People).Skip(1).Reverse().Take(400)]);
        CliRun.Line("train {0} --schema {1} --out {2} --objective rocoursenet --shift-steps 2 --split 60/15.2/14.6/10.2 " + Small, later, Schema, other).Is(Exit.Done);
        foreach (string wanted in new[] { "low", "high", "mid" })
        {
            var json = CliRun.Line($"robustness {{0}} {{1}} --shifted {{2}} --desired class:{wanted} --method rocoursenet --seed 3 --json", Model, People, later).Is(Exit.Done).Json();
            var (told, model) = (json.GetProperty("methods")[0], json.GetProperty("models")[0]);
            Assert.Equal((wanted, 239), (json.GetProperty("desired").GetString(), model.GetProperty("train").GetInt32()));
            Assert.Equal(ModelFile.LoadMulticlass(Model).For(wanted).Fingerprint, json.GetProperty("model").GetString());
            Assert.InRange(told.GetProperty("recourses").GetInt32(), 1, told.GetProperty("rejected").GetInt32());
            Assert.InRange(told.GetProperty("all").GetProperty("share").GetDouble(), 0.5, 1);

            // The other model has that recipe and seed: evaluate judges by it as robustness did.
            var evaluated = CliRun.Line($"evaluate {{0}} {{1}} --shifted-model {{2}} --desired class:{wanted} --seed 3 --metrics recourse-neg,encoded-l1,robust-validity --json", Model, People, other).Is(Exit.Done).Json();
            double Figure(string metric) => evaluated.GetProperty("figures").EnumerateArray().First(f => f.GetProperty("metric").GetString() == metric).GetProperty("value").GetDouble();
            Assert.Equal((wanted, "rocoursenet"), (evaluated.GetProperty("desired").GetString(), evaluated.GetProperty("method").GetString()));
            Assert.Equal((double)told.GetProperty("recourses").GetInt32() / told.GetProperty("rejected").GetInt32(), Figure("recourse-neg"), 1e-12);
            Assert.Equal(told.GetProperty("encoded_l1").GetDouble(), Figure("encoded-l1"), 1e-12);
            Assert.Equal(told.GetProperty("all").GetProperty("share").GetDouble(), Figure("robust-validity"), 1e-12);
        }
        Assert.Contains("people, recourse to class 'high' by rocoursenet\n", CliRun.Line("evaluate {0} {1}", Model, People).Is(Exit.Done).Out, StringComparison.Ordinal);
        File.WriteAllLines(later, File.ReadLines(People).Where(l => !l.EndsWith(",mid", StringComparison.Ordinal)));
        Assert.Equal(
            "error: later.csv: Class 'mid' of 'grade' has no training row; it needs at least 2.\nerror: later.csv: Class 'mid' of 'grade' has no validation row; it needs at least 1.\n",
            CliRun.Line("robustness {0} {1} --shifted {2}", Model, People, later).Is(Exit.BadInput).Error.Split('\n', 2)[1]);
    }

    [Fact]
    public void A_desired_class_is_one_of_several()
    {
        CliRun.Line("train {0} --schema {1} --out {2} --objective rocoursenet --hidden 4,4 --epochs 1", People, Schema, Model).Is(Exit.Done);
        CliRun.Line("train {0} --schema {1} --out {2} --objective standard --hidden 4 --epochs 1", People, Schema, At("one.safetensors")).Is(Exit.Done);
        string Refused(string line) => CliRun.Line(line, Model, People, At("one.safetensors")).Is(Exit.BadUsage).Error;
        foreach (string line in new[] { "evaluate {0} {1}", "robustness {0} {1} --bootstrap 2" })
        {
            Assert.Equal("error: --desired is 'favourable'; must be class:NAME.\n", Refused(line + " --desired favourable"));
            Assert.Equal("error: 'best' is no class of 'grade'; there are 'low', 'high', 'mid'.\n", Refused(line + " --desired class:best"));
            Assert.Equal("error: --desired chooses among several classes, and one.safetensors was trained on one outcome; people are asked to reach it.\n", Refused(line.Replace("{0}", "{2}", StringComparison.Ordinal) + " --desired class:low"));
        }
        Assert.Equal("error: one.safetensors: holds a classifier, not a multi-class classifier.\n", CliRun.Line("evaluate {0} {1} --shifted-model {2}", Model, People, At("one.safetensors")).Is(Exit.BadInput).Error.Split('\n', 2)[^1]);
    }

    [Fact]
    public void What_does_not_work_on_several_classes_says_so()
    {
        CliRun.Line("train {0} --schema {1} --out {2} --objective rocoursenet --hidden 4,4 --epochs 1 --json", People, Schema, Model).Is(Exit.Done);
        string only = "error: model.safetensors: holds a multi-class classifier; recourse, evaluate, robustness, score and inspect work on one, and nothing else does.\n";
        foreach (string line in new[] { "certify {0} {1}", "attack {0} {1}", "prepare {0} --method growing-spheres --out {2}" })
            Assert.Equal(only, CliRun.Line(line, Model, People, At("o")).Is(Exit.BadInput).Error);
        CliRun.Line("recourse {0} {1} --desired class:low --limit 5 --out {2}", Model, People, At("r.ndjson")).Is(Exit.Done);
        Assert.Equal(only, CliRun.Line("verify {0} --model {1}", At("r.ndjson"), Model).Is(Exit.BadInput).Error);
        string Refused(string line) => CliRun.Line(line, Model, People, At("o.ndjson")).Is(Exit.BadUsage).Error;
        Assert.Equal("error: --desired is other-than-predicted, and the model has 3 classes; say class:NAME, with one of 'low', 'high', 'mid'.\n", Refused("recourse {0} {1} --desired other-than-predicted --out {2}"));
        Assert.Equal("error: 'best' is no class of 'grade'; there are 'low', 'high', 'mid'.\n", Refused("recourse {0} {1} --desired class:best --out {2}"));
        Assert.Equal("error: Method 'gradient' needs gradients, and the model gives scores only; methods without that need run on any model.\n", Refused("recourse {0} {1} --method gradient --out {2}"));
        Assert.Equal(
            "error: A multi-class model predicts the likeliest class; it has no threshold to choose.\n",
            CliRun.Line("train {0} --schema {1} --out {2} --objective counternet --threshold max-f1 --epochs 1", People, Schema, At("n.safetensors")).Is(Exit.BadUsage).Error);
    }

    [Fact]
    public void Other_objectives_and_no_classes_stay_as_they_were()
    {
        CliRun.Line("train {0} --schema {1} --out {2} --objective standard --hidden 4 --epochs 1", People, Schema, Model).Is(Exit.Done);
        Assert.Equal(["not high", "high"], ModelFile.Load(Model).Classes);
    }

    [Fact]
    public void An_outcome_that_is_no_class_is_refused_where_it_stands()
    {
        string[] lines = File.ReadAllLines(People);
        File.WriteAllLines(People, [.. lines[..3], lines[3].Replace(lines[3].Split(',')[^1], "best", StringComparison.Ordinal), .. lines[4..]]);
        Assert.Equal(
            $"error: {People}, line 4, column 'grade': 'best' is none of the schema's classes (low, high, mid)\n",
            CliRun.Line("train {0} --schema {1} --out {2} --objective counternet", People, Schema, Model).Is(Exit.BadInput).Error.Replace("error: people.csv", $"error: {People}", StringComparison.Ordinal));
    }
}
