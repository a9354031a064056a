using Redress.Data;
using Redress.Data.Catalog;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Guo2023;

/// <summary>A data set D_all = {D_1, ..., D_k} of the study: its domains, and what all models of it are encoded by.</summary>
/// <param name="Slug">Its name.</param>
/// <param name="Names">The names of its domains.</param>
/// <param name="Domains">The rows of each.</param>
/// <param name="Statistics">Of all domains together, as published: every model reads the same columns in the same units.</param>
/// <param name="Fingerprint">SHA-256 over the bytes of its files.</param>
internal sealed record GuoData(string Slug, IReadOnlyList<string> Names, IReadOnlyList<Table> Domains, TrainingStatistics Statistics, string Fingerprint)
{
    /// <summary>How a domain is split.</summary>
    internal SplitRule Rule { get; private init; }

    /// <summary>Rows of each training that stand as validation rows too: the last epoch is kept and θ is a half, so they choose nothing.</summary>
    private const int Watched = 1000;

    /// <summary>The years of the sweeps and of the short form: one before, one at and one after the years of easy credit.</summary>
    internal static readonly IReadOnlyList<string> SomeYears = ["1998", "2003", "2007"];

    /// <summary>Reads data sets, and says everything that is wrong with their files together.</summary>
    /// <param name="slugs">Their names.</param>
    /// <param name="folder">The data folder.</param>
    /// <param name="quick">True for <see cref="SomeYears"/> of the loans only.</param>
    /// <exception cref="DataException">A file is missing or not the published one.</exception>
    internal static IReadOnlyList<GuoData> Load(IEnumerable<string> slugs, string folder, bool quick) =>
        StudyData.All(slugs.Select(DataSetCatalog.Get).Select(s => quick && s.Slug == Loan ? s.Only(SomeYears) : s), folder, set => Of(set, folder));

    /// <summary>The data set of sixteen domains.</summary>
    internal const string Loan = "loan";

    private static GuoData Of(DataSet set, string folder)
    {
        var domains = set.LoadDomains(folder);
        var all = Table.Join([.. set.Domains.Zip(domains)]);
        // Keys count copies over the whole table; once derived, they go with the rows to their parts.
        foreach (var domain in domains) domain.Key(0);
        return new(set.Slug.Split(':')[0], set.Domains, domains, TrainingStatistics.Of(all), StudyData.FingerprintOf(set, folder));
    }

    /// <summary>Some of the domains, in the columns and units of all.</summary>
    internal GuoData Only(IReadOnlyList<string> names)
    {
        int[] kept = [.. Enumerable.Range(0, Names.Count).Where(d => names.Contains(Names[d]))];
        return this with { Names = [.. kept.Select(d => Names[d])], Domains = [.. kept.Select(d => Domains[d])] };
    }

    /// <summary>The same with every domain split where it stands: its last quarter are the test people, in every repeat.</summary>
    internal GuoData InOrder() => this with { Rule = SplitRule.Ordered, Fingerprint = Fingerprint + " in order" };

    /// <summary>The root of all that is random about a domain in one of the repeats.</summary>
    /// <param name="domain">Its place.</param>
    /// <param name="repeat">From 1.</param>
    /// <param name="seed">The study's seed.</param>
    internal Rng Stream(int domain, int repeat, ulong seed) => new Rng(seed).Split("guo2023").Split(Slug).Split(Names[domain]).Split((ulong)repeat);

    /// <summary>D_i^train and D_i^test: three quarters and a quarter, by outcome, another each repeat; or, in order, the last quarter of the file as the public code takes it.</summary>
    /// <remarks>The last quarter serves the public code as validation rows too. It chooses nothing there either: the last epoch is kept.</remarks>
    internal (Table Train, Table Test) Split(int domain, int repeat, ulong seed)
    {
        var parts = TrainingData.Of(Domains[domain], new(Train: 0.75, Validation: 0.25, Calibration: 0, Test: 0), Stream(domain, repeat, seed).Split("split"), Rule);
        return (parts.Train, parts.Validation);
    }

    /// <summary>What a model of a domain is trained on: a fraction of its training part, drawn at random where it is not all.</summary>
    internal TrainingData TrainingPart(int domain, int repeat, ulong seed, double fraction)
    {
        var train = Split(domain, repeat, seed).Train;
        if (fraction < 1) train = Some(train, (int)Math.Round(fraction * train.Rows), Stream(domain, repeat, seed).Split("fraction"));
        return new(train, train.Slice(0, Math.Min(Watched, train.Rows)));
    }

    /// <summary>At most so many test people of a domain, the same whoever asks.</summary>
    internal Table People(int domain, int repeat, ulong seed, int most) => Some(Split(domain, repeat, seed).Test, most, Stream(domain, repeat, seed).Split("people"));

    /// <summary>Rows drawn at random, in their own order; all where there are no more.</summary>
    private static Table Some(Table rows, int most, Rng rng)
    {
        if (most >= rows.Rows) return rows;
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        rng.Shuffle<int>(order);
        return rows.Select([.. order.Take(most).Order()]);
    }
}
