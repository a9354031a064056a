using Redress.Metrics;
using Redress.Models;

namespace Redress.Guarantees;

/// <summary>A recourse that was issued and no longer holds.</summary>
/// <param name="PersonId">Whose.</param>
/// <param name="Rank">Which answer.</param>
/// <param name="Answer">What they were told.</param>
/// <param name="Score">The other model's score of the row after it.</param>
public sealed record BrokenPromise(string PersonId, int Rank, RecourseAnswer Answer, double Score);

/// <summary>Whether recourse that was issued still holds under another model.</summary>
/// <param name="Kept">Answers that are still valid.</param>
/// <param name="Issued">Answers in all.</param>
/// <param name="LowerBound">The Clopper-Pearson lower bound of the share kept, at 95 % confidence, one-sided.</param>
/// <param name="Broken">Those that are not valid any more, in the order of the records.</param>
/// <param name="People">People with at least one answer.</param>
public sealed record PromiseReport(int Kept, int Issued, double LowerBound, IReadOnlyList<BrokenPromise> Broken, int People)
{
    /// <summary>The share of answers that are still valid; 1 where none was issued.</summary>
    public double Share => Issued == 0 ? 1 : (double)Kept / Issued;
}

/// <summary>Re-scores issued recourse against another model: the gate before a retrained model is deployed.</summary>
public static class Promise
{
    private const double Confidence = 0.95;
    private const int ChunkRows = 4096;

    /// <summary>Checks every answer of every record.</summary>
    /// <param name="records">Records as they were issued.</param>
    /// <param name="model">The model to judge by; its own θ decides.</param>
    /// <param name="desired">The outcome that was asked for.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="OptionsException">The model has other features than the records.</exception>
    public static PromiseReport Check(IEnumerable<RecourseRecord> records, IModel model, string desired = "favourable", CancellationToken cancel = default)
    {
        var broken = new List<BrokenPromise>();
        int kept = 0, issued = 0, people = 0;
        foreach (var chunk in records.Where(r => r.Answers.Count > 0).Chunk(ChunkRows))
        {
            cancel.ThrowIfCancellationRequested();
            var answers = chunk.SelectMany(r => r.Answers.Select(a => (Record: r, Answer: a))).ToList();
            var rows = IssuedRows.Of(answers, model, desired);
            double[] scores = Scores.Favourable(model, rows.Rows, cancel);
            for (int i = 0; i < scores.Length; i++)
            {
                if (rows.Holds(i, scores[i], model)) kept++;
                else broken.Add(new(answers[i].Record.PersonId, answers[i].Answer.Rank, answers[i].Answer, scores[i]));
            }
            issued += answers.Count;
            people += chunk.Length;
        }
        return new(kept, issued, issued == 0 ? 0 : ClopperPearson.LowerBound(kept, issued, Confidence), broken, people);
    }
}
