using Redress.Data;

namespace Redress.Studies;

/// <summary>What finished work of a study is the result of, as one text: study, version, library, seed, name and data, and the keys of the models that it reads.</summary>
internal sealed class StudyKeys
{
    private readonly Study study;
    private readonly ulong seed;
    private readonly Dictionary<string, (StudyModel Model, string Key, int Stage)> models = [];

    /// <param name="study">The study.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="models">The plan's, each after those that it reads.</param>
    /// <exception cref="InvalidOperationException">A model stands twice, or before one that it reads.</exception>
    internal StudyKeys(Study study, ulong seed, IReadOnlyList<StudyModel> models)
    {
        (this.study, this.seed) = (study, seed);
        foreach (var model in models)
        {
            if (this.models.ContainsKey(model.Name)) throw new InvalidOperationException($"Model '{model.Name}' is twice in the plan.");
            int stage = model.Models.Select(n => Of(n, model.Name).Stage + 1).DefaultIfEmpty(0).Max();
            this.models.Add(model.Name, (model, KeyOf(model.Name, $"model\n{model.Data}", model.Models), stage));
        }
    }

    /// <summary>The key of a part.</summary>
    internal string Of(StudyPart part) => KeyOf(part.Name, part.Data, part.Models);

    /// <summary>The key of a model of the plan.</summary>
    internal string Of(StudyModel model) => models[model.Name].Key;

    /// <summary>The models that some parts read, and those that these read, stage by stage.</summary>
    internal IEnumerable<IReadOnlyList<StudyModel>> Stages(IEnumerable<StudyPart> parts)
    {
        var needed = new HashSet<string>();
        void Need(string name, string by)
        {
            var (model, _, _) = Of(name, by);
            if (!needed.Add(name)) return;
            foreach (string other in model.Models) Need(other, name);
        }
        foreach (var part in parts)
            foreach (string name in part.Models) Need(name, part.Name);
        return models.Values.Where(m => needed.Contains(m.Model.Name)).GroupBy(m => m.Stage).OrderBy(g => g.Key).Select(g => g.Select(m => m.Model).ToList());
    }

    private (StudyModel Model, string Key, int Stage) Of(string name, string by) =>
        models.TryGetValue(name, out var found) ? found : throw new InvalidOperationException($"'{by}' reads model '{name}', which does not stand before it in the plan.");

    private string KeyOf(string name, string data, IReadOnlyList<string> reads)
    {
        var library = typeof(StudyKeys).Assembly.GetName().Version;
        string read = string.Concat(reads.Select(n => "\n" + Of(n, name).Key));
        return ContentHash.Hex(System.Text.Encoding.UTF8.GetBytes(Invariant($"{study.Slug}\n{study.Version}\n{library}\n{seed}\n{name}\n{data}{read}")));
    }
}
