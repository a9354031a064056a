using Redress.Data;
using Redress.Models;

namespace Redress.Search;

/// <summary>A saved preparation: a safetensors file that names the method, its options and the model it was prepared for, and holds what was learnt.</summary>
/// <param name="Method">The method's slug.</param>
/// <param name="Options">Its options as JSON.</param>
/// <param name="Model">The model's fingerprint.</param>
/// <param name="Columns">The fingerprint of the columns it reads.</param>
/// <param name="Learnt">What the method learnt; null where it learns nothing.</param>
internal sealed record Preparation(string Method, string Options, string Model, string Columns, Learnt? Learnt)
{
    /// <summary>What such a file says it holds.</summary>
    internal const string Kind = "preparation";

    private const string LearntKey = "redress.learnt";

    internal void Write(Stream to)
    {
        var metadata = new Dictionary<string, string>
        {
            ["redress.kind"] = Kind, ["redress.method"] = Method, ["redress.options"] = Options, ["redress.model"] = Model, ["redress.columns"] = Columns,
        };
        if (Learnt is not null) metadata[LearntKey] = Learnt.Json;
        SafeTensors.Write(to, metadata, Learnt?.Tensors ?? []);
    }

    /// <summary>Reads a preparation of whatever model.</summary>
    /// <exception cref="ModelFileException">The file is damaged, or no preparation.</exception>
    internal static Preparation Read(Stream from, string name)
    {
        var (metadata, tensors) = SafeTensors.Read(from, name);
        string Get(string key) => metadata.TryGetValue(key, out string? value) ? value : throw new ModelFileException($"{name}: no preparation written by redress (it has no '{key}' metadata).");
        if (Get("redress.kind") != Kind) throw new ModelFileException($"{name}: holds {ModelFile.Named(Get("redress.kind"))}, not {ModelFile.Named(Kind)}.");
        var learnt = metadata.TryGetValue(LearntKey, out string? json) ? new Learnt(json, [.. tensors.Values], name) : null;
        if (learnt is null && tensors.Count > 0) throw new ModelFileException(Invariant($"{name}: damaged ({tensors.Count} tensors, and no '{LearntKey}' metadata that says what they are)."));
        return new Preparation(Get("redress.method"), Get("redress.options"), Get("redress.model"), Get("redress.columns"), learnt);
    }

    /// <summary>Reads a preparation and refuses one of another model.</summary>
    /// <exception cref="ModelFileException">The file is damaged, no preparation, or of another model.</exception>
    internal static Preparation Read(Stream from, string name, IModel model)
    {
        var read = Read(from, name);
        if (read.Model != model.Fingerprint)
            throw new ModelFileException($"{name}: prepared for another model ({Short(read.Model)}, this one is {Short(model.Fingerprint)}); prepare again.");
        // A black box's fingerprint is whatever its owner says: its columns are checked as well.
        if (read.Columns != model.Schema.ColumnsFingerprint) throw new ModelFileException($"{name}: prepared for a model with other columns; prepare again.");
        return read;
    }

    private static string Short(string fingerprint) => fingerprint.Length <= 12 ? fingerprint : fingerprint[..12] + "…";
}
