using System.Buffers.Binary;
using System.IO.Compression;

namespace Redress.Data;

/// <summary>
/// A file in the IDX format of MNIST, read item by item: two zero bytes, the type (08: unsigned bytes), the number of dimensions, each dimension as a
/// big-endian 32-bit number, and the bytes. The header is believed only as far as bytes really come.
/// </summary>
internal sealed class IdxFile : IDisposable
{
    /// <summary>MNIST and its like have 70,000 items; what announces more unpacks to gigabytes that nobody published.</summary>
    internal const int MostItems = 70_000;

    private const int Block = 1 << 16;
    private readonly Stream stream;
    private int read;

    private IdxFile(string path, int dimensions)
    {
        Name = Path.GetFileName(path);
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, Block);
        stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), Block) : file;
        try
        {
            Shape = ReadShape(dimensions);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The file's name, for messages.</summary>
    internal string Name { get; }

    /// <summary>How many items the header announces.</summary>
    internal int Count => (int)Shape[0];

    /// <summary>Items, and each item's dimensions.</summary>
    private long[] Shape { get; }

    /// <summary>Opens a file of images.</summary>
    /// <exception cref="DataException">It is none, or its images have another size.</exception>
    internal static IdxFile OpenImages(string path, int rows, int columns)
    {
        var file = Opened(path, 3);
        if (file.Shape[1] == rows && file.Shape[2] == columns) return file;
        file.Dispose();
        throw new DataException(Invariant($"{file.Name}: images of {file.Shape[1]} × {file.Shape[2]}; must be {rows} × {columns}."));
    }

    /// <summary>Reads a whole file of labels.</summary>
    /// <exception cref="DataException">It is none, or holds fewer or more labels than it announces.</exception>
    internal static byte[] ReadLabels(string path)
    {
        using var file = Opened(path, 1);
        var labels = new List<byte>();
        var block = new byte[Block];
        while (file.read < file.Count)
        {
            int got = file.Fill(block.AsSpan(0, Math.Min(Block, file.Count - file.read)));
            labels.AddRange(block.AsSpan(0, got));
            file.read += got;
            if (got == 0) throw file.Truncated();
        }
        file.RequireEnd();
        return [.. labels];
    }

    /// <summary>Reads the next item, all its bytes.</summary>
    /// <exception cref="DataException">The file ends within it.</exception>
    internal void Read(Span<byte> item)
    {
        if (Fill(item) < item.Length) throw Truncated();
        read++;
    }

    /// <summary>Refuses bytes behind the last item.</summary>
    /// <exception cref="DataException">There are some.</exception>
    internal void RequireEnd()
    {
        Span<byte> more = stackalloc byte[1];
        if (Fill(more) > 0) throw new DataException(Invariant($"{Name}: more bytes than the {Count} items that its header announces."));
    }

    public void Dispose() => stream.Dispose();

    private static IdxFile Opened(string path, int dimensions)
    {
        CsvRows.RequireWholeGzip();
        return new(path, dimensions);
    }

    /// <summary>Reads the header.</summary>
    private long[] ReadShape(int dimensions)
    {
        Span<byte> header = stackalloc byte[4 * (1 + dimensions)];
        int got = Fill(header);
        uint magic = got < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic != 0x800 + dimensions)
            throw new DataException(Invariant($"{Name}: no IDX file of unsigned bytes in {dimensions} dimension{(dimensions == 1 ? "" : "s")} (it begins {Convert.ToHexString(header[..Math.Min(got, 4)])}; 0000080{dimensions} is expected)."));
        if (got < header.Length) throw new DataException(Invariant($"{Name}: truncated; its header takes {header.Length} bytes and there are {got}."));
        var shape = new long[dimensions];
        for (int d = 0; d < dimensions; d++) shape[d] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 * (d + 1))..]);
        return shape[0] <= MostItems ? shape : throw new DataException(Invariant($"{Name}: announces {shape[0]} items; the limit is {MostItems}."));
    }

    private DataException Truncated() => new(Invariant($"{Name}: truncated; its header announces {Count} items and it ends after {read}."));

    private int Fill(Span<byte> bytes)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new DataException($"{Name}: no valid gzip file ({e.Message})", e);
        }
    }
}
