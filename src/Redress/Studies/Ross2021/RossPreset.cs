using Redress.Methods;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Studies.Ross2021;

/// <summary>A way to run the study.</summary>
/// <param name="Slug">The name in commands.</param>
/// <param name="Title">What it repeats.</param>
/// <param name="Lambdas">The λ of figure 1's series.</param>
/// <param name="IsPublished">True for the public code's network and training, false for those of section 4.1 and appendix A.</param>
/// <param name="IsWrong">True for the public code's faults: the reversed sign, the wrong tail over validation rows, german's label.</param>
internal sealed record RossPreset(string Slug, string Title, IReadOnlyList<double> Lambdas, bool IsPublished, bool IsWrong)
{
    /// <summary>Section 4.1: "λ from 0.0 to 2.0 in increments of 0.1".</summary>
    internal static RossPreset AsWritten { get; } = new("as-written", "the paper's equations, section 4.1 and appendix A: right sign, right tail, good credit favourable", [.. Enumerable.Range(0, 21).Select(k => Math.Round(0.1 * k, 1))], IsPublished: false, IsWrong: false);

    /// <summary>The public code at commit a3b2104: what it does, wrong or not.</summary>
    internal static RossPreset AsPublished { get; } = new("as-published", "what the public code does: reversed sign, wrong tail, bad credit favourable, its own network and training", [.. Enumerable.Range(0, 11).Select(k => Math.Round(0.2 * k, 1))], IsPublished: true, IsWrong: true);

    /// <summary>The public code's network and training with its faults put right: what lies between it and the other two tells faults from settings.</summary>
    internal static RossPreset Corrected { get; } = new("corrected", "the public code's network and training with sign, tail and label put right", [0, 0.8], IsPublished: true, IsWrong: false);

    internal static IReadOnlyList<RossPreset> All { get; } = [AsWritten, AsPublished, Corrected];

    /// <summary>A label of a table's row: the paper's own words stand alone, other presets are named.</summary>
    internal string Titled(string table) => this != AsWritten ? $"{table}, {Slug}" : table;

    /// <summary>
    /// As written: section 4.1 and appendix A.1, shuffled, best epoch by F1; equation 1 has no class weights. As published: two layers of 100 ReLU, batch 10
    /// (german 30), the file's order, best epoch by validation loss, class weights.
    /// </summary>
    internal TrainingSettings Training(string dataset)
    {
        bool german = dataset == "german";
        var written = TrainingSettings.Paper with { ClassWeights = false, BatchSize = german ? 30 : 15, Epochs = german ? 50 : 15 };
        return !IsPublished ? written : written with
        {
            Hidden = [100, 100], Activation = Activation.Relu, BatchSize = german ? 30 : 10, ClassWeights = true, Shuffle = false, Best = BestEpoch.ValidationLoss,
        };
    }

    /// <summary>Section 4.1's gradient descent, λ'₀ = 0.001: our defaults; as published the loss and distance of alibi.</summary>
    internal GradientOptions Gradient() => IsPublished ? new(GradientLoss.SquaredProbability, GradientDistance.L1) : new();

    /// <summary>Section 4.1's linear approximation: LIME weights, then the integer programme; as published its one flip set, ours the valid one of twenty.</summary>
    internal ActionableRecourseOptions Linear() => new(Surrogate.Lime, FlipSets: IsPublished ? 1 : 20);
}
