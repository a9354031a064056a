namespace Redress.Tests;

/// <summary>Folders of the library are layers: this table says which may use which, and ARCHITECTURE.md shows it.</summary>
public sealed class LayersTests
{
    private static readonly Dictionary<string, string[]> May = new()
    {
        ["Data"] = ["Tensors", "Data"],
        ["Models"] = ["Tensors", "Data"],
        ["Actions"] = ["Data"],
        ["Attacks"] = ["Tensors", "Data", "Models", "Actions"],
        ["Costs"] = ["Data"],
        ["Generative"] = ["Tensors", "Data", "Models", "Attacks"],
        [""] = ["Tensors", "Data", "Models", "Actions", "Costs", "Generative"],
        ["Neighbours"] = ["Tensors", "Data"],
        ["Metrics"] = ["Tensors", "Data", "Models", "Actions", "Costs", "Neighbours", "Attacks"],
        ["Training"] = ["Tensors", "Data", "Models", "Actions", "Attacks", "Generative", "Metrics"],
        ["Search"] = ["Tensors", "Data", "Models", "Actions", "Costs", "Generative", "Neighbours"],
        ["Methods"] = ["Tensors", "Data", "Models", "Actions", "Attacks", "Costs", "Generative", "Neighbours", "Search"],
        ["Records"] = ["Data"],
        ["Studies"] = ["Tensors", "Data", "Models", "Actions", "Costs", "Generative", "Neighbours", "Attacks", "Training", "Search", "Methods", "Guarantees", "Metrics"],
        ["Guarantees"] = ["Tensors", "Data", "Models", "Actions", "Metrics"],
    };

    [Fact]
    public void Every_using_line_is_in_the_table()
    {
        var problems = new List<string>();
        foreach (string file in Sources("src/Redress"))
        {
            string folder = Folder(file);
            if (!May.TryGetValue(folder, out string[]? allowed))
            {
                problems.Add($"{file}: folder '{folder}' is not in the table");
                continue;
            }
            foreach (string used in Uses(file))
                if (used != folder && !allowed.Contains(used)) problems.Add($"{file}: {(folder.Length == 0 ? "the root" : folder)} may not use {used}");
        }
        Assert.Empty(problems);
    }

    /// <summary>Reports draw what studies and evaluations measured; they run no model, method or training.</summary>
    [Fact]
    public void Reports_measure_nothing()
    {
        string[] may = ["Data", "Metrics", "Models", "Studies", "Reports"];
        Assert.Empty(Sources("src/Redress.Reports").SelectMany(f => Uses(f).Except(may).Select(used => $"{f}: Reports may not use {used}")));
    }

    [Fact]
    public void Namespaces_are_folders()
    {
        foreach (string project in new[] { "src/Redress", "src/Redress.Tensors", "src/Redress.Reports", "src/Redress.Cli" })
            foreach (string file in Sources(project))
            {
                string relative = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Root, "src"), file))!.Replace(Path.DirectorySeparatorChar, '.');
                string? line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
                if (line is not null) Assert.Equal($"namespace {relative};", line);
            }
    }

    [Fact]
    public void The_engine_knows_nothing_of_recourse()
    {
        foreach (string file in Sources("src/Redress.Tensors"))
            foreach (string line in File.ReadLines(file))
                foreach (string word in new[] { "recourse", "counterfactual", "schema" })
                    Assert.DoesNotContain(word, line.Replace("Redress", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Redress.slnx"))) folder = folder.Parent;
            return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the solution's folder.");
        }
    }

    private static IEnumerable<string> Sources(string project)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, project), "*.cs", SearchOption.AllDirectories).ToList();
        Assert.NotEmpty(files);
        return files;
    }

    private static string Folder(string file)
    {
        string[] parts = Path.GetRelativePath(Path.Combine(Root, "src", "Redress"), file).Split(Path.DirectorySeparatorChar);
        return parts.Length == 1 ? "" : parts[0];
    }

    private static IEnumerable<string> Uses(string file) => File.ReadLines(file)
        .Where(l => l.StartsWith("using Redress.", StringComparison.Ordinal))
        .Select(l => l["using Redress.".Length..].TrimEnd(';', '\r', ' ').Split('.')[0]);
}
