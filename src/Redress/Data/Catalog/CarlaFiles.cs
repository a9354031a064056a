using System.Globalization;

namespace Redress.Data.Catalog;

/// <summary>A data set as CARLA (Pawelczyk et al. 2021) publishes it: one file of rows, and two of row positions, its training and its test part.</summary>
internal static class CarlaFiles
{
    internal const string Source = "the data repository of CARLA (github.com/carla-recourse/cf-data), with the row positions of its published split";

    private const int LongestLine = 24;

    /// <summary>The file and its two index files, below the data folder.</summary>
    internal static string[] Of(string path) => [$"{path}.csv", $"{path}-train-index.csv", $"{path}-test-index.csv"];

    /// <summary>Reads the rows, numbers and names by the schema, and cuts them as published. A row's id is its number in the file, from 1.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="files">The file and its two index files.</param>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="other">The target's value that is not the favourable one.</param>
    /// <exception cref="DataException">A file is not the published one.</exception>
    internal static DataSetTables Load(string folder, IReadOnlyList<string> files, Schema schema, string other)
    {
        var table = new SourceTable(schema);
        SourceTable.Each(Path.Combine(folder, files[0]), [.. schema.Features.Select(f => f.Name), schema.Target], row =>
            table.Add([.. schema.Features.Select(row.Value)], row.Is(schema.Target, schema.Favourable, other), []));
        var all = table.Table();
        var seen = new bool[all.Rows];
        int[] train = Positions(Path.Combine(folder, files[1]), seen), test = Positions(Path.Combine(folder, files[2]), seen);
        return new(all.Select(train), all.Select(test));
    }

    /// <summary>Row positions, 0-based, one a line; each row of the data stands in one part at most.</summary>
    private static int[] Positions(string path, bool[] seen)
    {
        string name = Path.GetFileName(path);
        if (new FileInfo(path).Length > (long)LongestLine * seen.Length)
            throw new DataException(Invariant($"{name}: {new FileInfo(path).Length} bytes; positions of {seen.Length} rows take fewer. Is it the published file?"));
        var positions = new List<int>();
        foreach (string line in File.ReadLines(path))
        {
            DataException Fault(string what) => new(Invariant($"{name}, line {positions.Count + 1}: '{CsvRows.Short(line)}' {what}"));
            if (!int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int position) || position >= seen.Length) throw Fault(Invariant($"is no row position from 0 to {seen.Length - 1}."));
            if (seen[position]) throw Fault("stands in the published split twice.");
            seen[position] = true;
            positions.Add(position);
        }
        return positions.Count > 0 ? [.. positions] : throw new DataException($"{name}: no row positions; is it the published file?");
    }
}
