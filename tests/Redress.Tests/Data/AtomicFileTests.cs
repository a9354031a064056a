using Redress.Data;

namespace Redress.Tests.Data;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_is_whole_or_as_it_was()
    {
        string folder = Directory.CreateTempSubdirectory("redress").FullName;
        try
        {
            string path = Path.Combine(folder, "a.txt");
            AtomicFile.Write(path, "first");
            Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
            {
                stream.WriteByte(1);
                throw new InvalidOperationException("half way");
            }));
            Assert.Equal("first", File.ReadAllText(path));
            AtomicFile.Write(path, "second");
            Assert.Equal("second", File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
