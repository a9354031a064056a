using System.Numerics.Tensors;
using Redress.Generative;
using Redress.Guarantees;

namespace Redress.Studies.Krishna2023;

/// <summary>Figure 1 and its like at every ε: theorems 1 and 2 for every person whom both models are asked for, as printed and put right.</summary>
/// <param name="models">The models of one seed.</param>
/// <param name="stated">What score matching as written came to under each.</param>
/// <param name="latent">What C-CHVAE came to under each.</param>
internal sealed class CostBounds(KrishnaModels models, Reached[] stated, Reached[] latent)
{
    internal const string Theorem1 = "theorem 1", Theorem2 = "theorem 2", Figure1 = "figure 1";

    internal const string PrintedBelow = "printed: share below the lower limit", PrintedAbove = "printed: share above the upper limit", AppendixAbove = "printed in the appendix: share above the upper limit";

    internal const string RightOutside = "put right: share outside", SearchOutside = "put right: share of the search's answers outside";

    /// <summary>Figure 1's columns, a number a person.</summary>
    internal static readonly string[] Columns = ["distance", "lower limit, printed", "upper limit, printed", "lower limit, put right", "upper limit, put right"];

    private readonly LocalModel[][] near = [.. models.Models.Select(m => LocalModel.Of(m, models.People))];
    private readonly List<Measure> measures = [];
    private readonly List<StudySeries> series = [];

    /// <summary>One person's distance with what the theorems say of it.</summary>
    private readonly record struct Bounded(double Distance, Limits Printed, Limits Right);

    internal PartOutput All()
    {
        for (int e = 1; e < models.Models.Count; e++)
        {
            foreach (double lambda in KrishnaChoices.BoundLambdas) ByScoreMatching(e, lambda);
            ByLatentSearch(e);
        }
        return new(measures, series);
    }

    private bool IsLast(int e) => e == models.Models.Count - 1;

    private void Add(string table, string model, string method, string metric, double value) => measures.Add(new(models.Preset.Titled(table), models.Dataset, model, method, metric, value));

    private void ByScoreMatching(int e, double lambda)
    {
        double target = models.Models[0].Threshold, epsilon = models.Choices.Epsilons[e];
        int[] people = [.. stated[0].SharedWith(stated[e])];
        if (people.Length < KrishnaChoices.FewestPeople) return;
        string at = Invariant($"{models.Name}, λ={lambda} ε={epsilon}");
        Bounded[] bounded = [.. people.Select(i => new Bounded(
            TensorPrimitives.Distance<double>(ScoreMatchingShift.Action(near[0][i], target, lambda), ScoreMatchingShift.Action(near[e][i], target, lambda)),
            PrintedBounds.Theorem1(near[0][i], near[e][i], target, lambda), ScoreMatchingShift.Bounds(near[0][i], near[e][i], target, lambda)))];
        Tell(Theorem1, at, KrishnaMethod.AsWritten, bounded);
        Add(Theorem1, at, KrishnaMethod.AsWritten, AppendixAbove, people.Zip(bounded, (i, b) => PrintedBounds.Theorem1OfTheAppendix(near[0][i], near[e][i], target, lambda).IsBelow(b.Distance) ? 0.0 : 1).Average());
        if (lambda != KrishnaChoices.Lambda) return;
        if (IsLast(e)) Keep(KrishnaMethod.AsWritten, bounded);
        // What the search returned lies where single precision and its last step left it.
        double[] outside = [.. people.Zip(bounded, (i, b) => (Distance: stated[0].DistanceTo(stated[e], i), b.Right)).Where(p => double.IsFinite(p.Distance))
            .Select(p => p.Distance >= 0.999 * p.Right.Lower - 1e-4 && p.Distance <= 1.001 * p.Right.Upper + 1e-4 ? 0.0 : 1)];
        if (outside.Length > 0) Add(Theorem1, at, KrishnaMethod.AsWritten, SearchOutside, outside.Average());
    }

    private void ByLatentSearch(int e)
    {
        int[] people = [.. latent[0].ValidWith(latent[e])];
        if (people.Length < KrishnaChoices.FewestPeople) return;
        // In the models' units, which are the autoencoder's.
        double lipschitz = DecoderLipschitz.UpperBound(models.Autoencoder);
        LatentAnswer Answer(int model, int person) => new(latent[model].Radii![person], latent[model].Cost(person));
        Bounded[] bounded = [.. people.Select(i => new Bounded(
            latent[0].DistanceTo(latent[e], i),
            PrintedBounds.Theorem2(latent[0].Radii![i], latent[e].Radii![i], lipschitz), LatentShift.Bounds(Answer(0, i), Answer(e, i), lipschitz)))];
        Tell(Theorem2, models.At(models.Choices.Epsilons[e]), KrishnaMethod.Latent, bounded);
        if (IsLast(e)) Keep(KrishnaMethod.Latent, bounded);
    }

    private void Tell(string table, string at, string method, Bounded[] bounded)
    {
        Add(table, at, method, PrintedBelow, bounded.Average(b => b.Printed.IsAbove(b.Distance) ? 0.0 : 1));
        Add(table, at, method, PrintedAbove, bounded.Average(b => b.Printed.IsBelow(b.Distance) ? 0.0 : 1));
        Add(table, at, method, RightOutside, bounded.Average(b => b.Right.Hold(b.Distance) ? 0.0 : 1));
        foreach (var (column, values) in Values(bounded)) Add(table, at, method, $"mean {column}", values.Average());
    }

    private void Keep(string method, Bounded[] bounded)
    {
        foreach (var (column, values) in Values(bounded)) series.Add(new(models.Preset.Titled(Figure1), models.Dataset, models.At(models.Choices.Epsilons[^1]), method, column, values));
    }

    private static IEnumerable<(string Column, double[] Values)> Values(Bounded[] bounded) => Columns.Zip<string, double[], (string, double[])>(
    [
        [.. bounded.Select(b => b.Distance)], [.. bounded.Select(b => b.Printed.Lower)], [.. bounded.Select(b => b.Printed.Upper)], [.. bounded.Select(b => b.Right.Lower)], [.. bounded.Select(b => b.Right.Upper)],
    ], (c, v) => (c, v));
}
