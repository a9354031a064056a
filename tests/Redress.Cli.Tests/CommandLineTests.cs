namespace Redress.Cli.Tests;

public sealed class CommandLineTests
{
    public static TheoryData<string> Commands => ["demo", "init", "check", "train", "inspect", "score", "autoencoder", "prepare", "recourse", "verify", "certify", "evaluate", "methods", "datasets", "reproduce"];

    [Theory, MemberData(nameof(Commands))]
    public void Every_command_has_help(string command)
    {
        var run = CliRun.Of(command, "--help").Is(Exit.Done);
        Assert.Contains($"redress {command}", run.Out, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Description:", run.Out, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Nothing_at_all_shows_the_commands()
    {
        var run = CliRun.Of().Is(Exit.BadUsage);
        foreach (var row in Commands) Assert.Contains($"  {row.Data}", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_command_is_one_fault() =>
        Assert.Equal("error: 'trian' is no command.\nSee: redress --help\n", CliRun.Of("trian").Is(Exit.BadUsage).Error);

    [Fact]
    public void A_misspelt_option_is_refused()
    {
        var run = CliRun.Of("methods", "--jsn").Is(Exit.BadUsage);
        Assert.Equal("error: '--jsn' is no option of 'redress methods'.\nSee: redress methods --help\n", run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("train --shema x", "'--shema' is no option of 'redress train'.")]
    [InlineData("train people.csv --schema --forse", "'--forse' is no option of 'redress train'.")]
    [InlineData("prepare m --out p --actions s.json", "'--actions' is no option of 'redress prepare'.")]
    [InlineData("inspect a b", "'b' is one argument too many.")]
    [InlineData("train a b --out c", "'b' is one argument too many.")]
    public void Words_that_fit_nowhere_are_named(string line, string message) => Assert.StartsWith($"error: {message}\nSee: redress", CliRun.Line(line).Is(Exit.BadUsage).Error, StringComparison.Ordinal);

    [Fact]
    public void The_version_is_told() => Assert.StartsWith("0.1.0", CliRun.Of("--version").Is(Exit.Done).Out, StringComparison.Ordinal);

    [Fact]
    public void What_is_missing_is_listed_together() => Assert.Equal(
        "error: Option '--out' is required.\nerror: Required argument 'people' missing for command: 'recourse'.\nSee: redress recourse --help\n",
        CliRun.Of("recourse", "model").Is(Exit.BadUsage).Error);

    [Fact]
    public void Values_may_begin_with_an_at_sign() =>
        Assert.Equal("error: There is no file '@nowhere'.\n", CliRun.Of("inspect", "@nowhere").Is(Exit.BadInput).Error.Replace(Path.GetFullPath("@nowhere"), "@nowhere", StringComparison.Ordinal));

    [Fact]
    public void A_bug_shows_its_trace_and_asks_for_a_report()
    {
        using var console = new Captured();
        var run = console.Result(CommandLine.Explain(new InvalidOperationException("inside out"), console.Terminal)).Is(Exit.Bug);
        Assert.StartsWith("This is a bug in redress, not something you did. Please report it with the command you ran and what follows.\nredress 0.1.0", run.Error, StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: inside out", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public void Every_line_of_a_message_is_marked()
    {
        using var console = new Captured();
        var run = console.Result(CommandLine.Explain(new OptionsException(["one", "two"]), console.Terminal)).Is(Exit.BadUsage);
        Assert.Equal("error: one\nerror: two\n", run.Error);
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        string folder = Path.GetTempPath().TrimEnd('/');
        Assert.Equal($"error: '{folder}' is a folder, not a file.\n", CliRun.Of("inspect", folder).Is(Exit.BadInput).Error);
    }
}
