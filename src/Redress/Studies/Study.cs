namespace Redress.Studies;

/// <summary>A published study that can be repeated: what it is, what it runs on, and how its parts follow from a request.</summary>
/// <param name="Slug">The name in commands.</param>
/// <param name="Title">The paper's title.</param>
/// <param name="Citation">Authors, venue, year.</param>
/// <param name="Version">Raised whenever a part's figures change meaning, so that parts finished before are not taken for new ones.</param>
/// <param name="DataSets">The data sets it runs on, in the paper's order.</param>
/// <param name="Presets">The ways to run it; tables of the first, which is the paper's own words where these say enough, name no preset.</param>
/// <param name="Paper">The paper's figures.</param>
/// <param name="Plan">Reads the data and lists the parts; refuses bad data, all problems in one message.</param>
public sealed record Study(
    string Slug, string Title, string Citation, int Version, IReadOnlyList<string> DataSets, IReadOnlyList<StudyPreset> Presets, PaperFigures Paper, Func<StudyRequest, StudyPlan> Plan);

/// <summary>A way to run a study.</summary>
/// <param name="Slug">The name in commands.</param>
/// <param name="Title">What it repeats, in a line.</param>
public sealed record StudyPreset(string Slug, string Title);

/// <summary>What of a study to run.</summary>
/// <param name="DataFolder">The folder of the known data sets.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Quick">True for the study's short form.</param>
/// <param name="DataSets">Some of its data sets, or null for all.</param>
/// <param name="Presets">Some of its presets, or null for all.</param>
public sealed record StudyRequest(string DataFolder, ulong Seed = 1, bool Quick = false, IReadOnlyList<string>? DataSets = null, IReadOnlyList<string>? Presets = null)
{
    /// <summary>This request with the study's own lists where none are given.</summary>
    /// <exception cref="OptionsException">A data set or preset is not the study's; the message lists every problem.</exception>
    internal StudyRequest For(Study study)
    {
        string[] known = [.. study.Presets.Select(p => p.Slug)];
        OptionsException.ThrowIfAny(
        [
            .. DataSets is [] ? new[] { $"No data set is named; study '{study.Slug}' has {string.Join(", ", study.DataSets)}." } : [],
            .. Presets is [] ? new[] { $"No preset is named; study '{study.Slug}' has {string.Join(", ", known)}." } : [],
            .. (DataSets ?? []).Except(study.DataSets).Select(d => $"Data set '{d}' is not in study '{study.Slug}'; it has {string.Join(", ", study.DataSets)}."),
            .. (Presets ?? []).Except(known).Select(p => $"Preset '{p}' is not in study '{study.Slug}'; it has {string.Join(", ", known)}."),
        ]);
        return this with { DataSets = [.. study.DataSets.Where(d => DataSets?.Contains(d) ?? true)], Presets = [.. known.Where(p => Presets?.Contains(p) ?? true)] };
    }
}

/// <summary>The parts of a requested study and what is concluded from them.</summary>
/// <param name="Parts">Independent pieces of work.</param>
/// <param name="Conclude">Joins what all parts measured into the rows of the result; it reads no data and draws nothing at random.</param>
/// <param name="Pictures">What to show of the finished parts and the rows concluded from them, in order, under the same terms; null for nothing.</param>
public sealed record StudyPlan(
    IReadOnlyList<StudyPart> Parts, Func<IReadOnlyList<PartResult>, IEnumerable<StudyRow>> Conclude, Func<IReadOnlyList<PartResult>, IReadOnlyList<StudyRow>, IEnumerable<Picture>>? Pictures = null)
{
    /// <summary>The models that parts read: the stages before them.</summary>
    public IReadOnlyList<StudyModel> Models { get; init; } = [];

    /// <summary>What a clock measures: the stage after all parts; null for nothing.</summary>
    public StudyTimes? Times { get; init; }
}

/// <summary>
/// What a clock measures, so that it differs from run to run: parts that run last, one after the other with nothing beside them. Their rows stand in a file
/// of their own, since results.json is the same every time.
/// </summary>
/// <param name="Parts">The parts.</param>
/// <param name="Conclude">Joins what they measured into rows.</param>
public sealed record StudyTimes(IReadOnlyList<StudyPart> Parts, Func<IReadOnlyList<PartResult>, IEnumerable<StudyRow>> Conclude);

/// <summary>One piece of a study, such as one model on one split: run on one thread, kept as soon as it is finished.</summary>
/// <param name="Name">Unique in the study; letters, digits, dots, dashes and equals signs, since its file is called so.</param>
/// <param name="Preset">The preset it belongs to.</param>
/// <param name="Data">A fingerprint of the data it reads.</param>
/// <param name="Work">Its share of the work, in any unit, for the time left and the order: the longest begin first.</param>
/// <param name="RunOn">Computes it from the models it reads; the same figures every time.</param>
public sealed record StudyPart(string Name, string Preset, string Data, double Work, Func<StudyModels, CancellationToken, PartOutput> RunOn)
{
    /// <summary>A part that reads no models of the plan.</summary>
    public StudyPart(string name, string preset, string data, double work, Func<CancellationToken, PartOutput> run) : this(name, preset, data, work, (_, cancel) => run(cancel)) { }

    /// <summary>The names of the plan's models that it reads.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Computes a part that reads no models.</summary>
    public PartOutput Run(CancellationToken cancel) => RunOn(StudyModels.None, cancel);
}

/// <summary>What a part keeps.</summary>
/// <param name="Measures">Numbers that stand alone.</param>
/// <param name="Series">Columns of numbers, for pictures and for joining over parts; at most <see cref="MostNumbers"/> numbers in all.</param>
public sealed record PartOutput(IReadOnlyList<Measure> Measures, IReadOnlyList<StudySeries> Series)
{
    /// <summary>The most numbers that all series of a part may have together.</summary>
    public const int MostNumbers = 2_000_000;

    /// <summary>Numbers that stand alone, and nothing else.</summary>
    public PartOutput(IReadOnlyList<Measure> measures) : this(measures, []) { }
}

/// <summary>One number that a part measured.</summary>
/// <param name="Table">The table or figure it is for.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The model; where figures form a series, it ends in the place on the x-axis, such as <c>λ=0.8</c>.</param>
/// <param name="Method">The recourse method, or empty.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">The number.</param>
public sealed record Measure(string Table, string Dataset, string Model, string Method, string Metric, double Value);

/// <summary>A column of numbers that a part keeps, such as one cost a person, the x of points, or the pixels of an image.</summary>
/// <param name="Table">The table or figure it is for.</param>
/// <param name="Dataset">The data set.</param>
/// <param name="Model">The model.</param>
/// <param name="Method">The recourse method, or empty.</param>
/// <param name="Metric">What the numbers are.</param>
/// <param name="Values">The numbers; those that are not finite are kept too.</param>
public sealed record StudySeries(string Table, string Dataset, string Model, string Method, string Metric, IReadOnlyList<double> Values);

/// <summary>A finished part.</summary>
/// <param name="Part">The part.</param>
/// <param name="Output">What it kept.</param>
public sealed record PartResult(StudyPart Part, PartOutput Output)
{
    /// <summary>What it measured.</summary>
    public IReadOnlyList<Measure> Measures => Output.Measures;

    /// <summary>The columns that it kept.</summary>
    public IReadOnlyList<StudySeries> Series => Output.Series;
}
