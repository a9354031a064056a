namespace Redress.Attacks;

/// <summary>
/// The fast gradient sign method (Goodfellow, Shlens and Szegedy 2015, section 4; Hardy et al. 2022, eq. 1): x' = x + ε sign(∇ₓℓ(f(x), y)), in the valid
/// range; in the L2 ball x + ε∇ₓℓ/‖∇ₓℓ‖.
/// </summary>
public sealed class Fgsm : IAttack
{
    /// <summary>What it is.</summary>
    public static AttackInfo About { get; } = new("fgsm", "One step to the border of the ball, along the gradient", "Goodfellow, Shlens and Szegedy, Explaining and harnessing adversarial examples, ICLR 2015");

    /// <inheritdoc/>
    public AttackInfo Info => About;

    /// <inheritdoc/>
    public IEnumerable<string> Problems() => [];

    /// <inheritdoc/>
    public AttackSteps StepsIn(double epsilon) => new(1, (float)epsilon, RandomStart: false, Restarts: 1);
}
