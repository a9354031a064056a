namespace Redress.Attacks;

/// <summary>Every attack, one line each.</summary>
public static class AttackCatalog
{
    /// <summary>All attacks, with their default options.</summary>
    public static IReadOnlyList<IAttack> All { get; } = [new Pgd(), new Fgsm()];

    /// <summary>The attack with a slug.</summary>
    /// <exception cref="OptionsException">There is none; the message lists those there are.</exception>
    public static IAttack Get(string slug) =>
        All.FirstOrDefault(a => a.Info.Slug == slug) ?? throw new OptionsException($"Attack '{slug}' is not known; there are {string.Join(", ", All.Select(a => a.Info.Slug))}.");
}
