using System.Runtime.InteropServices;
using System.Security.Cryptography;


namespace Redress.Data;

/// <summary>64-bit keys from content: the first eight bytes of SHA-256, so that they are the same on every machine and cannot be forged by chance.</summary>
internal static class ContentHash
{
    /// <summary>The key of a text.</summary>
    internal static ulong Of(string text) => Of(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The key of a person's raw features; 0 and -0 are the same.</summary>
    internal static ulong Of(ReadOnlySpan<double> row)
    {
        Span<long> bits = row.Length <= 128 ? stackalloc long[row.Length] : new long[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            long value = BitConverter.DoubleToInt64Bits(row[i] + 0.0);
            bits[i] = BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
        }
        return Of(MemoryMarshal.AsBytes(bits));
    }

    /// <summary>The key of bytes.</summary>
    internal static ulong Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }

    /// <summary>One key of two.</summary>
    internal static ulong Combine(ulong a, ulong b)
    {
        Span<byte> both = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(both, a);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(both[8..], b);
        return Of(both);
    }

    /// <summary>SHA-256 of bytes as 64 lower-case hexadecimal digits.</summary>
    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
