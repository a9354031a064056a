using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Redress.Cli;

/// <summary>Tables, JSON and files that are whole or absent.</summary>
internal static class Output
{
    /// <summary>Prints a result as JSON, alone on standard output.</summary>
    internal static void Json<T>(Terminal terminal, T result, JsonTypeInfo<T> type) => terminal.Out.WriteLine(JsonSerializer.Serialize(result, type));

    /// <summary>A table whose columns fit their content; numbers go right.</summary>
    internal static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeadersIfEmpty(columns);
        foreach (string column in columns)
        {
            bool right = column.StartsWith('>');
            var made = new TableColumn(Markup.Escape(right ? column[1..] : column));
            table.AddColumn((right ? made.RightAligned().NoWrap() : made).PadLeft(0).PadRight(1));
        }
        return table;
    }

    internal static Table With(this Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Markup(Markup.Escape(c)))]);

    /// <summary>Refuses every file of a folder's worth that exists.</summary>
    /// <exception cref="OptionsException">Files exist and <paramref name="force"/> is false.</exception>
    internal static void RefuseEach(bool force, IEnumerable<string> paths)
    {
        if (!force) OptionsException.ThrowIfAny(paths.Where(File.Exists).Select(p => $"'{p}' exists; say --force to replace it."));
    }

    /// <summary>Refuses what cannot be written, before any work is done.</summary>
    /// <exception cref="OptionsException">A file exists and <paramref name="force"/> is false, or its folder does not exist.</exception>
    /// <param name="force">True to replace files that exist.</param>
    /// <param name="path">The output, or null for standard output.</param>
    /// <param name="beside">Files that are written beside it.</param>
    internal static void RefuseExisting(bool force, string? path, params string?[] beside)
    {
        if (path is null) return;
        // What stands beside a file that has no place has none either: one fault is said once.
        bool placed = !Directory.Exists(path) && FolderOf(path) is null;
        string?[] paths = placed ? [path, .. beside] : [path];
        OptionsException.ThrowIfAny(paths.OfType<string>().Select(p => Refusal(p, force)).OfType<string>());
    }

    /// <summary>The folder of a path where it does not exist, else null.</summary>
    private static string? FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder) ? folder : null;

    /// <summary>Refuses to write over a file that the same command reads, even by force.</summary>
    /// <exception cref="OptionsException">The output is one of the inputs.</exception>
    internal static void RefuseInputs(string output, params string?[] inputs)
    {
        string target = Path.GetFullPath(output);
        if (inputs.Any(i => i is not null and not "-" && Path.GetFullPath(i) == target))
            throw new OptionsException($"'{output}' is an input of this command; write to another file.");
    }

    private static string? Refusal(string path, bool force)
    {
        if (Directory.Exists(path)) return $"'{path}' is a folder; name a file.";
        if (FolderOf(path) is { } folder) return $"There is no folder '{folder}' to write '{Path.GetFileName(path)}' to.";
        if (force || !File.Exists(path)) return null;
        return path.EndsWith(RecourseFiles.PartialEnding, StringComparison.Ordinal)
            ? $"'{path}' exists: a stopped run left it. Move it away to keep it, or say --force to replace it."
            : $"'{path}' exists; say --force to replace it.";
    }

    /// <summary>A number as people read it: grouped, with a decimal point and at most two decimals.</summary>
    internal static string Number(double value) => value.ToString(Math.Abs(value - Math.Round(value)) < 1e-9 ? "#,0" : "#,0.##", System.Globalization.CultureInfo.InvariantCulture);

    internal static string Figure(double value) => value.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);

    internal static string Percent(double share) => (100 * share).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture) + " %";

    private static Table HideHeadersIfEmpty(this Table table, string[] columns) => columns.All(string.IsNullOrEmpty) ? table.HideHeaders() : table;
}
