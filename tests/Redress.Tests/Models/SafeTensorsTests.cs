using System.Buffers.Binary;
using System.Text;
using Redress.Models;

namespace Redress.Tests.Models;

/// <summary>Files from strangers: every damage is one clear line, and no memory is taken on a file's word.</summary>
public sealed class SafeTensorsTests
{
    private const string OneFloat = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";

    [Fact]
    public void Tensors_and_metadata_come_back()
    {
        using var file = new MemoryStream();
        SafeTensors.Write(file, new Dictionary<string, string> { ["k"] = "v\n\"" }, [StoredTensor.Of("a", [2, 2], [1f, -2.5f, float.NaN, 0]), StoredTensor.Of("b", [ulong.MaxValue, 7])]);
        file.Position = 0;
        var (metadata, tensors) = SafeTensors.Read(file, "f");
        Assert.Equal("v\n\"", metadata["k"]);
        Assert.Equal([1f, -2.5f, float.NaN, 0], tensors["a"].Floats());
        Assert.Equal([ulong.MaxValue, 7], tensors["b"].Numbers());
        Assert.Equal([2, 2], tensors["a"].Shape);
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(file.GetBuffer()) % 8);
    }

    public static TheoryData<string, int, string> Damaged => new()
    {
        { "[1]", 0, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { "{\"a\":", 0, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":3}""", 0, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"__metadata__":{"k":1},"a":ONE}""", 4, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":{"dtype":"F32","shape":[2000000000,2000000000,2000000000],"data_offsets":[0,4]}}""", 4, "f: not a model file, or damaged (its header is no valid JSON header)." },
        { """{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", 8, "f: tensor 'a' has the type I64; F32, F64, U16, U32 and U64 are read." },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "f: tensor 'a' has the size -1." },
        { """{"a":{"dtype":"F32","shape":[9223372036854775807],"data_offsets":[0,4]}}""", 4, "f: tensor 'a' has the size 9223372036854775807." },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "f: damaged (tensor 'a' claims bytes -4 to 0 of 4 for 1 values)." },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "f: damaged (tensor 'a' claims bytes 4 to 0 of 4 for 1 values)." },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "f: damaged (tensor 'a' claims bytes 0 to 8 of 4 for 2 values)." },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "f: damaged (tensor 'a' claims bytes 0 to 4 of 4 for 2 values)." },
        { """{"a":ONE,"b":ONE}""", 4, "f: damaged (tensor 'b' claims bytes 0 to 4 of 4 for 1 values)." },
        { """{"a":ONE,"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "f: damaged (tensor 'b' claims bytes 8 to 12 of 12 for 1 values)." },
        { """{"a":ONE,"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "f: damaged (tensor 'a' stands twice)." },
        { """{"a":ONE}""", 7, "f: damaged (3 bytes belong to no tensor)." },
    };

    [Theory, MemberData(nameof(Damaged))]
    public void Damage_is_one_line(string header, int data, string message) =>
        Assert.Equal(message, Refuse(File(header.Replace("ONE", OneFloat, StringComparison.Ordinal), data)));

    [Fact]
    public void Lengths_are_checked_before_memory_is_taken()
    {
        Assert.Equal("f: not a model file (0 bytes; the header alone takes 8).", Refuse([]));
        Assert.Equal("f: not a model file (7 bytes; the header alone takes 8).", Refuse(new byte[7]));
        foreach (ulong claimed in new[] { 1ul << 63, ulong.MaxValue, 100ul, (64ul << 20) + 1 })
        {
            byte[] file = File("{}", 20);
            BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
            Assert.Equal(Invariant($"f: not a model file, or damaged (its header claims {claimed} bytes of 22)."), Refuse(file));
        }
        var many = new StringBuilder("{");
        for (int i = 0; i <= 10_000; i++) many.Append(Invariant($"{(i > 0 ? "," : "")}\"{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        Assert.Equal("f: more than 10000 tensors.", Refuse(File(many.Append('}').ToString(), 0)));
        Assert.Equal("f: 2000000001 bytes; the limit is 2000000000.", Sample.Message<ModelFileException>(() => SafeTensors.Read(new Pretender([], 2_000_000_001), "f")));
    }

    [Fact]
    public void A_large_file_with_a_false_header_costs_nothing()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("f: damaged (1899999934 bytes belong to no tensor).", Sample.Message<ModelFileException>(() => SafeTensors.Read(new Pretender(File($$"""{"a":{{OneFloat}}}""", 0), 1_900_000_000), "f")));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        using var whole = new MemoryStream();
        SafeTensors.Write(whole, new Dictionary<string, string> { ["k"] = "v" }, [StoredTensor.Of("a", [3], [1f, 2, 3])]);
        byte[] bytes = whole.ToArray();
        for (int length = 0; length < bytes.Length; length++) Assert.DoesNotContain('\n', Refuse(bytes[..length]));
    }

    [Fact]
    public void No_flipped_byte_of_a_header_ends_in_anything_but_a_line_or_an_answer()
    {
        using var whole = new MemoryStream();
        SafeTensors.Write(whole, new Dictionary<string, string> { ["k"] = "v" }, [StoredTensor.Of("a", [3], [1f, 2, 3]), StoredTensor.Of("b", [4])]);
        byte[] bytes = whole.ToArray();
        int refused = 0;
        for (int at = 0; at < bytes.Length; at++)
            foreach (byte flip in new byte[] { 1, 16, 128, 255 })
            {
                byte[] damaged = (byte[])bytes.Clone();
                damaged[at] ^= flip;
                try
                {
                    SafeTensors.Read(new MemoryStream(damaged), "f");
                }
                catch (ModelFileException)
                {
                    refused++;
                }
            }
        Assert.True(refused > bytes.Length);
    }

    internal static byte[] File(string header, int data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + text.Length + data];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)text.Length);
        text.CopyTo(file, 8);
        return file;
    }

    private static string Refuse(byte[] file) => Sample.Message<ModelFileException>(() => SafeTensors.Read(new MemoryStream(file), "f"));

    /// <summary>A stream that claims more than it holds, as a sparse file does.</summary>
    private sealed class Pretender(byte[] bytes, long length) : MemoryStream(bytes)
    {
        public override long Length => length;
    }
}
