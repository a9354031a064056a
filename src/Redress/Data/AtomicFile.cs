namespace Redress.Data;

/// <summary>Writes whole files or none: to a temporary file beside the target, then by rename.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; where the writer throws, the target stays as it was.</summary>
    internal static void Write(string path, Action<Stream> write)
    {
        string temporary = path + ".writing";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes a text as UTF-8.</summary>
    internal static void Write(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
