using Redress.Data;

namespace Redress.Studies.Krishna2023;

/// <summary>Who asks which models for what.</summary>
/// <param name="Slug">The name in commands.</param>
/// <param name="Title">What it repeats.</param>
/// <param name="Scaling">The models' units, and those of ε and cost.</param>
/// <param name="EitherWay">True to turn everybody's decision, false to ask for the rejected alone.</param>
/// <param name="EqualRates">True to set every model's θ so that it accepts the share of validation rows that the plain one accepts.</param>
internal sealed record KrishnaPreset(string Slug, string Title, NumberScaling Scaling, bool EitherWay = false, bool EqualRates = false)
{
    /// <summary>Section 1 and the validity of section 4.1, f(x') = 1.</summary>
    internal static KrishnaPreset AsWritten { get; } = new("as-written", "recourse to the favourable class for whom a model rejects; θ a half, inputs from 0 to 1", NumberScaling.MinMax);

    /// <summary>Equations 3 and 4, f(x') ≠ f(x), over all test rows: a model that decides alike for everybody still has people to ask for.</summary>
    internal static KrishnaPreset Turned { get; } = new("either-way", "equations 3 and 4 to the letter: everybody's decision turned, whichever it is", NumberScaling.MinMax, EitherWay: true);

    /// <summary>Beyond the paper: tells a flatter model from one that decides alike for everybody.</summary>
    internal static KrishnaPreset AtEqualRates { get; } = new("equal-rates", "as written, but every model's θ accepts the share of people that the plain model accepts", NumberScaling.MinMax, EqualRates: true);

    /// <summary>Beyond the paper, which names no units: the same ε, a few times smaller.</summary>
    internal static KrishnaPreset InDeviations { get; } = new("standardised", "as written, but inputs, ε and cost in standard deviations", NumberScaling.Standardise);

    internal static IReadOnlyList<KrishnaPreset> All { get; } = [AsWritten, Turned, AtEqualRates, InDeviations];

    /// <summary>A label of a table: the paper's own words stand alone, other presets are named.</summary>
    internal string Titled(string table) => this == AsWritten ? table : $"{table}, {Slug}";

    /// <summary>The label without the preset's name.</summary>
    internal string Bare(string table) => this == AsWritten ? table : table[..^(Slug.Length + 2)];
}
