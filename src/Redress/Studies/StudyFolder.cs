using System.Text.Json;
using Redress.Data;

namespace Redress.Studies;

/// <summary>The output folder of a study: its mark, its finished parts, its results. Every file is whole or absent, but for a crash of the machine.</summary>
internal sealed class StudyFolder
{
    internal const string Mark = "study.json", Results = "results.json", Csv = "results.csv", Times = "times.json", Parts = "parts", Models = "models";

    private const long MostBytes = 256L << 20;

    private readonly string folder;
    private readonly StudyKeys keys;

    private StudyFolder(string folder, StudyKeys keys) => (this.folder, this.keys, Shelf) = (folder, keys, new(Path.Combine(folder, Models), keys));

    /// <summary>The models that were trained.</summary>
    internal ModelShelf Shelf { get; }

    /// <summary>Opens or makes the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="study">The study whose output it is.</param>
    /// <param name="keys">What parts and models of the run are the result of.</param>
    /// <param name="remarks">Receives what was found damaged.</param>
    /// <exception cref="OptionsException">It is the folder of another study, or holds results of something else.</exception>
    /// <exception cref="DataException">It cannot be written.</exception>
    internal static StudyFolder Open(string folder, Study study, StudyKeys keys, List<string> remarks)
    {
        if (File.Exists(folder)) throw new OptionsException($"The output folder '{folder}' is a file; name a folder.");
        string mark = Path.Combine(folder, Mark), results = Path.Combine(folder, Results);
        if (File.Exists(mark))
        {
            var (other, damaged) = Read(mark, StudyJson.Default.StudyMark);
            if (other is not null && other.Study != study.Slug) throw new OptionsException($"The output folder '{folder}' is of study '{other.Study}', not '{study.Slug}'; name another.");
            if (damaged && IsWhole(mark)) throw new OptionsException($"'{mark}' is a file of something else, so '{folder}' is of no study; name another folder.");
            if (damaged) remarks.Add($"'{mark}' is damaged; it is written again.");
        }
        else if (File.Exists(results)) throw new OptionsException($"'{results}' exists without a '{Mark}' beside it, so it is of no study; name another folder.");
        if (File.Exists(results) && Read(results, StudyJson.Default.IReadOnlyListStudyRow).Damaged) remarks.Add($"'{results}' is damaged; it is written again from the finished parts.");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, Parts));
            AtomicFile.Write(mark, JsonSerializer.Serialize(new StudyMark(study.Slug, study.Title, study.Version), StudyJson.Default.StudyMark) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The output folder '{folder}' cannot be written: {e.Message}", e);
        }
        return new(folder, keys);
    }

    /// <summary>What a run writes into a folder beside its parts.</summary>
    internal static IEnumerable<string> FilesIn(string folder) => new[] { Mark, Results, Csv, Times }.Select(f => Path.Combine(folder, f));

    /// <summary>What a part kept when it was finished before, or null.</summary>
    internal PartOutput? Finished(StudyPart part, List<string> remarks)
    {
        string path = PathOf(part);
        if (!File.Exists(path)) return null;
        // No part that was kept makes a longer file.
        var file = new FileInfo(path).Length <= MostBytes ? Read(path, StudyJson.Default.PartFile).Value : null;
        var output = file?.Output();
        if (output is null) remarks.Add($"'{path}' is damaged; that part is computed again.");
        return file?.Key == keys.Of(part) ? output : null;
    }

    /// <summary>Keeps a finished part.</summary>
    /// <exception cref="InvalidOperationException">Its series have more numbers than a part may keep.</exception>
    internal PartOutput Keep(StudyPart part, PartOutput output)
    {
        long numbers = output.Series.Sum(s => (long)s.Values.Count);
        if (numbers > PartOutput.MostNumbers) throw new InvalidOperationException(Invariant($"Part '{part.Name}' keeps {numbers} numbers in its series; at most {PartOutput.MostNumbers}."));
        AtomicFile.Write(PathOf(part), JsonSerializer.Serialize(PartFile.Of(keys.Of(part), part.Name, output), StudyJson.Default.PartFile) + "\n");
        return output;
    }

    /// <summary>Writes the results as JSON and CSV, and what a clock measured beside them where there is any.</summary>
    internal void Write(IReadOnlyList<StudyRow> rows, IReadOnlyList<StudyRow> times)
    {
        if (times.Count > 0) AtomicFile.Write(Path.Combine(folder, Times), StudyText.Json(times));
        AtomicFile.Write(Path.Combine(folder, Results), StudyText.Json(rows));
        AtomicFile.Write(Path.Combine(folder, Csv), StudyText.Csv(rows));
    }

    /// <summary>Parts of other seeds or data stand beside each other, so that going back to them finds them finished.</summary>
    private string PathOf(StudyPart part) => Path.Combine(folder, Parts, $"{part.Name}-{keys.Of(part)[..8]}.json");

    /// <summary>Whether a file that is not of our form is JSON to its end: then nothing cut it short, and it is somebody else's.</summary>
    private static bool IsWhole(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static (T? Value, bool Damaged) Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            using var stream = File.OpenRead(path);
            return (JsonSerializer.Deserialize(stream, type), false);
        }
        catch (JsonException)
        {
            return (null, true);
        }
    }
}
