using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Redress.Methods;

/// <summary>One line of the catalogue: what a method is, its options and how to make it.</summary>
public sealed class Method
{
    private readonly Func<string?, IRecourseMethod> create;

    private Method(MethodInfo info, string defaults, IReadOnlyDictionary<string, string> presets, Func<string?, IRecourseMethod> create) =>
        (Info, DefaultOptions, Presets, this.create) = (info, defaults, presets, create);

    /// <summary>What it is.</summary>
    public MethodInfo Info { get; }

    /// <summary>All its options with their defaults, as JSON.</summary>
    public string DefaultOptions { get; }

    /// <summary>Named sets of options, as JSON.</summary>
    public IReadOnlyDictionary<string, string> Presets { get; }

    /// <summary>Describes a method whose options are a record; a program's own method can join the catalogue's list this way.</summary>
    /// <typeparam name="TOptions">The option record; every parameter has a default.</typeparam>
    /// <param name="info">What it is.</param>
    /// <param name="json">How its options are read.</param>
    /// <param name="create">Makes it; refuses options that are out of range.</param>
    /// <param name="presets">Named sets of options.</param>
    public static Method Of<TOptions>(MethodInfo info, JsonTypeInfo<TOptions> json, Func<TOptions, IRecourseMethod> create, params (string Name, TOptions Options)[] presets)
    {
        TOptions Read(string? text)
        {
            try
            {
                return JsonSerializer.Deserialize(text ?? "{}", json) ?? throw new JsonException("the options are null");
            }
            catch (JsonException e)
            {
                throw new OptionsException($"Options of '{info.Slug}': {Explain(e, json)}", e);
            }
        }
        return new(info, JsonSerializer.Serialize(Read(null), json), presets.ToDictionary(p => p.Name, p => JsonSerializer.Serialize(p.Options, json)), text => create(Read(text)));
    }

    /// <summary>Makes the method.</summary>
    /// <param name="options">Its options as JSON, those left out at their defaults; null for all defaults.</param>
    /// <exception cref="OptionsException">An option is unknown or out of range; the message lists every problem.</exception>
    public IRecourseMethod Create(string? options = null) => create(options);

    private static string Explain<TOptions>(JsonException e, JsonTypeInfo<TOptions> json)
    {
        string known = json.Properties.Count == 0 ? "none" : string.Join(", ", json.Properties.Select(p => p.Name));
        return e.Path is { Length: > 2 } path && json.Properties.All(p => p.Name != path[2..])
            ? $"'{path[2..]}' is no option; there are {known}."
            : e.Path is { Length: > 2 } of ? $"the value of '{of[2..]}' is of the wrong kind." : $"no valid JSON object ({e.Message.Split('\n')[0]}); there are {known}.";
    }
}
