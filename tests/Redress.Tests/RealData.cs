namespace Redress.Tests;

/// <summary>Finds the published data sets, which are no part of the repository; tests that need them are skipped without them, and say so.</summary>
internal static class RealData
{
    internal const string Reason = "The published data are not here; set REDRESS_DATA to the folder that holds them.";

    /// <summary>The data folder that REDRESS_DATA names, or null.</summary>
    internal static string? Folder => Environment.GetEnvironmentVariable("REDRESS_DATA") is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;

    /// <summary>The data folder; skips the present test where one of the files is not in it.</summary>
    internal static string Need(params IEnumerable<string> files)
    {
        string? folder = Folder;
        Assert.SkipUnless(folder is not null && files.All(f => File.Exists(Path.Combine(folder, f))), Reason);
        return folder!;
    }
}
