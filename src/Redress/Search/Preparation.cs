using Redress.Models;

namespace Redress.Search;

/// <summary>A saved preparation: a safetensors file that names the method, its options and the model it was prepared for.</summary>
/// <param name="Method">The method's slug.</param>
/// <param name="Options">Its options as JSON.</param>
/// <param name="Model">The model's fingerprint.</param>
internal sealed record Preparation(string Method, string Options, string Model)
{
    /// <summary>What such a file says it holds.</summary>
    internal const string Kind = "preparation";

    internal void Write(Stream to) => SafeTensors.Write(
        to, new Dictionary<string, string> { ["redress.kind"] = Kind, ["redress.method"] = Method, ["redress.options"] = Options, ["redress.model"] = Model }, []);

    /// <summary>Reads a preparation of whatever model.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or no preparation.</exception>
    internal static Preparation Read(Stream from, string name)
    {
        var (metadata, _) = SafeTensors.Read(from, name);
        string Get(string key) => metadata.TryGetValue(key, out string? value) ? value : throw new ModelFileException($"{name}: no preparation written by redress (it has no '{key}' metadata).");
        if (Get("redress.kind") != Kind) throw new ModelFileException($"{name}: holds a {Get("redress.kind")}, not a {Kind}.");
        return new Preparation(Get("redress.method"), Get("redress.options"), Get("redress.model"));
    }

    /// <summary>Reads a preparation and refuses one of another model.</summary>
    /// <exception cref="ModelFileException">The file is damaged, no preparation, or of another model.</exception>
    internal static Preparation Read(Stream from, string name, IModel model)
    {
        var read = Read(from, name);
        if (read.Model != model.Fingerprint)
            throw new ModelFileException($"{name}: prepared for another model ({Short(read.Model)}, this one is {Short(model.Fingerprint)}); prepare again.");
        return read;
    }

    private static string Short(string fingerprint) => fingerprint.Length <= 12 ? fingerprint : fingerprint[..12] + "…";
}
