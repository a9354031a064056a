using Redress.Models;

namespace Redress.Studies;

/// <summary>A model that several parts of a study read: trained before them on one thread, once, and kept in the output folder as a model file.</summary>
/// <param name="Name">Unique among the plan's models; letters, digits, dots, dashes and equals signs, since its file is called so.</param>
/// <param name="Data">A fingerprint of all that its weights hang on beside the study's seed and the models it reads: rows and settings.</param>
/// <param name="Work">Its share of the work, in the unit of the parts'.</param>
/// <param name="Train">Trains it; the same weights every time.</param>
public sealed record StudyModel(string Name, string Data, double Work, Func<StudyModels, CancellationToken, ICertifiableModel> Train)
{
    /// <summary>The names of the models that its training reads, which are trained before it.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}

/// <summary>The trained models that a part, or the training of another model, reads.</summary>
/// <param name="load">Reads a model by its name.</param>
public sealed class StudyModels(Func<string, ICertifiableModel> load)
{
    /// <summary>None at all.</summary>
    public static StudyModels None { get; } = new(name => throw new InvalidOperationException($"Model '{name}' is not among those that the part says it reads: none."));

    /// <summary>The network of a name, read from its file each time.</summary>
    /// <exception cref="InvalidOperationException">The part does not say that it reads it, or it is no network.</exception>
    /// <exception cref="ModelFileException">Its file was damaged while the study ran.</exception>
    public NetworkModel this[string name] => As<NetworkModel>(name);

    /// <summary>The forest of a name, read from its file each time.</summary>
    /// <exception cref="InvalidOperationException">The part does not say that it reads it, or it is no forest.</exception>
    /// <exception cref="ModelFileException">Its file was damaged while the study ran.</exception>
    public ForestModel Forest(string name) => As<ForestModel>(name);

    private T As<T>(string name) where T : class, ICertifiableModel => load(name) as T ?? throw new InvalidOperationException($"Model '{name}' is no {typeof(T).Name}.");

    /// <summary>Those that a part or model says it reads.</summary>
    internal StudyModels Only(IReadOnlyList<string> names) => new(name =>
        names.Contains(name) ? load(name) : throw new InvalidOperationException($"Model '{name}' is not among those that the part says it reads: {(names.Count == 0 ? "none" : string.Join(", ", names))}."));
}
