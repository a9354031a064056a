using System.Text.Json;
using Redress.Data;
using Redress.Records;
using Redress.Tensors;

namespace Redress.Cli;

/// <summary>How many people had each outcome.</summary>
internal sealed class RecourseCounts
{
    private readonly long[] counts = new long[Enum.GetValues<Outcome>().Length];

    /// <summary>True where the caller stopped the run.</summary>
    internal bool Stopped { get; set; }

    internal long People => counts.Sum();

    /// <summary>The share of the people who could be judged that is accepted or has recourse.</summary>
    internal double Share => People - Of(Outcome.InvalidInput) is var judged && judged == 0 ? 0 : (double)(Of(Outcome.Found) + Of(Outcome.AlreadyDesired)) / judged;

    internal long Of(Outcome outcome) => counts[(int)outcome];

    internal void Add(Outcome outcome) => counts[(int)outcome]++;

    internal IReadOnlyDictionary<string, long> ByName() =>
        Enum.GetValues<Outcome>().Where(o => Of(o) > 0).ToDictionary(o => JsonNamingPolicy.SnakeCaseLower.ConvertName(o.ToString()), Of);
}

/// <summary>Streams records into NAME.partial, whole ones only, and renames it when all are written.</summary>
internal sealed class RecourseFiles(string path, Schema schema, RecourseRun run, bool safeCells)
{
    /// <summary>Rows read, searched and written together: memory stays bounded.</summary>
    internal const int ChunkRows = 16384;

    internal string Partial => path + ".partial";

    internal static string RunPath(string path) => Path.ChangeExtension(path, ".run.json");

    /// <summary>Finds recourse for all chunks. Where the caller stops, finished people are written and the partial file stays.</summary>
    internal RecourseCounts Write(IRecourseFinder finder, RecourseRequest request, IEnumerable<Table> chunks, Rng rng, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var counts = new RecourseCounts();
        bool whole = false;
        try
        {
            using (var writer = Open())
            {
                foreach (var people in chunks)
                {
                    foreach (var record in finder.Find(request with { People = people, FirstRow = counts.People + 1 }, rng, null, cancel).Records)
                    {
                        if (record.Outcome == Outcome.Cancelled)
                        {
                            counts.Stopped = true;
                            continue;
                        }
                        writer.Write(record);
                        counts.Add(record.Outcome);
                    }
                    progress?.Report(new("searching", counts.People, 0, Invariant($"{counts.People:#,0} people")));
                    if (counts.Stopped) return counts;
                }
            }
            whole = true;
        }
        finally
        {
            // A fault of the input leaves nothing behind; a stop leaves what was finished.
            if (!whole && !counts.Stopped) File.Delete(Partial);
        }
        File.Move(Partial, path, overwrite: true);
        if (IsCsv) AtomicFile.Write(RunPath(path), JsonSerializer.Serialize(new RunLine(run), RecordJson.Default.RunLine) + "\n");
        return counts;
    }

    private bool IsCsv => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private IRecordWriter Open()
    {
        var stream = new FileStream(Partial, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        return IsCsv ? new CsvWriter(stream, schema, safeCells) : new NdjsonWriter(stream, run);
    }
}
