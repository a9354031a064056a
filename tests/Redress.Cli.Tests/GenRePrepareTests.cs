namespace Redress.Cli.Tests;

[Collection(WorkshopTests.Name)]
public sealed class GenRePrepareTests(Workshop workshop)
{
    private const string Small = "--method genre --option epochs=2 --option encoder-layers=1 --option decoder-layers=1 --option width=8 --option heads=2 --option confidence=0";

    [Fact]
    public void A_transformer_is_trained_kept_and_sampled_from()
    {
        string prepared = workshop.Fresh(".safetensors"), again = workshop.Fresh(".safetensors"), state = workshop.Fresh(".state"), records = workshop.Fresh(".ndjson");
        CliRun.Line("prepare {0} --training {1} --out {2} --checkpoint {3} --seed 4 " + Small, workshop.Model, workshop.People, prepared, state).Is(Exit.Done);
        Assert.True(File.Exists(state));
        // From the state of the finished training: the same file.
        CliRun.Line("prepare {0} --training {1} --out {2} --checkpoint {3} --seed 4 --threads 1 " + Small, workshop.Model, workshop.People, again, state).Is(Exit.Done);
        Assert.Equal(File.ReadAllBytes(prepared), File.ReadAllBytes(again));
        CliRun.Line("recourse {0} {1} --out {2} --prepared {3} --limit 40", workshop.Model, workshop.People, records, prepared).Is(Exit.Done);
        Assert.Contains("\"outcome\":\"found\"", File.ReadAllText(records), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(" embedding.decoder ", CliRun.Line("inspect {0}", prepared).Is(Exit.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_is_refused_where_it_could_have_no_effect_or_would_be_written_over()
    {
        string prepared = workshop.Fresh(".safetensors"), state = workshop.Fresh(".state");
        Assert.Equal(
            "error: --checkpoint is for methods whose preparation goes on where it stopped (genre, genre-unconditional); 'gradient' begins anew.\n",
            CliRun.Line("prepare {0} --method gradient --out {1} --checkpoint {2}", workshop.Model, prepared, state).Is(Exit.BadUsage).Error);
        Assert.Contains("is an input of this command", CliRun.Line("prepare {0} --out {1} --checkpoint {1} --training {2} " + Small, workshop.Model, prepared, workshop.People).Is(Exit.BadUsage).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(prepared));
    }
}
