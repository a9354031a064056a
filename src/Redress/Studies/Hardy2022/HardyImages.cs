using Redress.Attacks;
using Redress.Data;

namespace Redress.Studies.Hardy2022;

/// <summary>Figure 6: T-shirts beside an adversarial example of each, and beside what growing spheres find for the two models.</summary>
internal static class HardyImages
{
    internal const string Figure = "figure 6", Original = "T-shirt", Attacked = "adversarial example";

    /// <summary>The pixels of images that both models take for T-shirts, rightly, and of what became of them.</summary>
    /// <param name="natural">The model trained naturally.</param>
    /// <param name="adversarial">The model trained adversarially.</param>
    /// <param name="options">The study's choices.</param>
    /// <param name="cancel">Stops between searches.</param>
    internal static PartOutput Of(HardyModel natural, HardyModel adversarial, HardyOptions options, CancellationToken cancel)
    {
        var both = natural.Rejected(int.MaxValue).Ids!.Intersect(adversarial.Rejected(int.MaxValue).Ids!).ToHashSet();
        var test = natural.Test;
        int[] rows = [.. Enumerable.Range(0, test.Rows).Where(r => both.Contains(test.Ids![r]) && !test.Labels![r]).Take(options.GridImages)];
        var people = test.Select(rows);
        var series = new List<StudySeries>();
        void Keep(string model, string method, int image, ReadOnlySpan<double> pixels) => series.Add(new(Figure, Hardy2022Study.Images, model, method, Invariant($"image {image + 1}"), pixels.ToArray()));
        var attack = new AttackSearch(natural.Model, new Pgd(new(options.TestSteps)), new(options.EpsilonOf(Hardy2022Study.Images)));
        float[] points = attack.Run(people, [.. people.Labels!], natural.Shared.Split("attack"), keepPoints: true, Hardy2022Study.OneThread, cancel).Points;
        int width = natural.Model.Encoding.Width;
        for (int i = 0; i < people.Rows; i++)
        {
            Keep("", Original, i, people.Row(i));
            double[] pixels = [.. Enumerable.Range(0, width).Select(c => natural.Model.Encoding.Decode(c, points.AsSpan(i * width, width)))];
            Keep(natural.Name, Attacked, i, pixels);
        }
        foreach (var method in HardyMethod.All.Where(m => m.RunsOn(Hardy2022Study.Images)))
            foreach (var model in new[] { natural, adversarial })
            {
                var finder = method.Prepare(model.Model, model.Train, options, model.Shared, cancel);
                var batch = finder.Find(new RecourseRequest(people, method.Actions(model.Model), Execution: Hardy2022Study.OneThread), model.Shared.Split("find"), null, cancel);
                cancel.ThrowIfCancellationRequested();
                for (int i = 0; i < people.Rows; i++)
                    if (batch.Records[i] is { Outcome: Outcome.Found } record) Keep(model.Name, method.Label, i, RecourseRows.Changed(people.Schema, record, record.Answers[0]));
            }
        return new([], series);
    }

    /// <summary>The grid of the kept images, or nothing.</summary>
    internal static IEnumerable<Picture> Pictures(IReadOnlyList<StudySeries> series)
    {
        var images = series.Where(s => s.Table == Figure).ToList();
        if (images.Count == 0) yield break;
        string[] columns = [.. images.Select(Column).Distinct()];
        var rows = images.GroupBy(s => s.Metric).Select(row =>
        {
            var original = row.First(s => s.Method == Original).Values;
            return new ImageRow(row.Key, [.. columns.Select(c => row.FirstOrDefault(s => Column(s) == c) is { } image ? new GreyImage(image.Values, Caption(image, original)) : null)]);
        });
        yield return new ImageGrid(
            Figure, Hardy2022Study.Images, "T-shirts, adversarial examples and counterfactuals",
            "Rows of small images: a T-shirt, the same with an attack's faint noise, and the same with the stronger noise of counterfactuals; none of them looks like trousers.",
            FashionMnistSide, FashionMnistSide, columns, [.. rows]);
    }

    private const int FashionMnistSide = 28;

    private static string Column(StudySeries series) => series.Model.Length == 0 ? series.Method : $"{series.Method} ({series.Model})";

    /// <summary>How far an image is from the original, in the network's units.</summary>
    private static string Caption(StudySeries image, IReadOnlyList<double> original) =>
        image.Method == Original ? "" : Invariant($"L2 {Math.Sqrt(image.Values.Zip(original, (a, b) => (a - b) * (a - b)).Sum()) / 255:0.0}");
}
