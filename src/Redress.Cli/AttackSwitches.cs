using System.CommandLine;
using System.Globalization;
using Redress.Attacks;

namespace Redress.Cli;

/// <summary>The options that describe an attack: its ball, and the steps of projected gradient descent.</summary>
internal sealed class AttackSwitches
{
    private readonly Option<string> norm = new("--norm") { Description = "The ball: linf (the largest change of a column) or l2 (their root of squares).", DefaultValueFactory = _ => "linf" };
    private readonly Option<bool> categories = new("--include-categories") { Description = "Move ordinal values and the columns of categories too, by fractions; otherwise numbers alone." };
    private readonly Option<string[]> radii = new("--radius") { Description = "A feature's share of the radius, such as income=0.5, or age=0 to keep it; may be repeated.", DefaultValueFactory = _ => [] };
    private readonly Option<int> steps;
    private readonly Option<string?> stepSize;

    /// <param name="prefix">What the names of the options for steps begin with.</param>
    /// <param name="defaultSteps">Steps where none are asked for.</param>
    internal AttackSwitches(string prefix, int defaultSteps)
    {
        steps = new($"--{prefix}steps") { Description = "Steps of pgd.", DefaultValueFactory = _ => defaultSteps };
        stepSize = new($"--{prefix}step-size") { Description = "Size of a step of pgd; default: 2.5 epsilon / steps." };
    }

    internal void AddTo(Command command)
    {
        foreach (var option in Options) command.Add(option);
    }

    /// <summary>All of them.</summary>
    internal IEnumerable<Option> Options => [norm, steps, stepSize, categories, radii];

    /// <summary>The first of these options that the command line names, or null.</summary>
    internal string? Given(ParseResult parsed) => new Option[] { norm, categories, radii }.FirstOrDefault(parsed.IsGiven)?.Name ?? GivenSteps(parsed);

    /// <summary>The first of the options for steps that the command line names, or null.</summary>
    internal string? GivenSteps(ParseResult parsed) => new Option[] { steps, stepSize }.FirstOrDefault(parsed.IsGiven)?.Name;

    /// <summary>The ball, still to be checked; what cannot be read goes to the refusals.</summary>
    internal AttackBall Ball(ParseResult parsed, double epsilon, Refusals refusals) => new(
        epsilon, refusals.Try(() => SharedOptions.Named<AttackNorm>("--norm", parsed.GetValue(norm)!), default), parsed.GetValue(categories) ? AttackedFeatures.All : AttackedFeatures.Numbers,
        refusals.Try(() => Radii(parsed), null));

    /// <summary>The steps, with one start, still to be checked; what cannot be read goes to the refusals.</summary>
    internal PgdOptions Pgd(ParseResult parsed, Refusals refusals) =>
        new(parsed.GetValue(steps), refusals.Try(() => parsed.GetValue(stepSize) is { } size ? SharedOptions.Fraction(stepSize.Name, size) : (double?)null, null));

    private Dictionary<string, double>? Radii(ParseResult parsed)
    {
        string[] given = parsed.GetValue(radii)!;
        if (given.Length == 0) return null;
        var named = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string text in given)
        {
            // A feature's name may hold the sign itself.
            int sign = text.LastIndexOf('=');
            if (sign < 1) throw new OptionsException($"--radius is '{text}'; write a feature and a number, such as income=0.5.");
            if (!named.TryAdd(text[..sign], SharedOptions.Fraction("--radius", text[(sign + 1)..]))) throw new OptionsException($"--radius names '{text[..sign]}' twice.");
        }
        return named;
    }
}
