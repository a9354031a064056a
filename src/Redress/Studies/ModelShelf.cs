using System.Text.Json;
using Redress.Data;
using Redress.Models;

namespace Redress.Studies;

/// <summary>The trained models in a study's output folder: a model file each, and beside it a mark that says whose it is and what its bytes are.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="keys">What models are the result of.</param>
internal sealed class ModelShelf(string folder, StudyKeys keys)
{
    private const long MostBytes = 256L << 20;

    /// <summary>Whether a model was trained before and its file is whole; a file that is not whole or not ours is a remark.</summary>
    internal bool Has(StudyModel model, List<string> remarks)
    {
        var (path, mark) = PathsOf(model);
        if (!File.Exists(mark)) return false;
        if (File.Exists(path) && Read(mark) is { } read && read.Key == keys.Of(model) && new FileInfo(path).Length <= MostBytes && read.Sha256 == HashOf(path)) return true;
        remarks.Add($"'{path}' is damaged or of something else; that model is trained again.");
        return false;
    }

    /// <summary>Keeps a trained model: its file, then the mark.</summary>
    internal void Keep(StudyModel model, ICertifiableModel trained)
    {
        var (path, mark) = PathsOf(model);
        Directory.CreateDirectory(folder);
        ModelFile.Save(trained, path);
        AtomicFile.Write(mark, JsonSerializer.Serialize(new ModelMark(keys.Of(model), model.Name, HashOf(path)), StudyJson.Default.ModelMark) + "\n");
    }

    /// <summary>Reads a model that <see cref="Has"/> or <see cref="Keep"/> has seen.</summary>
    internal ICertifiableModel Load(StudyModel model) => ModelFile.LoadTrained(PathsOf(model).Model);

    private (string Model, string Mark) PathsOf(StudyModel model)
    {
        string path = Path.Combine(folder, $"{model.Name}-{keys.Of(model)[..8]}");
        return (path + ".safetensors", path + ".json");
    }

    private static string HashOf(string path) => ContentHash.Hex(File.ReadAllBytes(path));

    private static ModelMark? Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return JsonSerializer.Deserialize(stream, StudyJson.Default.ModelMark);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Whose a model file is.</summary>
/// <param name="Key">What it is the result of.</param>
/// <param name="Model">The model's name in the plan.</param>
/// <param name="Sha256">Of the model file.</param>
internal sealed record ModelMark(string Key, string Model, string Sha256);
