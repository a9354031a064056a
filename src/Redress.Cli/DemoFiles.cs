using Redress.Data;
using Redress.Models;
using Redress.Records;

namespace Redress.Cli;

/// <summary>What <c>redress demo --out</c> keeps.</summary>
internal sealed class DemoFiles
{
    internal const string Data = "people.csv", Schema = "schema.json", Baseline = "baseline.safetensors", Aware = "recourse-aware.safetensors", Records = "recourse.ndjson";
    private readonly string folder;

    /// <summary>Makes the folder, and refuses to overwrite before any work is done.</summary>
    internal DemoFiles(string folder, bool force)
    {
        this.folder = folder;
        if (File.Exists(folder)) throw new OptionsException($"'{folder}' is a file; --out names a folder.");
        Directory.CreateDirectory(folder);
        Written = [.. new[] { Data, Schema, Baseline, Aware, Records }.Select(At)];
        Output.RefuseEach(force, Written);
    }

    internal IReadOnlyList<string> Written { get; }

    /// <summary>Writes the people and reads them back, so that models know the rows of the file: <c>certify</c> then refuses those they have seen.</summary>
    internal Table WriteData(Table people)
    {
        AtomicFile.Write(At(Data), stream => CsvTable.Write(people, stream));
        AtomicFile.Write(At(Schema), SchemaFile.ToJson(people.Schema) + "\n");
        return CsvTable.Read(At(Data), people.Schema, null, needTarget: true, out _);
    }

    /// <summary>Writes the certified models and the records of the last one.</summary>
    internal void Write(List<(string Name, NetworkModel Model)> models, RecourseBatch batch)
    {
        foreach (var (name, model) in models) ModelFile.Save(model, At(name + ".safetensors"));
        AtomicFile.Write(At(Records), stream =>
        {
            using var writer = new NdjsonWriter(stream, batch.Run);
            foreach (var record in batch.Records) writer.Write(record);
        });
    }

    private string At(string name) => Path.Combine(folder, name);
}
