using System.Text.Json;
using Redress.Data;
using Redress.Records;
using Redress.Tensors;

namespace Redress.Cli;

/// <summary>How many people had each outcome; threads may add at once.</summary>
internal sealed class RecourseCounts
{
    private readonly long[] counts = new long[Enum.GetValues<Outcome>().Length];
    private long scored;

    /// <summary>True where the caller stopped the run.</summary>
    internal bool Stopped { get; set; }

    internal long People => counts.Sum();

    /// <summary>People whose row could be read and scored; who cannot be given recourse under the rules is among them, as a certificate counts them.</summary>
    internal long Scored => Interlocked.Read(ref scored);

    /// <summary>The share of the scored people who are accepted or have recourse.</summary>
    internal double Share => Scored == 0 ? 0 : (double)(Of(Outcome.Found) + Of(Outcome.AlreadyDesired)) / Scored;

    internal long Of(Outcome outcome) => counts[(int)outcome];

    internal void Add(RecourseRecord record)
    {
        Interlocked.Increment(ref counts[(int)record.Outcome]);
        if (record.Score is not null) Interlocked.Increment(ref scored);
    }

    internal IReadOnlyDictionary<string, long> ByName() =>
        Enum.GetValues<Outcome>().Where(o => Of(o) > 0).ToDictionary(o => JsonNamingPolicy.SnakeCaseLower.ConvertName(o.ToString()), Of);
}

/// <summary>Streams records into NAME.partial, whole ones only, and renames it when all are written.</summary>
internal sealed class RecourseFiles(string path, Schema schema, RecourseRun run, bool safeCells = false, bool onlyRejected = false)
{
    /// <summary>Rows read, searched and written together: memory stays bounded.</summary>
    internal const int ChunkRows = 16384;

    internal const string PartialEnding = ".partial";

    /// <summary>What became of the people so far.</summary>
    internal RecourseCounts Counts { get; } = new();

    internal static string PartialOf(string path) => path + PartialEnding;

    internal string Partial => PartialOf(path);

    internal static string RunPath(string path) => Path.ChangeExtension(path, ".run.json");

    /// <summary>Finds recourse for all chunks. Where the caller stops or the input breaks, finished people are written and the partial file stays.</summary>
    /// <param name="finder">The prepared method.</param>
    /// <param name="request">The terms; its people come from the chunks.</param>
    /// <param name="chunks">The people.</param>
    /// <param name="rng">The root of every person's own stream.</param>
    /// <param name="total">People in all, 0 where unknown.</param>
    /// <param name="progress">Told how many people are done.</param>
    /// <param name="cancel">Stops at any moment.</param>
    internal void Write(IRecourseFinder finder, RecourseRequest request, IEnumerable<Table> chunks, Rng rng, long total, IProgress<Progress>? progress, CancellationToken cancel)
    {
        bool whole = false;
        try
        {
            using var writer = Open();
            // One chunk is read and another searched while the one before is written.
            int threads = request.Execution?.Threads ?? 0;
            foreach (var batch in Chunks.Ahead(Searched(), threads))
            {
                writer.Write(batch.Records, IsWritten, request.Execution);
                if (Counts.Stopped) return;
            }
            whole = true;

            IEnumerable<RecourseBatch> Searched()
            {
                long first = 1;
                foreach (var people in Chunks.Ahead(chunks, threads))
                {
                    yield return finder.Find(request with { People = people, FirstRow = first }, rng, Work.Part(progress, first - 1, total), cancel);
                    first += people.Rows;
                }
            }
        }
        finally
        {
            if (!whole && Counts.People == 0) File.Delete(Partial);
        }
        File.Move(Partial, path, overwrite: true);
        if (IsCsv) AtomicFile.Write(RunPath(path), JsonSerializer.Serialize(new RunLine(run), RecordJson.Default.RunLine) + "\n");
    }

    private bool IsWritten(RecourseRecord record)
    {
        if (record.Outcome == Outcome.Cancelled)
        {
            Counts.Stopped = true;
            return false;
        }
        Counts.Add(record);
        return !onlyRejected || record.Outcome != Outcome.AlreadyDesired;
    }

    private bool IsCsv => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private RecordWriter Open()
    {
        var stream = new FileStream(Partial, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        return IsCsv ? new CsvWriter(stream, schema, safeCells) : new NdjsonWriter(stream, run);
    }
}
