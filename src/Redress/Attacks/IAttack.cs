namespace Redress.Attacks;

/// <summary>What an attack is called and where it comes from.</summary>
/// <param name="Slug">The name in commands and files.</param>
/// <param name="Title">One line that says what it does.</param>
/// <param name="Citation">Authors, title, venue, year.</param>
public sealed record AttackInfo(string Slug, string Title, string Citation);

/// <summary>
/// A search for a small change of a row that the model decides wrongly, along the gradient of the loss ℓ(f(x), y). ℓ rises with the logit where y is
/// unfavourable and falls with it where y is favourable, so the direction is that of ∇ₓf itself, which does not vanish where the sigmoid saturates.
/// </summary>
public interface IAttack
{
    /// <summary>What it is.</summary>
    AttackInfo Info { get; }

    /// <summary>What is wrong with its options.</summary>
    IEnumerable<string> Problems();

    /// <summary>The steps it takes in a ball.</summary>
    /// <param name="epsilon">ε, 0 or more.</param>
    AttackSteps StepsIn(double epsilon);
}

/// <summary>The steps of an attack: each of <paramref name="Size"/> along the sign of the gradient (L∞) or the gradient of length 1 (L2), back into the ball and the valid range.</summary>
/// <param name="Count">Steps, 1 or more.</param>
/// <param name="Size">α, in encoded units.</param>
/// <param name="RandomStart">True to start at a uniform point of the ball, false at the row itself.</param>
/// <param name="Restarts">Starts, 1 or more; the first that fools the model ends the search.</param>
public readonly record struct AttackSteps(int Count, float Size, bool RandomStart, int Restarts);
