namespace Redress.Data.Catalog;

/// <summary>The tables of a known data set.</summary>
/// <param name="Rows">The rows, or the training rows where the publisher split them.</param>
/// <param name="Test">The publisher's test rows, or null.</param>
public sealed record DataSetTables(Table Rows, Table? Test = null);

/// <summary>A known data set: what it is, where to get it, and how its files become a table.</summary>
public sealed class DataSet
{
    private readonly Func<string, Schema, DataSetTables> load;

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

    /// <summary>The name in commands.</summary>
    public string Slug { get; }

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

    /// <summary>Reads the data set.</summary>
    /// <param name="folder">The data folder.</param>
    /// <exception cref="DataException">A file is missing (the message says where to get it and where to put it) or is not the published one.</exception>
    public DataSetTables Load(string folder)
    {
        var missing = Missing(folder);
        if (missing.Count == 0) return load(folder, Schema);
        throw new DataException($"Data set '{Slug}' needs {string.Join(" and ", missing.Select(f => $"'{Path.Combine(folder, f)}'"))}. Get it from {Source}, and put it there.");
    }
}
