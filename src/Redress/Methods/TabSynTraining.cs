using Redress.Data;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>
/// What TabSyn's methods share: the rows that a diffusion model is trained on, D_h⁺ = {x : y = y⁺, h(x) > γ} (Garg, Nagalapatti and Sarawagi, section 4.1),
/// and the training.
/// </summary>
/// <param name="about">The method.</param>
/// <param name="options">The diffusion model's.</param>
/// <param name="label">True for rows whose own outcome was the desired one only.</param>
/// <param name="confidence">γ.</param>
/// <param name="otherSide">True to learn the rows of the other outcome too.</param>
internal sealed class TabSynTraining(MethodInfo about, DiffusionOptions options, bool label, double confidence, bool otherSide)
{
    /// <summary>Problems of options that the methods share, by their names in JSON.</summary>
    internal static IEnumerable<string> Problems(double lambda, int samples, int steps, bool label, double confidence, DiffusionOptions diffusion)
    {
        if (!(lambda >= 0 && double.IsFinite(lambda))) yield return Invariant($"lambda is {lambda}; must be 0 or more and finite.");
        if (samples is < 1 or > 1000) yield return Invariant($"samples is {samples}; must be 1 to 1000.");
        if (steps is < 1 or > 1000) yield return Invariant($"steps is {steps}; must be 1 to 1000.");
        if (!(confidence is >= 0 and < 1)) yield return Invariant($"confidence is {confidence}; must be 0 to below 1.");
        if (!label && confidence == 0) yield return "label is false and confidence is 0, so any row would do; ask for one of the two.";
        foreach (string problem in diffusion.Problems()) yield return problem;
    }

    /// <summary>Trains a model of each side that is asked for; null where no row is on it.</summary>
    internal (Diffusion? Favourable, Diffusion? Other) Train(RecourseTask task, Rng rng, IProgress<Progress>? progress, CancellationToken cancel)
    {
        RecourseFinder.RefuseUnmet(about, task);
        OptionsException.ThrowIfAny(Problems(task));
        var examples = Examples.Of(task, int.MaxValue, rng, cancel);
        return (task.Diffusion ?? Train(examples, 1, rng.Seed, task, progress, cancel), otherSide ? Train(examples, -1, rng.Split("other").Seed, task, progress, cancel) : null);
    }

    /// <summary>Why nobody can be sent to a side of which no model was learnt.</summary>
    internal string WhyNone(int sign) => sign < 0 && !otherSide
        ? "Only rows with the favourable outcome were learnt; set other-side to true to learn the others too."
        : Invariant($"No training row{(label ? " with the desired label" : "")} is given the desired outcome with a confidence above {confidence}, so there was nothing to learn from; ask for less confidence.");

    private Diffusion? Train(Examples examples, int sign, ulong seed, RecourseTask task, IProgress<Progress>? progress, CancellationToken cancel)
    {
        int[] chosen = [.. Enumerable.Range(0, examples.Count).Where(r => (!label || examples.IsLabelled(r, sign)) && examples.IsConfident(r, sign, confidence))];
        return chosen.Length == 0 ? null : Diffusion.Train(examples.Rows.Select(chosen), seed, options, task.Execution, progress, cancel);
    }

    private IEnumerable<string> Problems(RecourseTask task)
    {
        if (!task.TrainingRows!.Schema.HasColumnsOf(task.Model.Schema)) yield return "The training rows have other columns than the model's.";
        if (label && task.TrainingRows.Labels is null) yield return $"Options of '{about.Slug}': label is true, and the training rows have no outcomes; give rows with outcomes, or set label to false.";
        if (task.Diffusion is not { } given) yield break;
        if (!given.Schema.HasColumnsOf(task.Model.Schema)) yield return "The diffusion model was trained on other columns than the model's; train one on rows of the model's schema.";
        if (given.Options.Said != options.Said) yield return $"Options of '{about.Slug}': they ask for a diffusion model with {options.Said}; the task's has {given.Options.Said}.";
    }
}
