using Redress.Data;

namespace Redress.Attacks;

/// <summary>How the virtual lender trains its model again on shifted rows.</summary>
public enum VirtualTraining
{
    /// <summary>Plain gradient steps, as algorithm 1 has them.</summary>
    Gradient,

    /// <summary>Adam on gradients clipped to ±1, whose moments carry over from one step of the attack to the next, as in the authors' code.</summary>
    Adam,
}

/// <summary>How the rows are shifted.</summary>
public enum ShiftChoice
{
    /// <summary>So that the model trained again honours as few recourses as possible.</summary>
    Adversarial,

    /// <summary>At random, anew at every step of the attack: RoCourseNet-Random (Guo et al. 2023, appendix B.2).</summary>
    Random,
}

/// <summary>
/// The options of <see cref="VirtualDataShift"/>; the defaults are those of Guo et al. (2023), appendix A, but for <paramref name="Training"/>: the
/// paper prints plain gradient steps (<see cref="Paper"/>), the authors' code takes Adam's, which move θ' further.
/// </summary>
/// <param name="Epsilon">E, the radius of a row's shift in encoded units; 0 to 1000.</param>
/// <param name="Steps">T, steps of the attack; 1 to 1000.</param>
/// <param name="Unrolled">K, training steps that each step of the attack looks through; 1 to 100.</param>
/// <param name="LearningRate">η of the virtual training; more than 0 and at most 100.</param>
/// <param name="Norm">The norm of a row's shift.</param>
/// <param name="Training">How the virtual model is trained.</param>
/// <param name="Choice">How the rows are shifted.</param>
/// <param name="Features">Which features move: numbers, or also ordinal values and each column of a category by itself.</param>
/// <param name="Soften">True for the authors' code: the virtual training sees a softmax of each one-hot group plus its shift, which has no limit there.</param>
public sealed record DataShiftOptions(
    double Epsilon = 0.1, int Steps = 7, int Unrolled = 2, float LearningRate = 0.03f, AttackNorm Norm = AttackNorm.Linf,
    VirtualTraining Training = VirtualTraining.Adam, ShiftChoice Choice = ShiftChoice.Adversarial,
    AttackedFeatures Features = AttackedFeatures.Numbers, bool Soften = false)
{
    /// <summary>The paper's own words: plain gradient steps.</summary>
    public static DataShiftOptions Paper { get; } = new(Training: VirtualTraining.Gradient);

    /// <summary>The authors' public code: Adam inside, softened one-hot groups.</summary>
    public static DataShiftOptions Published { get; } = new(Soften: true);

    /// <summary>Whether columns of categories move.</summary>
    internal bool MovesCategories => Soften || Features == AttackedFeatures.All;

    /// <summary>Which columns move.</summary>
    /// <param name="schema">What the features are.</param>
    /// <param name="encoding">Their columns.</param>
    /// <param name="numbersAlone">True where the columns of categories are kept apart: the answer then has the other columns only.</param>
    internal bool[] Moves(Schema schema, Encoding encoding, bool numbersAlone)
    {
        var moves = new List<bool>();
        for (int f = 0; f < encoding.Features.Count; f++)
        {
            var at = encoding.At(f);
            if (!at.IsOneHot) moves.Add(Features == AttackedFeatures.All || !schema.Features[f].IsNamed);
            else if (!numbersAlone) moves.AddRange(Enumerable.Repeat(MovesCategories, at.Width));
        }
        return [.. moves];
    }

    internal IEnumerable<string> Problems()
    {
        if (!(Epsilon is >= 0 and <= 1000)) yield return Invariant($"Epsilon of the data shift is {Epsilon}; must be 0 to 1000 in encoded units.");
        if (Steps is < 1 or > 1000) yield return Invariant($"Steps of the data shift (T) is {Steps}; must be 1 to 1000.");
        if (Unrolled is < 1 or > 100) yield return Invariant($"Unrolled steps of the data shift (K) is {Unrolled}; must be 1 to 100.");
        if (!(LearningRate is > 0 and <= 100)) yield return Invariant($"Learning rate of the data shift (η) is {LearningRate}; must be more than 0 and at most 100.");
        if (!Enum.IsDefined(Norm)) yield return Invariant($"Norm of the data shift is {(int)Norm}; must be one of {string.Join(", ", Enum.GetNames<AttackNorm>())}.");
        if (!Enum.IsDefined(Training)) yield return Invariant($"Training of the data shift is {(int)Training}; must be one of {string.Join(", ", Enum.GetNames<VirtualTraining>())}.");
        if (!Enum.IsDefined(Features)) yield return Invariant($"Features of the data shift is {(int)Features}; must be one of {string.Join(", ", Enum.GetNames<AttackedFeatures>())}.");
        if (!Enum.IsDefined(Choice)) yield return Invariant($"Choice of the data shift is {(int)Choice}; must be one of {string.Join(", ", Enum.GetNames<ShiftChoice>())}.");
    }
}
