namespace Redress.Data.Catalog;

/// <summary>Fashion-MNIST's T-shirts and trousers, as Hardy et al. (2022, section 3.1) tell them apart. A feature a pixel, 0 black to 255 white.</summary>
internal static class FashionMnist
{
    internal const int Side = 28;
    private const byte Shirt = 0, Trouser = 1;

    internal static DataSet Set { get; } = new(
        "fashion-mnist", "Clothing images, T-shirts and trousers: which are trousers", "Zalando Research (github.com/zalandoresearch/fashion-mnist), four files in the IDX format, still compressed",
        "MIT",
        [
            "fashion-mnist/train-images-idx3-ubyte.gz", "fashion-mnist/train-labels-idx1-ubyte.gz", "fashion-mnist/t10k-images-idx3-ubyte.gz", "fashion-mnist/t10k-labels-idx1-ubyte.gz",
        ],
        "Classes 0 (T-shirt or top) and 1 (trouser): 12,000 training and 2,000 test images of 28 × 28 pixels. Favourable: trouser. Every pixel may take any value from 0 to 255; train with --scaling range for inputs from 0 to 1.",
        new Schema(
            [.. Enumerable.Range(0, Side * Side).Select(p => Feature.Numeric(Invariant($"pixel_{p / Side + 1}_{p % Side + 1}"), Change.Any) with { Minimum = 0, Maximum = 255 })],
            "class", "trouser", SourceTable.Row),
        (folder, schema) => new(Part(folder, 0, schema, ""), Part(folder, 2, schema, "test-")));

    private static Table Part(string folder, int first, Schema schema, string part)
    {
        string images = Path.Combine(folder, Set.Files[first]), labels = Path.Combine(folder, Set.Files[first + 1]);
        byte[] classes = IdxFile.ReadLabels(labels);
        using var file = IdxFile.OpenImages(images, Side, Side);
        if (file.Count != classes.Length) throw new DataException(Invariant($"{file.Name}: {file.Count} images; {Path.GetFileName(labels)} has {classes.Length} labels."));
        return Kept(file, classes, schema, part);
    }

    /// <summary>The images of the two classes. Bytes are kept while the file is read and doubles made of them afterwards, so that memory is taken only for images that are really there.</summary>
    private static Table Kept(IdxFile file, byte[] classes, Schema schema, string part)
    {
        var pixels = new MemoryStream();
        var (trousers, ids) = (new List<bool>(), new List<string>());
        var image = new byte[Side * Side];
        for (int i = 0; i < classes.Length; i++)
        {
            file.Read(image);
            if (classes[i] is not (Shirt or Trouser)) continue;
            pixels.Write(image);
            trousers.Add(classes[i] == Trouser);
            ids.Add(Invariant($"{part}{i + 1}"));
        }
        file.RequireEnd();
        if (ids.Count == 0) throw new DataException(Invariant($"{file.Name}: none of its {classes.Length} labels is 0 or 1; is it the published file?"));
        var bytes = pixels.GetBuffer().AsSpan(0, (int)pixels.Length);
        var values = new double[bytes.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertTruncating<byte, double>(bytes, values);
        return new(schema, values, ids, trousers);
    }
}
