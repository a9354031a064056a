using System.CommandLine;
using System.Globalization;
using Redress.Data;

namespace Redress.Cli;

/// <summary>Options that several commands have, with one name and meaning everywhere.</summary>
internal static class SharedOptions
{
    internal static Option<bool> Json() => new("--json") { Description = "Print the result as JSON, alone on standard output." };

    internal static Option<bool> Force() => new("--force") { Description = "Replace files that exist." };

    internal static Option<string> Seed() => new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => "1" };

    /// <summary>A seed whose default depends on the model.</summary>
    internal static Option<string?> Seed(string otherwise) => new("--seed") { Description = $"Seed of everything random; default: {otherwise}." };

    internal static Option<int> Threads() => new("--threads") { Description = "Threads; 0 for all cores. They never change a result." };

    internal static Option<string?> Timeout(string then) => new("--timeout") { Description = $"Stop after this many seconds; {then}." };

    /// <summary>A whole number of 0 or more; the option is text so that numbers read the same in every culture.</summary>
    internal static ulong SeedOf(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : throw new OptionsException($"--seed is '{text}'; must be a whole number of 0 or more.");

    internal static double Number(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw new OptionsException($"{name} is '{text}'; must be a number.");

    /// <summary>A number, or a fraction of two such as 8/255.</summary>
    internal static double Fraction(string name, string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length <= 2 && parts.All(p => double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            double[] numbers = [.. parts.Select(p => double.Parse(p, NumberStyles.Float, CultureInfo.InvariantCulture))];
            if (numbers.Length == 1) return numbers[0];
            if (numbers[1] != 0) return numbers[0] / numbers[1];
        }
        throw new OptionsException($"{name} is '{text}'; must be a number such as 0.1 or a fraction such as 8/255.");
    }

    internal static float Single(string name, string text) => (float)Number(name, text);

    internal static T Named<T>(string name, string text) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Slug(value) == text) return value;
        throw new OptionsException($"{name} is '{text}'; must be {string.Join(", ", Enum.GetValues<T>().Select(Slug))}.");
    }

    /// <summary>True where the command line names the option, rather than leaving it at its default.</summary>
    internal static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    internal static string Slug<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>The caller's token, and a deadline where one is given.</summary>
    internal static CancellationTokenSource Deadline(string? seconds, CancellationToken cancel)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (seconds is null) return source;
        double limit = Number("--timeout", seconds);
        if (!(limit is > 0 and <= 1e6)) throw new OptionsException(Invariant($"--timeout is {limit}; must be more than 0 and at most 1000000 seconds."));
        source.CancelAfter(TimeSpan.FromSeconds(limit));
        return source;
    }

    /// <summary>Runs work under a deadline, and says which of the two stopped it, the deadline or the caller.</summary>
    internal static T Within<T>(string? seconds, Func<CancellationToken, T> work, CancellationToken cancel)
    {
        using var deadline = Deadline(seconds, cancel);
        try
        {
            return work(deadline.Token);
        }
        catch (OperationCanceledException e) when (seconds is not null && !cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException($"Stopped by --timeout {seconds}; nothing was written.", e);
        }
    }
}

/// <summary>Gathers what is wrong with a command line, so that one message lists all of it.</summary>
internal sealed class Refusals
{
    private readonly List<string> problems = [];

    /// <summary>Runs a check; what it refuses is kept, and a stand-in returned.</summary>
    internal T Try<T>(Func<T> check, T standIn)
    {
        try
        {
            return check();
        }
        catch (OptionsException e)
        {
            problems.Add(e.Message);
            return standIn;
        }
    }

    internal void Try(Action check) => Try(() => { check(); return true; }, false);

    internal void AddIf(bool wrong, string problem)
    {
        if (wrong) problems.Add(problem);
    }

    internal void Throw() => OptionsException.ThrowIfAny(problems);
}

/// <summary>How a CSV file is written.</summary>
internal sealed class CsvSwitches
{
    private readonly Option<string> delimiter = new("--delimiter") { Description = "What separates columns; \\t for tabs.", DefaultValueFactory = _ => "," };
    private readonly Option<string> decimals = new("--decimal") { Description = "The decimal sign of numbers: . or ,", DefaultValueFactory = _ => "." };
    private readonly Option<string> missing = new("--missing") { Description = "Rows with missing values: error, drop, or category (a missing name becomes the value ?).", DefaultValueFactory = _ => "error" };

    internal void AddTo(Command command)
    {
        command.Add(delimiter);
        command.Add(decimals);
        command.Add(missing);
    }

    /// <summary>The first of these options that the command line names, or null.</summary>
    internal string? Given(ParseResult parsed) => new Option[] { delimiter, decimals, missing }.FirstOrDefault(parsed.IsGiven)?.Name;

    internal CsvOptions Of(ParseResult parsed)
    {
        string sign = parsed.GetValue(decimals)!;
        if (sign.Length != 1) throw new OptionsException($"--decimal is '{sign}'; must be . or ,");
        var options = new CsvOptions(parsed.GetValue(delimiter)!.Replace("\\t", "\t", StringComparison.Ordinal), sign[0], SharedOptions.Named<MissingValues>("--missing", parsed.GetValue(missing)!));
        OptionsException.ThrowIfAny(options.Problems());
        return options;
    }
}

/// <summary>Says what was met in a file, a line each.</summary>
internal static class CsvRemarks
{
    internal static void Print(Terminal terminal, CsvSummary summary, string file)
    {
        if (summary.ExtraColumns.Count > 0)
            terminal.Remark(Invariant($"{file}: {summary.ExtraColumns.Count} columns are not in the schema and were read past: {string.Join(", ", summary.ExtraColumns.Take(10))}{(summary.ExtraColumns.Count > 10 ? ", ..." : "")}."));
        if (summary.Missing.Count == 0) return;
        string counts = string.Join(", ", summary.Missing.Select(m => Invariant($"{m.Key} {m.Value}")));
        string fate = summary.Dropped > 0 ? Invariant($"; {summary.Dropped} rows were left out") : "";
        terminal.Remark($"{file}: missing values: {counts}{fate}.");
    }
}
