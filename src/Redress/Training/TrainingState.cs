using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Data;
using Redress.Models;

namespace Redress.Training;

/// <summary>A classifier's training as its checkpoint has it.</summary>
internal static class TrainingState
{
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

    /// <summary>Keeps a training's state in its checkpoint.</summary>
    internal static void Save(this TrainingCheckpoint checkpoint, string key, IReadOnlyList<EpochRecord> epochs, int best, IBatchStep step, float[][] kept) =>
        checkpoint.Save(key, JsonSerializer.Serialize(epochs, CheckpointJson.Default.IReadOnlyListEpochRecord), best, step.Parameters, step.Optimizers, kept);

    /// <summary>Puts a training into the state of its checkpoint, where there is one.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="key">What the training is (<see cref="KeyOf"/>).</param>
    /// <param name="most">Its epochs.</param>
    /// <param name="step">What is trained.</param>
    /// <param name="kept">Receives the best epoch's parameters.</param>
    /// <returns>The epochs that are done, and the number of the best; none where there is no file.</returns>
    /// <exception cref="ModelFileException">The file is damaged, none of ours, or of another training.</exception>
    internal static (List<EpochRecord> Epochs, int Best) Restore(this TrainingCheckpoint checkpoint, string key, int most, IBatchStep step, float[][] kept)
    {
        List<EpochRecord> epochs = [];
        int best = checkpoint.Restore(key, json =>
        {
            epochs = [.. JsonSerializer.Deserialize(json, CheckpointJson.Default.IReadOnlyListEpochRecord)!];
            return epochs.Count <= most && !epochs.Where((e, i) => e is null || e.Number != i + 1).Any() ? epochs.Count : throw new FormatException("epochs that do not follow each other");
        }, step.Parameters, step.Optimizers, kept);
        return (epochs, best);
    }
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<EpochRecord>))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
