using Redress.Models;

namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class TrainCommandTests(Workshop workshop)
{
    [Fact]
    public void It_says_what_it_did()
    {
        string model = workshop.Fresh(".safetensors");
        var run = CliRun.Line("train {0} --schema {1} --out {2} " + Workshop.Small, workshop.People, workshop.Schema, model).Is(Exit.Done);
        string[] lines = run.Out.Split('\n');
        Assert.StartsWith("360 training, 90 validation, 90 calibration and 60 test rows; ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" % of the training rows are favourable.", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^Best epoch [1-4] of 4\. Threshold 0\.000 \(probability 0\.500\)\.$", lines[1]);
        Assert.Equal(" rows           f1  accuracy    auc", lines[3]);
        Assert.Matches(@"^ validation  0\.\d{3}     0\.\d{3}  0\.\d{3}$", lines[5]);
        Assert.Matches(@"^ test        0\.\d{3}     0\.\d{3}  0\.\d{3}$", lines[6]);
        Assert.Equal($"Wrote {model} (fingerprint {ModelFile.Load(model).Fingerprint[..12]}).", lines[8]);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Json_stands_alone_and_the_same_seed_gives_the_same_model()
    {
        string model = workshop.Fresh(".safetensors");
        var json = CliRun.Line("train {0} --schema {1} --out {2} --threads 1 --json " + Workshop.Small, workshop.People, workshop.Schema, model).Is(Exit.Done).Json();
        Assert.Equal(360, json.GetProperty("train").GetInt32());
        Assert.Equal(ModelFile.Load(workshop.Model).Fingerprint, json.GetProperty("fingerprint").GetString());
        Assert.Equal(["f1", "accuracy", "auc"], json.GetProperty("test_figures").EnumerateArray().Select(f => f.GetProperty("metric").GetString()!));
    }

    [Fact]
    public void Rows_in_the_order_of_time_are_cut_where_they_stand()
    {
        string model = workshop.Fresh(".safetensors");
        CliRun.Line("train {0} --schema {1} --out {2} --split-rule ordered " + Workshop.Small, workshop.People, workshop.Schema, model).Is(Exit.Done);
        var keys = ModelFile.Load(model).Training.Keys;
        var rows = Data.CsvTable.Read(workshop.People, Data.SchemaFile.Load(workshop.Schema), null, needTarget: true, out _);
        ulong[] Keys(int from, int count) => [.. Enumerable.Range(from, count).Select(rows.Key).Order()];
        Assert.Equal(Keys(0, 360), keys.Train);
        Assert.Equal(Keys(540, 60), keys.Test);
    }

    [Fact]
    public void A_model_that_exists_is_refused_before_any_work() => Assert.Equal(
        $"error: '{workshop.Model}' exists; say --force to replace it.\n",
        CliRun.Line("train nowhere.csv --schema nowhere.json --out {0}", workshop.Model).Is(Exit.BadUsage).Error);

    [Fact]
    public void A_folder_that_does_not_exist_is_refused_before_any_work()
    {
        string path = workshop.At("none/model.safetensors");
        Assert.Equal($"error: There is no folder '{workshop.At("none")}' to write 'model.safetensors' to.\n", CliRun.Line("train nowhere.csv --schema nowhere.json --out {0}", path).Is(Exit.BadUsage).Error);
    }

    [Fact]
    public void Everything_wrong_with_the_options_is_said_at_once()
    {
        var run = CliRun.Line("train {0} --schema {1} --out {2} --epochs 0 --batch 0 --dropout 2 --lambda x --learning-rate 0 --threshold 7 --scaling big --split 50/50 --seed -1 --activation swish",
            workshop.People, workshop.Schema, workshop.Fresh(".safetensors")).Is(Exit.BadUsage);
        Assert.Equal(
            """
            error: --activation is 'swish'; must be identity, tanh, relu, leaky-relu, gelu, sigmoid.
            error: Threshold is '7'; must be max-f1 or a probability between 0 and 1.
            error: --scaling is 'big'; must be standardise, min-max, none, range.
            error: Dropout is 2; must be at least 0 and less than 1.
            error: Learning rate is 0; must be more than 0.
            error: Batch size is 0; must be at least 1.
            error: Epochs is 0; must be at least 1.
            error: --seed is '-1'; must be a whole number of 0 or more.
            error: --lambda is 'x'; must be a number.
            error: --split is '50/50'; write four shares of 100, such as 60/15/15/10.

            """.ReplaceLineEndings("\n"), run.Error);
    }

    [Theory]
    [InlineData("--objective standard --lambda 0.5", "--lambda weighs the recourse loss; it goes with --objective recourse.")]
    [InlineData("--hidden none --dropout 0.5", "--dropout is of hidden units; with --hidden none there are none.")]
    [InlineData("--calibration c.csv", "--calibration and --test go with --validation; without it the one file is split.")]
    [InlineData("--validation v.csv --split 60/15/15/10", "--split cuts one file; with --validation the parts are given.")]
    [InlineData("--validation v.csv --split-rule ordered", "--split-rule cuts one file; with --validation the parts are given.")]
    [InlineData("--split-rule late", "--split-rule is 'late'; must be stratified, ordered.")]
    [InlineData("--objective counternet --shift-steps 3", "--shift-steps describes a data shift; it goes with --objective rocoursenet.")]
    [InlineData("--objective standard --generator 8", "--generator describes a generator of recourse; it goes with --objective counternet or rocoursenet.")]
    [InlineData("--objective rocoursenet --generator x", "--generator is 'x'; write sizes such as 50,50.")]
    [InlineData("--objective rocoursenet --shift-epsilon -0.1", "Epsilon of the data shift is -0.1; must be 0 to 1000 in encoded units.")]
    [InlineData("--objective counternet --best validation-f1", "Best is ValidationF1; with a generator of recourse it must be Last.")]
    [InlineData("--objective counternet --threshold max-f1", "Threshold is max-f1; with a generator of recourse it must be 0.5.")]
    [InlineData("--objective counternet --threshold 0.4", "Threshold is 0.4; with a generator of recourse it must be 0.5.")]
    [InlineData("--objective counternet --validity-weight -2", "Validity weight (λ2) is -2; must be 0 or more and finite.")]
    [InlineData("--dataset adult", "A CSV file and --dataset are both given; use one.")]
    [InlineData("--data folder", "--data goes with --dataset.")]
    [InlineData("--objective standard --epsilon 0.1", "--epsilon describes an attack; it goes with --objective adversarial or adversarial-mixed.")]
    [InlineData("--objective recourse --attack-steps 3", "--attack-steps describes an attack; it goes with --objective adversarial or adversarial-mixed.")]
    [InlineData("--objective standard --radius income=2", "--radius describes an attack; it goes with --objective adversarial or adversarial-mixed.")]
    [InlineData("--objective adversarial --attacked-share 0.5", "--attacked-share is of each batch; it goes with --objective adversarial-mixed.")]
    [InlineData("--objective adversarial --lambda 0.5", "--lambda weighs the recourse loss; it goes with --objective recourse.")]
    [InlineData("--objective minimax", "--objective is 'minimax'; must be standard, recourse, adversarial, adversarial-mixed, counternet or rocoursenet.")]
    [InlineData("--objective adversarial --epsilon -1/2", "Epsilon is -0.5; must be 0 to 1000 in encoded units.")]
    [InlineData("--objective adversarial --epsilon 1/0", "--epsilon is '1/0'; must be a number such as 0.1 or a fraction such as 8/255.")]
    [InlineData("--objective adversarial --radius height=1", "There is no feature 'height' to give a radius.")]
    [InlineData("--objective adversarial-mixed --attacked-share 1.5", "The attacked share is 1.5; must be more than 0 and at most 1.")]
    [InlineData("--hidden 4,4,4 --activation relu,gelu", "There are 2 activations for 3 hidden layers; each takes one.")]
    [InlineData("--momentum 0.9", "Momentum is 0.9; it goes with the optimizer Sgd, not Adam.")]
    [InlineData("--optimizer adamw", "--optimizer is 'adamw'; must be adam, sgd, rmsprop.")]
    [InlineData("--schedule step", "--schedule is 'step'; must be constant, cosine.")]
    [InlineData("--best last --patience 3", "Patience is 3; where the last epoch is kept, all are run (0).")]
    [InlineData("--lambda -1", "Lambda is -1; must be at least 0 and finite.")]
    public void No_option_is_ignored(string options, string message) => Assert.Equal(
        $"error: {message}\n", CliRun.Line("train {0} --schema {1} --out {2} " + options, workshop.People, workshop.Schema, workshop.Fresh(".safetensors")).Is(Exit.BadUsage).Error);

    [Theory]
    [InlineData("adversarial --norm l2 --radius income=0.5", "\"norm\":\"L2\",\"features\":\"Numbers\",\"radii\":{\"income\":0.5}},\"attack\":{\"steps\":3,\"step_size\":null,\"random_start\":true,\"restarts\":1},\"share\":1}")]
    [InlineData("adversarial-mixed --include-categories --attack-step-size 1/8", "\"norm\":\"Linf\",\"features\":\"All\",\"radii\":null},\"attack\":{\"steps\":3,\"step_size\":0.125,\"random_start\":true,\"restarts\":1},\"share\":0.5}")]
    public void Adversarial_training_writes_down_its_attack(string options, string expected)
    {
        string model = workshop.Fresh(".safetensors");
        CliRun.Line("train {0} --schema {1} --out {2} --hidden 6 --epochs 1 --epsilon 0.25 --attack-steps 3 --objective " + options, workshop.People, workshop.Schema, model).Is(Exit.Done);
        Assert.Equal("{\"ball\":{\"epsilon\":0.25," + expected, ModelFile.Load(model).Training.ObjectiveOptions);
        Assert.Contains($"objective {options.Split(' ')[0]}, options {{\"ball\":", CliRun.Line("inspect {0}", model).Is(Exit.Done).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("counternet", "", "\"shift\":null,")]
    [InlineData("rocoursenet", " --shift-epsilon 0.2 --shift-steps 3 --shift-unrolled 1 --shift-training gradient --shift-norm l2 --shift-constant --beyond-range", "\"shift\":{\"epsilon\":0.2,\"steps\":3,\"unrolled\":1,\"learning_rate\":0.03,\"norm\":\"L2\",\"training\":\"Gradient\",\"choice\":\"Adversarial\",\"features\":\"Numbers\",\"soften\":false},\"schedule\":false,\"within\":false}}")]
    public void A_generator_is_trained_with_the_model_and_gives_recourse(string objective, string options, string expected)
    {
        string model = workshop.Fresh(".safetensors"), recourse = workshop.Fresh(".ndjson");
        CliRun.Line("train {0} --schema {1} --out {2} --objective " + objective + " --hidden 16,8 --activation leaky-relu --generator 12 --epochs 6 --batch 32 --learning-rate 0.01" + options, workshop.People, workshop.Schema, model).Is(Exit.Done);
        var trained = ModelFile.Load(model);
        Assert.Equal((objective, 0.0, 6), (trained.GeneratorSlug, trained.Threshold, trained.Training.BestEpoch));
        Assert.Contains(expected, trained.Training.ObjectiveOptions, StringComparison.Ordinal);
        CliRun.Line("recourse {0} {1} --method " + objective + " --out {2}", model, workshop.People, recourse).Is(Exit.Done);
        Assert.Contains("\"outcome\":\"found\"", File.ReadAllText(recourse), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_goes_on_from_its_checkpoint()
    {
        string whole = workshop.Fresh(".safetensors"), resumed = workshop.Fresh(".safetensors"), state = workshop.Fresh(".state");
        string line = "train {0} --schema {1} --out {2} " + Workshop.Small;
        CliRun.Line(line, workshop.People, workshop.Schema, whole).Is(Exit.Done);
        CliRun.Line(line + " --checkpoint {3}", workshop.People, workshop.Schema, resumed, state).Is(Exit.Done);
        Assert.Equal(ModelFile.Load(whole).Fingerprint, ModelFile.Load(resumed).Fingerprint);
        CliRun.Line(line + " --checkpoint {3} --force", workshop.People, workshop.Schema, resumed, state).Is(Exit.Done);
        Assert.Equal(ModelFile.Load(whole).Fingerprint, ModelFile.Load(resumed).Fingerprint);
        Assert.Equal(
            $"error: {Path.GetFileName(state)}: the state of another training (other rows, settings or seed); name another file or delete it.\n",
            CliRun.Line(line + " --checkpoint {3} --force --patience 2", workshop.People, workshop.Schema, resumed, state).Is(Exit.BadInput).Error);
        Assert.Equal($"error: '{whole}' is an input of this command; write to another file.\n", CliRun.Line(line + " --checkpoint {2} --force", workshop.People, workshop.Schema, whole).Is(Exit.BadUsage).Error);
    }

    [Fact]
    public void Layers_optimizer_and_schedule_are_chosen_by_name()
    {
        string model = workshop.Fresh(".safetensors");
        CliRun.Line("train {0} --schema {1} --out {2} --hidden 8,6 --activation identity,gelu --optimizer sgd --momentum 0.9 --schedule cosine --best last --epochs 2 --learning-rate 0.01", workshop.People, workshop.Schema, model).Is(Exit.Done);
        Assert.Contains("multilayer perceptron 6-8-6-1 identity,gelu, fingerprint ", CliRun.Line("inspect {0}", model).Is(Exit.Done).Out, StringComparison.Ordinal);
        Assert.Equal("identity,gelu", CliRun.Line("inspect {0} --json", model).Is(Exit.Done).Json().GetProperty("activation").GetString());
        Assert.Equal(2, ModelFile.Load(model).Training.BestEpoch);
    }

    [Theory]
    [InlineData("a,b,y\n1,2,yes\n2,3,yes\n", "Every row has the favourable outcome 'yes' in 'y' (2 rows); a classifier needs both outcomes.")]
    [InlineData("a,b,y\n1,2,no\n2,3,no\n", "No row has the favourable outcome 'yes' in 'y' (2 rows); a classifier needs both outcomes.")]
    [InlineData("a,b,y\n1,2,no\n2,3,yes\n3,4,yes\n", "The rarer outcome in 'y' has 1 rows; a split into 4 parts needs at least 8.")]
    public void Degenerate_outcomes_are_refused(string csv, string message)
    {
        string data = workshop.Write(".csv", csv.TrimEnd('\n').Split('\n')), schema = workshop.Write(".json", TwoNumbers());
        Assert.Equal($"error: {message}\n", CliRun.Line("train {0} --schema {1} --out {2} --hidden none", data, schema, workshop.Fresh(".safetensors")).Is(Exit.BadInput).Error);
    }

    [Fact]
    public void A_constant_feature_is_refused()
    {
        string data = workshop.Write(".csv", ["a,b,y", .. Enumerable.Range(0, 40).Select(i => Invariant($"{i},7,{(i % 2 == 0 ? "yes" : "no")}"))]);
        var run = CliRun.Line("train {0} --schema {1} --out {2} --hidden none", data, workshop.Write(".json", TwoNumbers()), workshop.Fresh(".safetensors")).Is(Exit.BadInput);
        Assert.Equal("error: Column 'b' is 7 in all 24 training rows; give it the role ignore.\n", run.Error);
    }

    [Fact]
    public void Nothing_actionable_is_refused_for_the_recourse_loss()
    {
        string data = workshop.Write(".csv", ["a,b,y", .. Enumerable.Range(0, 40).Select(i => Invariant($"{i},{i * i},{(i % 2 == 0 ? "yes" : "no")}"))]);
        var run = CliRun.Line("train {0} --schema {1} --out {2} --hidden none", data, workshop.Write(".json", TwoNumbers("none")), workshop.Fresh(".safetensors")).Is(Exit.BadUsage);
        Assert.Equal("error: The schema lets nobody change anything; the recourse loss needs at least one feature whose change is any, increase or decrease.\n", run.Error);
    }

    [Fact]
    public void Faults_of_the_data_name_line_and_column()
    {
        string data = workshop.Write(".csv", "a,b,y", "1,x,yes", "2,3,no", "q,4,no");
        var run = CliRun.Line("train {0} --schema {1} --out {2}", data, workshop.Write(".json", TwoNumbers()), workshop.Fresh(".safetensors")).Is(Exit.BadInput);
        string[] lines = run.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains("line 2, column 'b'", lines[0], StringComparison.Ordinal);
        Assert.Contains("line 4, column 'a'", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Extra_columns_and_dropped_rows_are_told_in_a_line_each()
    {
        string data = workshop.Write(".csv", ["a,b,c,y", "1,?,0,no", .. Enumerable.Range(0, 40).Select(i => Invariant($"{i},{i * i},0,{(i % 2 == 0 ? "yes" : "no")}"))]);
        var run = CliRun.Line("train {0} --schema {1} --out {2} --hidden none --epochs 1 --missing drop", data, workshop.Write(".json", TwoNumbers()), workshop.Fresh(".safetensors")).Is(Exit.Done);
        Assert.Equal($"{data}: 1 columns are not in the schema and were read past: c.\n{data}: missing values: b 1; 1 rows were left out.\n", run.Error);
    }

    [Fact]
    public void Parts_may_be_files_of_their_own()
    {
        string[] lines = File.ReadAllLines(workshop.People);
        string Part(int from, int count) => workshop.Write(".csv", [lines[0], .. lines.Skip(1 + from).Take(count)]);
        string model = workshop.Fresh(".safetensors");
        var json = CliRun.Line("train {0} --schema {1} --out {2} --validation {3} --calibration {4} --json " + Workshop.Small,
            Part(0, 200), workshop.Schema, model, Part(200, 100), Part(300, 80)).Is(Exit.Done).Json();
        Assert.Equal([200, 100, 80, 0], new[] { "train", "validation", "calibration", "test" }.Select(p => json.GetProperty(p).GetInt32()));
        Assert.Equal(0, json.GetProperty("test_figures").GetArrayLength());
    }

    [Fact]
    public void Cancelling_leaves_no_file()
    {
        string model = workshop.Fresh(".safetensors");
        var run = CliRun.Of(new CancellationToken(true), "train", workshop.People, "--schema", workshop.Schema, "--out", model).Is(Exit.Cancelled);
        Assert.Equal("error: Cancelled.\n", run.Error);
        Assert.Empty(Directory.GetFiles(workshop.Folder, Path.GetFileName(model) + "*"));
    }

    [Fact]
    public void A_data_set_that_is_not_there_says_where_to_get_it()
    {
        var run = CliRun.Line("train --dataset german --data {0} --out {1}", workshop.Folder, workshop.Fresh(".safetensors")).Is(Exit.BadInput);
        Assert.StartsWith($"error: Data set 'german' needs '{workshop.At("german/german.csv")}'. Get it from ", run.Error, StringComparison.Ordinal);
    }

    private static string TwoNumbers(string change = "any") => $$"""
        {
          "target": { "column": "y", "favourable": "yes" },
          "columns": { "a": { "type": "numeric", "change": "{{change}}" }, "b": { "type": "numeric", "change": "none" } }
        }
        """;
}
