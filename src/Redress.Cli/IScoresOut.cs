using System.Globalization;
using Redress.Data;
using Redress.Models;

namespace Redress.Cli;

/// <summary>What <c>score</c> writes of a model's scores.</summary>
internal interface IScoresOut
{
    Schema Schema { get; }

    /// <summary>The columns between a person's id and their problem.</summary>
    IReadOnlyList<string> Columns { get; }

    /// <summary>Scores people.</summary>
    /// <returns>For the number of a person their cells in the columns, and whether the favourable outcome is predicted.</returns>
    Func<int, (string Cells, bool IsFavourable)> Score(Table people, Execution execution, CancellationToken cancel);
}

/// <summary>Probability, log-odds and decision.</summary>
internal sealed class OneScore(IModel model) : IScoresOut
{
    public Schema Schema => model.Schema;

    public IReadOnlyList<string> Columns { get; } = ["probability", "logit", "decision"];

    public Func<int, (string Cells, bool IsFavourable)> Score(Table people, Execution execution, CancellationToken cancel)
    {
        double[] scores = Scores.Favourable(model, people, execution, cancel);
        return i =>
        {
            bool favourable = scores[i] >= model.Threshold;
            double probability = Scores.Probability(model.ScoreKind, scores[i]);
            return ($"{Show(probability)},{Show(Scores.LogOdds(model.ScoreKind, scores[i]))},{(favourable ? "favourable" : "unfavourable")}", favourable);
        };
    }

    internal static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>The likeliest class, and the probability of each.</summary>
internal sealed class ClassScores(MulticlassModel model) : IScoresOut
{
    public Schema Schema => model.Schema;

    public IReadOnlyList<string> Columns { get; } = ["class", .. model.Classes.Select(c => CsvTable.Quote($"probability {c}"))];

    public Func<int, (string Cells, bool IsFavourable)> Score(Table people, Execution execution, CancellationToken cancel)
    {
        int classes = model.Classes.Count;
        var logits = new double[people.Rows * classes];
        Chunks.Run(people.Rows, execution, (start, count) => model.Score(people.Slice(start, count), new(logits.AsSpan(start * classes, count * classes), count, classes), cancel), cancel);
        return i =>
        {
            var z = logits.AsSpan(i * classes, classes).ToArray();
            double most = z.Max(), sum = z.Sum(v => Math.Exp(v - most));
            string likeliest = model.Classes[Array.IndexOf(z, most)];
            return (string.Join(',', z.Select(v => OneScore.Show(Math.Exp(v - most) / sum)).Prepend(CsvTable.Quote(likeliest))), likeliest == model.Schema.Favourable);
        };
    }
}
