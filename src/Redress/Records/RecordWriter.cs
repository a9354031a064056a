using System.Buffers;

namespace Redress.Records;

/// <summary>Writes records as they come; every record is whole or absent. Not thread-safe.</summary>
public abstract class RecordWriter : IDisposable
{
    private readonly Stream to;
    private readonly List<Block> blocks = [];

    /// <summary>Writes to a stream.</summary>
    /// <param name="to">Closed when the writer is disposed of.</param>
    private protected RecordWriter(Stream to) => this.to = to;

    /// <summary>Text that one thread prepares while others prepare theirs.</summary>
    private sealed class Block
    {
        internal readonly ArrayBufferWriter<byte> Text = new(1 << 16);
        internal Action<RecourseRecord>? Format;
    }

    /// <summary>Adds one person's record.</summary>
    public void Write(RecourseRecord record)
    {
        var block = BlockOf(0);
        block.Format!(record);
        Flush(block);
    }

    /// <summary>Adds the records of a batch, in order; their text is made on several threads.</summary>
    /// <param name="records">The records.</param>
    /// <param name="which">Says which to write; it sees each record once, on any thread. Null for all.</param>
    /// <param name="execution">Threads and records a block; they never change the file.</param>
    public void Write(IReadOnlyList<RecourseRecord> records, Func<RecourseRecord, bool>? which = null, Execution? execution = null)
    {
        execution ??= new();
        int size = Chunks.RowsOf(execution), count = (records.Count + size - 1) / size;
        for (int b = 0; b < count; b++) BlockOf(b);
        Chunks.Run(records.Count, execution, (start, rows) =>
        {
            var format = blocks[start / size].Format!;
            for (int r = start; r < start + rows; r++)
                if (records[r] is var record && (which is null || which(record))) format(record);
        }, CancellationToken.None);
        for (int b = 0; b < count; b++) Flush(blocks[b]);
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        to.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What appends a record's text to a block; called once a block, used by one thread at a time.</summary>
    private protected abstract Action<RecourseRecord> FormatTo(ArrayBufferWriter<byte> block);

    /// <summary>Writes text that comes before all records.</summary>
    private protected void WriteFirst(ReadOnlySpan<byte> text) => to.Write(text);

    private Block BlockOf(int index)
    {
        while (blocks.Count <= index) blocks.Add(new());
        var block = blocks[index];
        block.Format ??= FormatTo(block.Text);
        return block;
    }

    private void Flush(Block block)
    {
        to.Write(block.Text.WrittenSpan);
        block.Text.ResetWrittenCount();
    }
}
