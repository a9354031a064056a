using System.Buffers.Binary;
using System.IO.Compression;
using Redress.Reports.Charts;

namespace Redress.Reports.Tests.Charts;

public sealed class PngImageTests
{
    /// <summary>Read back by the parts of the standard, and by .NET's own inflater, which checks the sum.</summary>
    [Fact]
    public void Pixels_come_back()
    {
        byte[] png = PngImage.Of([0, 127.6, 255, 300, -4, double.NaN], 3, 2);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = Chunks(png);
        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(c => c.Type));
        Assert.Equal([0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0], chunks[0].Data);
        Assert.Equal([0, 0, 128, 255, 0, 255, 0, 0], Inflated(chunks[1].Data));
    }

    /// <summary>More than a stored block holds.</summary>
    [Fact]
    public void A_large_image_has_several_blocks()
    {
        double[] pixels = [.. Enumerable.Range(0, 512 * 256).Select(i => (double)(i % 256))];
        byte[] rows = Inflated(Chunks(PngImage.Of(pixels, 512, 256))[1].Data);
        Assert.Equal(256 * 513, rows.Length);
        Assert.Equal((byte)(5 % 256), rows[513 * 9 + 1 + 5]);
    }

    private static byte[] Inflated(byte[] data)
    {
        using var from = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }

    private static List<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        var chunks = new List<(string, byte[])>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add((System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], png[^4..]);
        return chunks;
    }
}
