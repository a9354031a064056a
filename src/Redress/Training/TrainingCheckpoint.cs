using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Optimizers;

namespace Redress.Training;

/// <summary>A file that keeps a training's state after every epoch: a training that was stopped goes on from there, to the same bits as one that was not.</summary>
/// <param name="Path">The file: written whole or not at all; read where it exists.</param>
public sealed record TrainingCheckpoint(string Path)
{
    private const string Kind = "training", TrainingKey = "redress.training", EpochsKey = "redress.epochs", BestKey = "redress.best", StepsKey = "redress.steps";

    /// <summary>What a training is, so that no other goes on from its file.</summary>
    /// <param name="settings">Everything that was asked for, as text.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="validationX">The validation rows, encoded.</param>
    /// <param name="validation">The validation rows.</param>
    internal static string KeyOf(string settings, TrainingRows rows, float[] validationX, Table validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        float[][] all = [rows.X, rows.Targets, rows.Weights, validationX, [.. TrainingRows.ClassesOf(validation, rows.Outputs).Select(c => (float)c)]];
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Invariant($"{settings}\n{string.Join(' ', all.Select(v => Invariant($"{v.Length}")))}")));
        foreach (float[] values in all) hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes a training's state.</summary>
    internal void Save(string key, IReadOnlyList<EpochRecord> epochs, int best, IBatchStep step, float[][] kept)
    {
        var metadata = new Dictionary<string, string>
        {
            [ModelFile.KindKey] = Kind, [TrainingKey] = key, [EpochsKey] = JsonSerializer.Serialize(epochs, CheckpointJson.Default.IReadOnlyListEpochRecord),
            [BestKey] = Invariant($"{best}"), [StepsKey] = string.Join(' ', step.Optimizers.Select(o => Invariant($"{o.Steps}"))),
        };
        List<StoredTensor> tensors = [];
        foreach (var (name, tensor) in Named(step))
        {
            var values = new float[tensor.Size];
            tensor.ReadTo(values);
            tensors.Add(StoredTensor.Of(name, [tensor.Rows, tensor.Cols], values));
        }
        for (int p = 0; p < kept.Length; p++) tensors.Add(StoredTensor.Of(BestName(p), [step.Parameters[p].Rows, step.Parameters[p].Cols], kept[p]));
        AtomicFile.Write(Path, stream => SafeTensors.Write(stream, metadata, tensors));
    }

    /// <summary>Puts a training into the state of the file, where there is one.</summary>
    /// <param name="key">What the training is (<see cref="KeyOf"/>).</param>
    /// <param name="most">Its epochs.</param>
    /// <param name="step">What is trained.</param>
    /// <param name="kept">Receives the best epoch's parameters.</param>
    /// <returns>The epochs that are done, and the number of the best; none where there is no file.</returns>
    /// <exception cref="ModelFileException">The file is damaged, none of ours, or of another training.</exception>
    internal (List<EpochRecord> Epochs, int Best) Restore(string key, int most, IBatchStep step, float[][] kept)
    {
        if (!File.Exists(Path)) return ([], 0);
        string name = System.IO.Path.GetFileName(Path);
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read);
        var (metadata, tensors) = SafeTensors.Read(stream, name);
        string Text(string of) => metadata.TryGetValue(of, out string? text) ? text : throw new ModelFileException($"{name}: no checkpoint of a training (it has no '{of}' metadata).");
        if (Text(ModelFile.KindKey) != Kind) throw new ModelFileException($"{name}: holds {ModelFile.Named(Text(ModelFile.KindKey))}, not the state of a training.");
        if (Text(TrainingKey) != key) throw new ModelFileException($"{name}: the state of another training (other rows, settings or seed); name another file or delete it.");
        float[] Floats(string of, Tensor like) => tensors.TryGetValue(of, out var t) && t.Type == "F32" && t.Shape.AsSpan().SequenceEqual([like.Rows, like.Cols]) && t.Floats() is var values && values.All(float.IsFinite)
            ? values
            : throw new ModelFileException(Invariant($"{name}: damaged (tensor '{of}' is missing, not {like.Rows} × {like.Cols} or not finite)."));
        try
        {
            var epochs = JsonSerializer.Deserialize(Text(EpochsKey), CheckpointJson.Default.IReadOnlyListEpochRecord)!.ToList();
            int best = int.Parse(Text(BestKey), System.Globalization.CultureInfo.InvariantCulture);
            long[] steps = [.. Text(StepsKey).Split(' ').Select(s => long.Parse(s, System.Globalization.CultureInfo.InvariantCulture))];
            if (epochs.Count > most || epochs.Where((e, i) => e is null || e.Number != i + 1).Any()) throw new FormatException("epochs that do not follow each other");
            if (best < 1 || best > epochs.Count || steps.Length != step.Optimizers.Count || steps.Any(s => s is < 0 or > MostSteps)) throw new FormatException("numbers that do not fit each other");
            foreach (var (of, tensor) in Named(step)) tensor.WriteFrom(Floats(of, tensor));
            for (int p = 0; p < kept.Length; p++) kept[p] = Floats(BestName(p), step.Parameters[p]);
            for (int o = 0; o < steps.Length; o++) step.Optimizers[o].GoOnAfter(steps[o]);
            return (epochs, best);
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or ArgumentNullException)
        {
            throw new ModelFileException($"{name}: damaged ({e.Message.Split('\n')[0].TrimEnd()}).", e);
        }
    }

    // Going on replays the optimizers' step counts, so a hostile file must not name more than any training takes.
    private const long MostSteps = 1_000_000_000;

    private static string BestName(int parameter) => Invariant($"best.{parameter}");

    private static IEnumerable<(string Name, Tensor Tensor)> Named(IBatchStep step)
    {
        for (int p = 0; p < step.Parameters.Length; p++) yield return (Invariant($"parameter.{p}"), step.Parameters[p]);
        for (int o = 0; o < step.Optimizers.Count; o++)
            for (int s = 0; s < step.Optimizers[o].State.Count; s++) yield return (Invariant($"optimizer.{o}.{s}"), step.Optimizers[o].State[s]);
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<EpochRecord>))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
