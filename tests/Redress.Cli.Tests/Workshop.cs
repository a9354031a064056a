using Redress.Data;
using Redress.Data.Catalog;

namespace Redress.Cli.Tests;

/// <summary>A folder with people, a schema, and a small certified model, made once by the commands themselves.</summary>
public sealed class Workshop : IDisposable
{
    internal const string Small = "--hidden 8 --epochs 4 --batch 32 --learning-rate 0.01 --threshold 0.5 --seed 3";
    private readonly Lazy<string> strict;
    private int files;

    public Workshop()
    {
        Folder = Directory.CreateTempSubdirectory("redress-cli-").FullName;
        (People, Schema, Model) = (At("people.csv"), At("schema.json"), At("model.safetensors"));
        using (var to = File.Create(People)) CsvTable.Write(CreditDemo.Generate(5, 600), to);
        File.WriteAllText(Schema, SchemaFile.ToJson(CreditDemo.Schema));
        CliRun.Line("train {0} --schema {1} --out {2} --objective recourse --lambda 0.8 " + Small, People, Schema, Model).Is(0);
        CliRun.Line("certify {0} {1} --method linear-step", Model, People).Is(0);
        strict = new(() =>
        {
            string model = Fresh(".safetensors");
            CliRun.Line("train {0} --schema {1} --out {2} --hidden none --epochs 4 --batch 32 --threshold 0.9 --objective standard", People, Schema, model).Is(0);
            return model;
        });
    }

    internal string Folder { get; }

    internal string People { get; }

    internal string Schema { get; }

    /// <summary>Trained on <see cref="People"/>, certified for linear-step.</summary>
    internal string Model { get; }

    /// <summary>Trained on the same people, without hidden layers and with θ at a probability of 0.9.</summary>
    internal string Strict => strict.Value;

    /// <summary>A path in the folder.</summary>
    internal string At(string name) => Path.Combine(Folder, name);

    /// <summary>A path that no other test has.</summary>
    internal string Fresh(string ending) => At(Invariant($"{Interlocked.Increment(ref files)}{ending}"));

    /// <summary>A file with the given lines.</summary>
    internal string Write(string ending, params string[] lines)
    {
        string path = Fresh(ending);
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>The tests that share the workshop.</summary>
[CollectionDefinition(Name)]
public sealed class WorkshopTests : ICollectionFixture<Workshop>
{
    public const string Name = "workshop";
}
