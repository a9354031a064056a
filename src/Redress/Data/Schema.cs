namespace Redress.Data;

/// <summary>What the columns of a table mean, which outcome is wanted, and what people can change.</summary>
public sealed class Schema
{
    private readonly Dictionary<string, int> indices;

    /// <summary>Creates a schema from parts that were checked by <see cref="SchemaProblems"/>.</summary>
    /// <param name="features">The model's features in the order of its inputs; at least one.</param>
    /// <param name="target">The column with the outcome.</param>
    /// <param name="favourable">The target's value that people want.</param>
    /// <param name="id">The column that names a person, or null.</param>
    /// <param name="groups">Columns that metrics compare and the model never sees.</param>
    /// <param name="ignored">Columns that are read past without a remark.</param>
    /// <param name="constraints">Rules over numeric features that every recourse obeys.</param>
    /// <param name="classes">All values of the target, the favourable one among them, in the order of a multi-class model's outputs; null where it is enough to know the favourable one.</param>
    /// <exception cref="SchemaException">The parts contradict each other; the message lists every problem.</exception>
    public Schema(
        IReadOnlyList<Feature> features,
        string target,
        string favourable,
        string? id = null,
        IReadOnlyList<string>? groups = null,
        IReadOnlyList<string>? ignored = null,
        IReadOnlyList<LinearConstraint>? constraints = null,
        IReadOnlyList<string>? classes = null)
    {
        Features = features;
        Target = target;
        Favourable = favourable;
        Id = id;
        Groups = groups ?? [];
        Ignored = ignored ?? [];
        Constraints = constraints ?? [];
        Classes = classes ?? [];
        SchemaProblems.Throw(this);
        indices = new(StringComparer.Ordinal);
        for (int f = 0; f < features.Count; f++) indices[features[f].Name] = f;
        Leaders = [.. features.Select(f => f.SameAs is { } leader ? indices[leader] : -1)];
    }

    /// <summary>The model's features in the order of its inputs.</summary>
    public IReadOnlyList<Feature> Features { get; }

    /// <summary>The column with the outcome.</summary>
    public string Target { get; }

    /// <summary>The target's value that people want.</summary>
    public string Favourable { get; }

    /// <summary>The column that names a person, or null.</summary>
    public string? Id { get; }

    /// <summary>Columns that metrics compare and the model never sees.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>Columns that are read past without a remark.</summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>Rules over numeric features that every recourse obeys.</summary>
    public IReadOnlyList<LinearConstraint> Constraints { get; }

    /// <summary>All values of the target, two or more, in the order of a multi-class model's outputs; none where the schema does not declare them.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>For each feature the index of the feature it follows (<see cref="Feature.SameAs"/>), or -1.</summary>
    internal int[] Leaders { get; }

    /// <summary>Features that nobody can change: neither they nor those they follow are actionable; ascending.</summary>
    internal int[] Immutables => [.. Enumerable.Range(0, Features.Count).Where(f => !Features[Leaders[f] >= 0 ? Leaders[f] : f].IsActionable)];

    /// <summary>SHA-256 of the features' names, kinds and values in order: what a row of this schema is, whatever people can change.</summary>
    internal string ColumnsFingerprint => ContentHash.Hex(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Features.Select(f => string.Join('\t', f.Values.Prepend(Invariant($"{f.Kind}")).Prepend(f.Name))))));

    /// <summary>True where a row of the other schema is a row of this one: the same names, kinds and values in the same order.</summary>
    internal bool HasColumnsOf(Schema other) => ReferenceEquals(this, other) || Features.Count == other.Features.Count && Features.Zip(other.Features).All(p =>
        p.First.Name == p.Second.Name && p.First.Kind == p.Second.Kind && p.First.Values.SequenceEqual(p.Second.Values));

    /// <summary>The same schema with another of its classes as the favourable one.</summary>
    /// <exception cref="OptionsException">It declares no such class.</exception>
    public Schema Favouring(string @class) => Classes.Contains(@class)
        ? new(Features, Target, @class, Id, Groups, Ignored, Constraints, Classes)
        : throw new OptionsException($"'{@class}' is no class of '{Target}'; there are {string.Join(", ", Classes.Select(c => $"'{c}'"))}.");

    /// <summary>The index of a feature, or -1 where no feature has that name.</summary>
    public int IndexOf(string name) => indices.TryGetValue(name, out int index) ? index : -1;
}

/// <summary>A schema contradicts itself; the message lists every problem.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Creates the exception with a message that lists every problem.</summary>
    public SchemaException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and what caused it.</summary>
    public SchemaException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Creates the exception.</summary>
    public SchemaException() { }
}
