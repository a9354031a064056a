using System.IO.Compression;
using System.Text;

namespace Redress.Tests.Data;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("redress-tests-").FullName;

    internal string this[string name] => Path.Combine(folder, name);

    internal string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    internal string Write(string name, byte[] bytes)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal string WriteGz(string name, string text) => WriteGz(name, Encoding.UTF8.GetBytes(text));

    internal string WriteGz(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name])!);
        using var stream = new GZipStream(File.Create(this[name]), CompressionLevel.Fastest);
        stream.Write(bytes);
        return this[name];
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
