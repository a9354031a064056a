namespace Redress.Data.Catalog;

/// <summary>The tables of a known data set.</summary>
/// <param name="Rows">The rows, or the training rows where the publisher split them.</param>
/// <param name="Test">The publisher's test rows, or null.</param>
public sealed record DataSetTables(Table Rows, Table? Test = null);

/// <summary>A part of a data set that was drawn under other circumstances than the others: a year, a place, a release.</summary>
/// <param name="Name">Its name in commands, and in the data set's group column.</param>
/// <param name="File">Its file below the data folder, with forward slashes.</param>
internal sealed record Domain(string Name, string File);

/// <summary>A known data set: what it is, where to get it, and how its files become a table.</summary>
public sealed class DataSet
{
    private readonly Func<string, Schema, DataSetTables> load;
    private readonly IReadOnlyList<Domain> domains = [];
    private readonly Func<string, Domain, Schema, Table>? read;

    /// <summary>Describes a data set.</summary>
    /// <param name="slug">The name in commands.</param>
    /// <param name="title">One line that says what it is.</param>
    /// <param name="source">Who publishes it, and where.</param>
    /// <param name="licence">On what terms.</param>
    /// <param name="files">Its files below the data folder, with forward slashes.</param>
    /// <param name="notes">Filters, derived columns, label, actions.</param>
    /// <param name="schema">The schema of its table.</param>
    /// <param name="load">Reads the files of a folder.</param>
    internal DataSet(string slug, string title, string source, string licence, IReadOnlyList<string> files, string notes, Schema schema, Func<string, Schema, DataSetTables> load) =>
        (Slug, Title, Source, Licence, Files, Notes, Schema, this.load) = (slug, title, source, licence, files, notes, schema, load);

    /// <summary>Describes a data set of several domains, a file each with the same columns. The schema's one group column says which domain a row is of.</summary>
    internal DataSet(
        string slug, string title, string source, string licence, IReadOnlyList<Domain> domains, string notes, Schema schema, Func<string, Domain, Schema, Table> read)
        : this(slug, title, source, licence, [.. domains.Select(d => d.File)], notes, schema, (folder, columns) => new(Table.Join([.. domains.Select(d => (d.Name, read(folder, d, columns)))]))) =>
        (this.domains, this.read) = (domains, read);

    /// <summary>The name in commands.</summary>
    public string Slug { get; }

    /// <summary>Its domains in their order: years, places or releases whose rows are differently distributed; empty where there is one only.</summary>
    public IReadOnlyList<string> Domains => [.. domains.Select(d => d.Name)];

    /// <summary>One line that says what it is.</summary>
    public string Title { get; }

    /// <summary>Who publishes it, and where.</summary>
    public string Source { get; }

    /// <summary>On what terms.</summary>
    public string Licence { get; }

    /// <summary>Its files below the data folder.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Filters, derived columns, label, actions.</summary>
    public string Notes { get; }

    /// <summary>The schema of its table.</summary>
    public Schema Schema { get; }

    /// <summary>People that commands draw from the publisher's test rows, always the same ones; 0 for all.</summary>
    public int TestSample { get; internal init; }

    /// <summary>The files that a data folder lacks.</summary>
    public IReadOnlyList<string> Missing(string folder) => [.. Files.Where(f => !File.Exists(Path.Combine(folder, f)))];

    /// <summary>The data set with some of its domains only, as <c>SLUG:DOMAIN,DOMAIN</c> names it in commands. Its schema is that of all.</summary>
    /// <param name="names">The domains, in the order wanted.</param>
    /// <exception cref="OptionsException">One is not known or named twice; the message lists all there are.</exception>
    public DataSet Only(params IReadOnlyList<string> names)
    {
        string[] unknown = [.. names.Where(n => domains.All(d => d.Name != n)).Distinct().Select(n => $"'{n}'")];
        string[] twice = [.. names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"'{g.Key}'")];
        if (domains.Count == 0) throw new OptionsException($"Data set '{Slug}' has no domains; say --dataset {Slug}.");
        if (unknown.Length > 0) throw new OptionsException($"Data set '{Slug}' has no domain {string.Join(", ", unknown)}; it has {string.Join(", ", Domains)}.");
        if (twice.Length > 0) throw new OptionsException($"The domain {string.Join(", ", twice)} of data set '{Slug}' is named twice.");
        if (names.Count == 0) throw new OptionsException($"No domain of data set '{Slug}' is named; it has {string.Join(", ", Domains)}.");
        return new($"{Slug}:{string.Join(',', names)}", Title, Source, Licence, [.. names.Select(n => domains.First(d => d.Name == n))], Notes, Schema, read!);
    }

    /// <summary>Reads every domain by itself: a table each, in the order of <see cref="Domains"/>; the one table where there are none.</summary>
    /// <remarks>What encoders are fitted on where all domains are encoded alike is <c>TrainingStatistics.Of(set.Load(folder).Rows)</c>.</remarks>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="DataException">A file is missing (the message says where to get it and where to put it) or is not the published one.</exception>
    public IReadOnlyList<Table> LoadDomains(string folder)
    {
        if (domains.Count == 0) return [Load(folder).Rows];
        Require(folder);
        return [.. domains.Select(d => read!(folder, d, Schema))];
    }

    /// <summary>Reads the data set, all its domains one after the other.</summary>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="DataException">A file is missing (the message says where to get it and where to put it) or is not the published one.</exception>
    public DataSetTables Load(string folder)
    {
        Require(folder);
        return load(folder, Schema);
    }

    private void Require(string folder)
    {
        var missing = Missing(folder);
        if (missing.Count == 0) return;
        throw new DataException($"Data set '{Slug}' needs {string.Join(" and ", missing.Select(f => $"'{Path.Combine(folder, f)}'"))}. Get it from {Source}, and put it there.");
    }
}
