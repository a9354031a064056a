namespace Redress.Attacks;

/// <summary>The options of <see cref="Pgd"/>.</summary>
/// <param name="Steps">Steps a start; 1 to 10000.</param>
/// <param name="StepSize">α in encoded units, more than 0 and at most 1000; null for 2.5 ε / steps, which reaches the border from anywhere in the ball.</param>
/// <param name="RandomStart">True to start at a uniform point of the ball rather than at the row itself.</param>
/// <param name="Restarts">Starts a row; 1 to 1000, and 1 without a random start.</param>
public sealed record PgdOptions(int Steps = 10, double? StepSize = null, bool RandomStart = true, int Restarts = 1)
{
    internal IEnumerable<string> Problems()
    {
        if (Steps is < 1 or > 10_000) yield return Invariant($"Steps is {Steps}; must be 1 to 10000.");
        if (StepSize is { } size && !(size is > 0 and <= 1000)) yield return Invariant($"Step size is {size}; must be more than 0 and at most 1000.");
        if (Restarts is < 1 or > 1000) yield return Invariant($"Restarts is {Restarts}; must be 1 to 1000.");
        else if (Restarts > 1 && !RandomStart) yield return Invariant($"Restarts is {Restarts}; without a random start all are the same, so it must be 1.");
    }
}

/// <summary>
/// Projected gradient descent (Madry et al. 2018, eq. 2; Hardy et al. 2022, eq. 2): x ← Π(x + α sign(∇ₓℓ(f(x), y))), from a random start, with Π the way
/// back into the ball and the valid range; in the L2 ball along ∇ₓℓ/‖∇ₓℓ‖.
/// </summary>
/// <param name="options">Steps and starts; null for the defaults.</param>
public sealed class Pgd(PgdOptions? options = null) : IAttack
{
    private const double Reach = 2.5;   // of Madry et al.'s published code

    /// <summary>What it is.</summary>
    public static AttackInfo About { get; } = new("pgd", "Steps along the gradient, each back into the ball, from a random start", "Madry, Makelov, Schmidt, Tsipras and Vladu, Towards deep learning models resistant to adversarial attacks, ICLR 2018");

    /// <summary>Steps and starts.</summary>
    public PgdOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public AttackInfo Info => About;

    /// <inheritdoc/>
    public IEnumerable<string> Problems() => Options.Problems();

    /// <inheritdoc/>
    public AttackSteps StepsIn(double epsilon) => new(Options.Steps, (float)(Options.StepSize ?? Reach * epsilon / Options.Steps), Options.RandomStart, Options.Restarts);
}
