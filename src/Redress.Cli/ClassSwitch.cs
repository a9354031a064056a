using System.CommandLine;
using Redress.Models;

namespace Redress.Cli;

/// <summary>The class of a multi-class model that a command is about; a model of one outcome has none to choose.</summary>
internal sealed class ClassSwitch
{
    private const string Prefix = "class:";

    internal Option<string?> Option { get; } = new("--desired") { Description = "Of a model of several classes, the one that is asked for: class:NAME. Default: the favourable one." };

    internal void Refuse(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is { } text && !text.StartsWith(Prefix, StringComparison.Ordinal)) throw new OptionsException($"--desired is '{text}'; must be class:NAME.");
    }

    /// <summary>Reads a model; one of several classes is seen for the class that is asked for.</summary>
    /// <exception cref="OptionsException">It is none of the model's, or the model has one outcome.</exception>
    internal ITrainedClassifier Load(ParseResult parsed, string path)
    {
        string? wanted = parsed.GetValue(Option)?[Prefix.Length..];
        if (ModelFile.KindOf(path) == ModelFile.MulticlassKind) return Seen(ModelFile.LoadMulticlass(path), wanted);
        return wanted is null ? ModelFile.LoadTrained(path) : throw new OptionsException($"--desired chooses among several classes, and {Path.GetFileName(path)} was trained on one outcome; people are asked to reach it.");
    }

    /// <summary>A model of several classes, seen for one of them or the favourable one.</summary>
    internal static ITrainedClassifier Seen(MulticlassModel model, string? wanted) => (ITrainedClassifier)model.For(wanted ?? model.Schema.Favourable);
}
