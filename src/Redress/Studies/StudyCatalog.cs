namespace Redress.Studies;

/// <summary>Every study, one line each.</summary>
public static class StudyCatalog
{
    /// <summary>All studies.</summary>
    public static IReadOnlyList<Study> All { get; } = [Ross2021.Ross2021Study.Study, Krishna2023.Krishna2023Study.Study, Hardy2022.Hardy2022Study.Study, Guo2023.Guo2023Study.Study, Garg2025.Garg2025Study.Study];

    /// <summary>The study with a slug.</summary>
    /// <exception cref="OptionsException">There is none; the message lists those there are.</exception>
    public static Study Get(string slug) =>
        All.FirstOrDefault(s => s.Slug == slug) ?? throw new OptionsException($"Study '{slug}' is not known; there are {string.Join(", ", All.Select(s => s.Slug))}.");
}
