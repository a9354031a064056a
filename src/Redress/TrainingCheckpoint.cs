using System.Globalization;
using System.Text.Json;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Optimizers;

namespace Redress;

/// <summary>A file that keeps a training's state after every epoch: a training that was stopped goes on from there, to the same bits as one that was not.</summary>
/// <param name="Path">The file: written whole or not at all; read where it exists.</param>
public sealed record TrainingCheckpoint(string Path)
{
    private const string Kind = "training", TrainingKey = "redress.training", EpochsKey = "redress.epochs", BestKey = "redress.best", StepsKey = "redress.steps";

    // Going on replays the optimizers' step counts, so a hostile file must not name more than any training takes.
    private const long MostSteps = 1_000_000_000;

    /// <summary>Writes a training's state.</summary>
    /// <param name="key">What the training is, so that no other goes on from its file.</param>
    /// <param name="epochs">What became of the epochs that are done, as JSON.</param>
    /// <param name="best">The number of the best of them.</param>
    /// <param name="parameters">All that is trained.</param>
    /// <param name="optimizers">Its optimizers.</param>
    /// <param name="kept">The parameters as the best epoch left them, or empty where they were never kept.</param>
    internal void Save(string key, string epochs, int best, Tensor[] parameters, IReadOnlyList<IPartOptimizer> optimizers, float[][] kept)
    {
        var metadata = new Dictionary<string, string>
        {
            [ModelFile.KindKey] = Kind, [TrainingKey] = key, [EpochsKey] = epochs, [BestKey] = Invariant($"{best}"), [StepsKey] = string.Join(' ', optimizers.Select(o => Invariant($"{o.Steps}"))),
        };
        List<StoredTensor> tensors = [.. Named(parameters, optimizers).Select(n => StoredTensor.Of(n.Name, n.Tensor))];
        for (int p = 0; p < kept.Length; p++) tensors.Add(StoredTensor.Of(BestName(p), [parameters[p].Rows, parameters[p].Cols], kept[p]));
        AtomicFile.Write(Path, stream => SafeTensors.Write(stream, metadata, tensors));
    }

    /// <summary>Puts a training into the state of the file, where there is one.</summary>
    /// <param name="key">What the training is.</param>
    /// <param name="read">Reads the epochs, and returns how many they are; throws <see cref="JsonException"/> or <see cref="FormatException"/> where they cannot be this training's.</param>
    /// <param name="parameters">All that is trained; written.</param>
    /// <param name="optimizers">Its optimizers; their state is written.</param>
    /// <param name="kept">Receives the best epoch's parameters.</param>
    /// <returns>The number of the best epoch; 0 where there is no file.</returns>
    /// <exception cref="ModelFileException">The file is damaged, none of ours, or of another training.</exception>
    internal int Restore(string key, Func<string, int> read, Tensor[] parameters, IReadOnlyList<IPartOptimizer> optimizers, float[][] kept)
    {
        if (!File.Exists(Path)) return 0;
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
            int epochs = read(Text(EpochsKey)), best = int.Parse(Text(BestKey), CultureInfo.InvariantCulture);
            long[] steps = [.. Text(StepsKey).Split(' ').Select(s => long.Parse(s, CultureInfo.InvariantCulture))];
            if (best < 1 || best > epochs || steps.Length != optimizers.Count || steps.Any(s => s is < 0 or > MostSteps)) throw new FormatException("numbers that do not fit each other");
            foreach (var (of, tensor) in Named(parameters, optimizers)) tensor.WriteFrom(Floats(of, tensor));
            for (int p = 0; p < kept.Length; p++) kept[p] = Floats(BestName(p), parameters[p]);
            for (int o = 0; o < steps.Length; o++) optimizers[o].GoOnAfter(steps[o]);
            return best;
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or ArgumentNullException)
        {
            throw new ModelFileException($"{name}: damaged ({e.Message.Split('\n')[0].TrimEnd()}).", e);
        }
    }

    private static string BestName(int parameter) => Invariant($"best.{parameter}");

    private static IEnumerable<(string Name, Tensor Tensor)> Named(Tensor[] parameters, IReadOnlyList<IPartOptimizer> optimizers)
    {
        for (int p = 0; p < parameters.Length; p++) yield return (Invariant($"parameter.{p}"), parameters[p]);
        for (int o = 0; o < optimizers.Count; o++)
            for (int s = 0; s < optimizers[o].State.Count; s++) yield return (Invariant($"optimizer.{o}.{s}"), optimizers[o].State[s]);
    }
}
