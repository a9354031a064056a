using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private const string Images = "fashion-mnist/train-images-idx3-ubyte.gz", Labels = "fashion-mnist/train-labels-idx1-ubyte.gz";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Images_of_the_two_classes_are_kept_with_their_numbers()
    {
        Write(Image(4), Label(4, [1, 7, 0, 1]));
        var (rows, test) = DataSetCatalog.Get("fashion-mnist").Load(folder[""]);
        Assert.Equal((3, 3), (rows.Rows, test!.Rows));
        Assert.Equal(["1", "3", "4"], rows.Ids!);
        Assert.Equal(["test-1", "test-3", "test-4"], test.Ids!);
        Assert.Equal([true, false, true], rows.Labels!);
        Assert.Equal([0, 2 * 784 % 251, 3 * 784 % 251], Enumerable.Range(0, 3).Select(r => (int)rows.Row(r)[0]));
    }

    public static TheoryData<string, string> Broken => new()
    {
        { "magic", "train-images-idx3-ubyte.gz: no IDX file of unsigned bytes in 3 dimensions (it begins 00000D03; 00000803 is expected)." },
        { "labels in place of images", "train-images-idx3-ubyte.gz: no IDX file of unsigned bytes in 3 dimensions (it begins 00000801; 00000803 is expected)." },
        { "empty", "train-images-idx3-ubyte.gz: no IDX file of unsigned bytes in 3 dimensions (it begins ; 00000803 is expected)." },
        { "short header", "train-images-idx3-ubyte.gz: truncated; its header takes 16 bytes and there are 9." },
        { "size", "train-images-idx3-ubyte.gz: images of 14 × 56; must be 28 × 28." },
        { "truncated images", "train-images-idx3-ubyte.gz: truncated; its header announces 4 items and it ends after 3." },
        { "truncated labels", "train-labels-idx1-ubyte.gz: truncated; its header announces 4 items and it ends after 3." },
        { "many labels", "train-labels-idx1-ubyte.gz: truncated; its header announces 70000 items and it ends after 4." },
        { "too many labels", "train-labels-idx1-ubyte.gz: announces 70001 items; the limit is 70000." },
        { "huge images", "train-images-idx3-ubyte.gz: announces 4294967295 items; the limit is 70000." },
        { "more images", "train-images-idx3-ubyte.gz: more bytes than the 4 items that its header announces." },
        { "more labels", "train-labels-idx1-ubyte.gz: more bytes than the 4 items that its header announces." },
        { "counts", "train-images-idx3-ubyte.gz: 4 images; train-labels-idx1-ubyte.gz has 5 labels." },
        { "classes", "train-images-idx3-ubyte.gz: none of its 4 labels is 0 or 1; is it the published file?" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void Files_that_contradict_themselves_are_refused(string how, string message)
    {
        var (images, labels) = (Image(4), Label(4, [1, 0, 0, 1]));
        switch (how)
        {
            case "magic": images[2] = 0x0D; break;
            case "labels in place of images": images = labels; break;
            case "empty": images = []; break;
            case "short header": images = images[..9]; break;
            case "size": (images[11], images[15]) = (14, 56); break;
            case "truncated images": images = images[..^1]; break;
            case "truncated labels": labels = labels[..^1]; break;
            case "many labels": labels = Label(70_000, [1, 0, 0, 1]); break;
            case "too many labels": labels = Label(70_001, [1, 0, 0, 1]); break;
            case "huge images": images.AsSpan(4, 4).Fill(0xFF); break;
            case "more images": images = [.. images, 0]; break;
            case "more labels": labels = [.. labels, 0]; break;
            case "counts": labels = Label(5, [1, 0, 0, 1, 1]); break;
            default: labels = Label(4, [2, 3, 4, 5]); break;
        }
        Write(images, labels);
        Assert.Equal(message, Assert.Throws<DataException>(() => DataSetCatalog.Get("fashion-mnist").Load(folder[""])).Message);
        // Whoever refuses a file lets go of it.
        foreach (string file in new[] { Images, Labels })
            using (var alone = File.Open(folder[file], FileMode.Open, FileAccess.ReadWrite, FileShare.None)) Assert.True(alone.CanWrite);
    }

    [Fact]
    public void A_gzip_file_that_was_cut_off_or_is_none_is_refused()
    {
        Write(Image(4), Label(4, [1, 0, 0, 1]));
        byte[] whole = File.ReadAllBytes(folder[Images]);
        File.WriteAllBytes(folder[Images], whole[..^20]);
        Assert.StartsWith("train-images-idx3-ubyte.gz: no valid gzip file (", Assert.Throws<DataException>(() => DataSetCatalog.Get("fashion-mnist").Load(folder[""])).Message, StringComparison.Ordinal);
        File.WriteAllText(folder[Images], "pixels");
        Assert.StartsWith("train-images-idx3-ubyte.gz: no valid gzip file (", Assert.Throws<DataException>(() => DataSetCatalog.Get("fashion-mnist").Load(folder[""])).Message, StringComparison.Ordinal);
    }

    private void Write(byte[] images, byte[] labels)
    {
        folder.WriteGz(Images, images);
        folder.WriteGz(Labels, labels);
        folder.WriteGz("fashion-mnist/t10k-images-idx3-ubyte.gz", Image(4));
        folder.WriteGz("fashion-mnist/t10k-labels-idx1-ubyte.gz", Label(4, [1, 7, 0, 1]));
    }

    private static byte[] Image(byte count) => [0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, 28, 0, 0, 0, 28, .. Enumerable.Range(0, count * 784).Select(i => (byte)(i % 251))];

    private static byte[] Label(int count, byte[] classes) => [0, 0, 8, 1, (byte)(count >> 24), (byte)(count >> 16), (byte)(count >> 8), (byte)count, .. classes];
}
