using System.Buffers.Binary;
using System.Text;

namespace Redress.Reports.Charts;

/// <summary>
/// A grey image as PNG (RFC 2083), its pixels stored and not compressed: small images gain little by it, and the bytes are the same under every version of
/// every library.
/// </summary>
internal static class PngImage
{
    private const int MostStored = 65535;

    /// <summary>The image's file.</summary>
    /// <param name="pixels">Row by row from the upper left, 0 to 255; others are clamped, and what is no number is black.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    internal static byte[] Of(IReadOnlyList<double> pixels, int width, int height)
    {
        // Each row begins with its filter: 0, none.
        byte[] rows = new byte[height * (width + 1)];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = Grey(pixels[y * width + x]);
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        Chunk(file, "IHDR", header);
        Chunk(file, "IDAT", Stored(rows));
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte Grey(double pixel) => double.IsNaN(pixel) ? (byte)0 : (byte)Math.Round(Math.Clamp(pixel, 0, 255));

    /// <summary>A zlib stream (RFC 1950) of stored blocks (RFC 1951).</summary>
    private static byte[] Stored(byte[] bytes)
    {
        using var stream = new MemoryStream();
        stream.Write([0x78, 0x01]);
        for (int from = 0; from < bytes.Length; from += MostStored)
        {
            int length = Math.Min(MostStored, bytes.Length - from);
            byte[] head = new byte[5];
            head[0] = (byte)(from + length == bytes.Length ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(1), (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(3), (ushort)~length);
            stream.Write(head);
            stream.Write(bytes, from, length);
        }
        stream.Write(BigEndian(Adler(bytes)));
        return stream.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(BigEndian((uint)data.Length));
        file.Write(body);
        file.Write(BigEndian(Crc(body)));
    }

    private static byte[] BigEndian(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static uint Adler(byte[] bytes)
    {
        uint a = 1, b = 0;
        foreach (byte x in bytes)
        {
            a = (a + x) % 65521;
            b = (b + a) % 65521;
        }
        return b << 16 | a;
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte x in bytes)
        {
            crc ^= x;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
