using System.Text.Json;
using System.Text.Json.Serialization;
using Redress.Attacks;
using Redress.Data;

namespace Redress.Training;

/// <summary>The attack that adversarial training defends against: projected gradient descent.</summary>
/// <param name="Ball">What it may choose from; ε = 0 is standard training. Null for the default.</param>
/// <param name="Attack">Its steps; null for seven from a random start, one start.</param>
/// <param name="Share">The share of each batch's rows that are attacked, more than 0 and at most 1; all of them is min-max training.</param>
public sealed record AdversarialOptions(AttackBall? Ball = null, PgdOptions? Attack = null, double Share = 1)
{
    /// <summary>Steps of the attack where none are given.</summary>
    public const int DefaultSteps = 7;

    internal AttackBall BallOrDefault => Ball ?? new();

    internal PgdOptions AttackOrDefault => Attack ?? new(DefaultSteps);

    /// <summary>All of it as JSON, defaults filled in.</summary>
    internal string Json => JsonSerializer.Serialize(new AdversarialOptions(BallOrDefault, AttackOrDefault, Share), AdversarialJson.Default.AdversarialOptions);

    internal IEnumerable<string> Problems()
    {
        foreach (string problem in BallOrDefault.Problems().Concat(AttackOrDefault.Problems())) yield return problem;
        if (AttackOrDefault.Restarts > 1) yield return Invariant($"Restarts is {AttackOrDefault.Restarts}; a training step starts each attack once (1).");
        if (!(Share is > 0 and <= 1)) yield return Invariant($"The attacked share is {Share}; must be more than 0 and at most 1.");
    }

    internal IEnumerable<string> Problems(Schema schema) => Problems().Concat(BallOrDefault.Problems(schema));
}

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(AdversarialOptions))]
internal sealed partial class AdversarialJson : JsonSerializerContext;
