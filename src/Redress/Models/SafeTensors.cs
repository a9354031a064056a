using System.Buffers.Binary;
using System.Text.Json;
using Redress.Tensors;

namespace Redress.Models;

/// <summary>One tensor of a file: a name, a type (F32, F64, U16, U32 or U64), a shape and little-endian bytes.</summary>
internal sealed record StoredTensor(string Name, string Type, long[] Shape, ReadOnlyMemory<byte> Bytes)
{
    internal static StoredTensor Of(string name, Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return Of(name, [tensor.Rows, tensor.Cols], values);
    }

    internal static StoredTensor Of(string name, long[] shape, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return new(name, "F32", shape, bytes);
    }

    internal static StoredTensor Of(string name, long[] shape, ReadOnlySpan<double> values)
    {
        var bytes = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        return new(name, "F64", shape, bytes);
    }

    internal static StoredTensor Of(string name, ReadOnlySpan<ushort> values)
    {
        var bytes = new byte[values.Length * sizeof(ushort)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * sizeof(ushort)), values[i]);
        return new(name, "U16", [values.Length], bytes);
    }

    internal static StoredTensor Of(string name, ReadOnlySpan<uint> values)
    {
        var bytes = new byte[values.Length * sizeof(uint)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), values[i]);
        return new(name, "U32", [values.Length], bytes);
    }

    internal static StoredTensor Of(string name, ReadOnlySpan<ulong> values)
    {
        var bytes = new byte[values.Length * sizeof(ulong)];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * sizeof(ulong)), values[i]);
        return new(name, "U64", [values.Length], bytes);
    }

    internal float[] Floats()
    {
        var values = new float[Bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(Bytes.Span[(i * sizeof(float))..]);
        return values;
    }

    internal double[] Doubles()
    {
        var values = new double[Bytes.Length / sizeof(double)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(Bytes.Span[(i * sizeof(double))..]);
        return values;
    }

    internal ushort[] Shorts()
    {
        var values = new ushort[Bytes.Length / sizeof(ushort)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt16LittleEndian(Bytes.Span[(i * sizeof(ushort))..]);
        return values;
    }

    internal uint[] Integers()
    {
        var values = new uint[Bytes.Length / sizeof(uint)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt32LittleEndian(Bytes.Span[(i * sizeof(uint))..]);
        return values;
    }

    internal ulong[] Numbers()
    {
        var values = new ulong[Bytes.Length / sizeof(ulong)];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[(i * sizeof(ulong))..]);
        return values;
    }
}

/// <summary>A file is damaged or of another kind; the message says in one line which, and where.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>Creates the exception with its one line.</summary>
    public ModelFileException(string message) : base(message) { }

    /// <summary>Creates the exception with its one line and what caused it.</summary>
    public ModelFileException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Creates the exception.</summary>
    public ModelFileException() { }
}

/// <summary>
/// Reads and writes the safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes end to end. The reader trusts
/// nothing: every length is checked against the file before memory is taken, and tensors must cover the data exactly.
/// </summary>
internal static class SafeTensors
{
    private const int MaxHeader = 64 << 20;
    private const long MaxFile = 2_000_000_000;
    private const int MaxTensors = 10_000;

    internal static void Write(Stream to, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StoredTensor> tensors)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        to.Write(length);
        header.WriteTo(to);
        foreach (var tensor in tensors) to.Write(tensor.Bytes.Span);
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="from">A stream whose length is known.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="ModelFileException">The file is damaged or no safetensors file.</exception>
    internal static (IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, StoredTensor> Tensors) Read(Stream from, string name)
    {
        if (from.Length < 8) throw new ModelFileException(Invariant($"{name}: not a model file ({from.Length} bytes; the header alone takes 8)."));
        if (from.Length > MaxFile) throw new ModelFileException(Invariant($"{name}: {from.Length} bytes; the limit is {MaxFile}."));
        Span<byte> prefix = stackalloc byte[8];
        from.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        // Eight letters read as a number are a length beyond any file.
        if (prefix.IndexOfAnyExceptInRange((byte)9, (byte)126) < 0) throw new ModelFileException($"{name}: looks like text; a .safetensors file is expected.");
        if (length > MaxHeader || length > (ulong)from.Length - 8)
            throw new ModelFileException(Invariant($"{name}: not a model file, or damaged (its header claims {length} bytes of {from.Length - 8})."));
        var header = new byte[(int)length];
        from.ReadExactly(header);
        long dataLength = from.Length - 8 - (long)length;
        try
        {
            var (metadata, claims) = Parse(header, dataLength, name);
            var data = new byte[dataLength];
            from.ReadExactly(data);
            return (metadata, claims.ToDictionary(
                c => c.Key, c => new StoredTensor(c.Key, c.Value.Type, c.Value.Shape, data.AsMemory((int)c.Value.Start, (int)(c.Value.End - c.Value.Start))), StringComparer.Ordinal));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new ModelFileException($"{name}: not a model file, or damaged (its header is no valid JSON header).", e);
        }
    }

    /// <summary>What a header says of a tensor, checked against the length of the data.</summary>
    private readonly record struct Claim(string Type, long[] Shape, long Start, long End);

    private static (Dictionary<string, string> Metadata, Dictionary<string, Claim> Claims) Parse(byte[] header, long dataLength, string name)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var claims = new Dictionary<string, Claim>(StringComparer.Ordinal);
        using var json = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        long expected = 0;
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            if (entry.Name == "__metadata__")
            {
                foreach (var pair in entry.Value.EnumerateObject()) metadata[pair.Name] = pair.Value.GetString() ?? "";
                continue;
            }
            var offsets = entry.Value.GetProperty("data_offsets");
            long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
            string type = entry.Value.GetProperty("dtype").GetString() ?? "";
            long size = type switch { "U16" => 2, "F32" or "U32" => 4, "F64" or "U64" => 8, _ => throw new ModelFileException($"{name}: tensor '{entry.Name}' has the type {type}; F32, F64, U16, U32 and U64 are read.") };
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];
            long count = 1;
            foreach (long s in shape) count = s is >= 0 and <= MaxFile ? checked(count * s) : throw new ModelFileException(Invariant($"{name}: tensor '{entry.Name}' has the size {s}."));
            if (start != expected || end < start || end > dataLength || end - start != checked(count * size))
                throw new ModelFileException(Invariant($"{name}: damaged (tensor '{entry.Name}' claims bytes {start} to {end} of {dataLength} for {count} values)."));
            if (claims.Count >= MaxTensors) throw new ModelFileException(Invariant($"{name}: more than {MaxTensors} tensors."));
            if (!claims.TryAdd(entry.Name, new(type, shape, start, end)))
                throw new ModelFileException($"{name}: damaged (tensor '{entry.Name}' stands twice).");
            expected = end;
        }
        if (expected != dataLength) throw new ModelFileException(Invariant($"{name}: damaged ({dataLength - expected} bytes belong to no tensor)."));
        return (metadata, claims);
    }
}
