using Redress.Models;
using Redress.Neighbours;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Redress.Studies.Krishna2023;

/// <summary>Figure 4: the training rows nearest to one rejected person in the plane, by t-SNE, and which of them each model accepts.</summary>
internal static class Neighbourhood
{
    internal const string Table = "figure 4";

    /// <summary>The paper's three models.</summary>
    internal static readonly double[] Epsilons = [0, 0.15, 0.25];

    /// <summary>Around the rejected person who scores highest under the plain model: nobody is nearer to its border, so both decisions are at hand there.</summary>
    internal static PartOutput Of(KrishnaModels models, CancellationToken cancel)
    {
        var plain = models.Models[0];
        double[] scores = Scores.Favourable(plain, models.People, cancel);
        int[] rejected = [.. Enumerable.Range(0, scores.Length).Where(i => scores[i] < plain.Threshold)];
        if (rejected.Length == 0) return new([]);
        int person = rejected.MaxBy(i => scores[i]), width = plain.Encoding.Width;
        var train = models.Data.Train;
        float[] rows = new float[train.Rows * width], centre = new float[width];
        plain.Encoding.Encode(train, 0, train.Rows, rows);
        plain.Encoding.Encode(models.People.Row(person), centre);
        int[] nearest = [.. Enumerable.Range(0, train.Rows).OrderBy(r => TensorPrimitives.Distance<float>(centre, rows.AsSpan(r * width, width))).Take(models.Choices.Neighbours)];
        float[] around = [.. nearest.SelectMany(r => rows[(r * width)..((r + 1) * width)])];
        var plane = TSne.Embed(around, width, models.Rng.Split("plane"), cancel: cancel);
        string at = models.Name;
        var series = new List<StudySeries> { Column(at, "x", [.. plane.X.Select(v => (double)v)]), Column(at, "y", [.. plane.Y.Select(v => (double)v)]) };
        var measures = new List<Measure>();
        var neighbours = train.Select(nearest);
        foreach (double epsilon in Epsilons)
        {
            int e = models.Choices.Epsilons.ToList().IndexOf(epsilon);
            double[] accepted = [.. Scores.Favourable(models.Models[e], neighbours, cancel).Select(s => s >= models.Models[e].Threshold ? 1.0 : 0)];
            series.Add(Column(models.At(epsilon), "accepted", accepted));
            measures.Add(new(Table, models.Dataset, models.At(epsilon), "", "share of the neighbourhood accepted", accepted.Average()));
        }
        return new(measures, series);

        StudySeries Column(string model, string metric, double[] values) => new(Table, models.Dataset, model, "", metric, values);
    }
}
