using Redress.Models;

namespace Redress;

/// <summary>The outcome that a request asks for.</summary>
public sealed record Desired
{
    private Desired(string text, string? @class = null) => (Text, Class) = (text, @class);

    /// <summary>The favourable outcome: score ≥ θ. The default.</summary>
    public static Desired Favourable { get; } = new("favourable");

    /// <summary>Another outcome than the one predicted now.</summary>
    public static Desired OtherThanPredicted { get; } = new("other-than-predicted");

    /// <summary>As commands and files write it.</summary>
    public string Text { get; }

    /// <summary>The class asked for, or null.</summary>
    internal string? Class { get; }

    /// <summary>A named class of the model.</summary>
    public static Desired Of(string @class) => new($"class:{@class}", @class);

    /// <summary>+1 where the person should be at or above θ, -1 where below.</summary>
    internal int Sign(IModel model, double score) => this switch
    {
        { Class: { } name } => name == model.Classes[1] ? 1 : -1,
        _ when Text == OtherThanPredicted.Text => score >= model.Threshold ? -1 : 1,
        _ => 1,
    };

    internal IEnumerable<string> Problems(IModel model)
    {
        if (Class is { } name && !model.Classes.Contains(name))
            yield return $"Desired outcome '{name}' is no class of the model; there are {string.Join(", ", model.Classes.Select(c => $"'{c}'"))}.";
    }
}
