namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class EndToEndTests(Workshop workshop)
{
    [Fact]
    public void From_a_file_of_ones_own_to_the_gate_before_deployment()
    {
        string schema = workshop.Fresh(".json"), model = workshop.Fresh(".safetensors"), again = workshop.Fresh(".safetensors"), records = workshop.Fresh(".ndjson");
        CliRun.Line("init {0} --target repaid --favourable yes --out {1}", workshop.People, schema).Is(Exit.Done);
        Assert.Contains("Nobody can change anything yet", CliRun.Line("check {0} {1}", schema, workshop.People).Is(Exit.Done).Error, StringComparison.Ordinal);
        string draft = File.ReadAllText(schema);
        foreach (string feature in new[] { "income", "savings" })
        {
            string line = draft.Split('\n').Single(l => l.TrimStart().StartsWith($"\"{feature}\"", StringComparison.Ordinal));
            draft = draft.Replace(line, line.Replace("\"change\": \"none\"", "\"change\": \"increase\", \"largest_change\": 9000", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        File.WriteAllText(schema, draft);
        Assert.Contains("People can change income, savings.", CliRun.Line("check {0} {1}", schema, workshop.People).Is(Exit.Done).Out, StringComparison.Ordinal);
        CliRun.Line("train {0} --schema {1} --out {2} " + Workshop.Small, workshop.People, schema, model).Is(Exit.Done);
        CliRun.Line("certify {0} {1} --method gradient --option max-steps=10 --option sweep-steps=5 --epsilon 0.1", model, workshop.People).Is(Exit.Done);
        var run = CliRun.Line("recourse {0} {1} --out {2}", model, workshop.People, records).Is(Exit.Done);
        Assert.Contains("Covered by the certificate: at least 90.0 % of people", run.Out, StringComparison.Ordinal);
        CliRun.Line("verify {0} --model {1} --at-least 1", records, model).Is(Exit.Done);
        CliRun.Line("train {0} --schema {1} --out {2} --hidden none --threshold 0.95 --epochs 2 --seed 8", workshop.People, schema, again).Is(Exit.Done);
        CliRun.Line("verify {0} --model {1} --at-least 1", records, again).Is(Exit.PromiseBroken);
    }
}
