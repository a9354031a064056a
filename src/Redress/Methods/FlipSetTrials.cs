using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Search;

namespace Redress.Methods;

/// <summary>
/// Flip sets of a local surrogate tried on the model itself, cheapest first, block after block of everybody's, until each person has as many valid
/// ones as were asked for: what comes after the first valid ones is dearer and is never looked at.
/// </summary>
/// <param name="chunk">The people.</param>
/// <param name="most">Flip sets tried a person at most.</param>
internal sealed class FlipSetTrials(SearchChunk chunk, int most)
{
    private const int FirstBlock = 4, LargestBlock = 64;

    private readonly RowList rows = new(chunk.People.Schema.Features.Count, chunk.Rows * FirstBlock);
    private readonly double[] relaxed = new double[chunk.People.Schema.Features.Count];

    private sealed class Trial(int person, FlipSetGrid grid, FlipSetProgram programme)
    {
        internal int Person { get; } = person;

        internal FlipSetGrid Grid { get; } = grid;

        internal FlipSetProgram Programme { get; } = programme;

        internal int[] Choice { get; } = new int[grid.Values.Length];

        internal int Tried { get; set; }

        internal int Valid { get; set; }

        /// <summary>Nothing is left to try: of the programme, of the budget, or because the caller cancelled.</summary>
        internal bool IsExhausted { get; set; }

        /// <summary>The end of its rows among those scored now.</summary>
        internal int End { get; set; }

        internal double[]? Nearest { get; set; }

        internal double NearestMargin { get; set; } = double.NegativeInfinity;
    }

    /// <summary>Offers everybody's valid flip sets, or the one that came nearest to θ.</summary>
    /// <param name="weights">The surrogates; fewer than people where the caller cancelled.</param>
    /// <param name="gridSize">Values tried of a feature that has more.</param>
    /// <param name="cancel">Stops between blocks.</param>
    internal void Run(double[][] weights, int gridSize, CancellationToken cancel)
    {
        var active = new List<Trial>(weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            var grid = FlipSetGrid.Of(chunk, i, weights[i], gridSize);
            active.Add(new(i, grid, grid.Programme(-chunk.Margin(i, chunk.Scores[i]), chunk.Cost)));
        }
        for (int block = FirstBlock; active.Count > 0; block = Math.Min(2 * block, LargestBlock))
        {
            rows.Clear();
            foreach (var trial in active) Propose(trial, block, cancel);
            Judge(active);
            foreach (var trial in active.Where(IsOver))
                if (trial is { Valid: 0, Nearest: { } nearest }) nearest.CopyTo(chunk.Offer(trial.Person));
            active.RemoveAll(IsOver);
        }
    }

    private bool IsOver(Trial trial) => trial.Valid >= chunk.Answers || trial.IsExhausted;

    /// <summary>Adds the person's next flip sets, as they would be shown, to the rows to score.</summary>
    private void Propose(Trial trial, int block, CancellationToken cancel)
    {
        int i = trial.Person, start = rows.Count;
        for (int k = 0; k < block && !trial.IsExhausted; k++)
        {
            trial.IsExhausted = trial.Tried == most || chunk.StepsLeft(i) <= 0 || chunk.CallsLeft(i) <= rows.Count - start || cancel.IsCancellationRequested
                || !trial.Programme.Next(trial.Choice, out _);
            if (trial.IsExhausted) break;
            trial.Tried++;
            chunk.Steps[i]++;
            trial.Grid.Write(trial.Choice, relaxed);
            Rounding.AddLattice(chunk.ActionsOf(i), chunk.People.Row(i), relaxed, rows);
        }
        chunk.ModelCalls[i] += rows.Count - start;
        trial.End = rows.Count;
    }

    private void Judge(List<Trial> active)
    {
        double[] scores = Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, rows.Block, rows.Count));
        int row = 0;
        foreach (var trial in active)
            for (; row < trial.End; row++)
            {
                if (trial.Valid >= chunk.Answers) continue;
                double margin = chunk.Margin(trial.Person, scores[row]);
                if (chunk.IsValid(trial.Person, scores[row]))
                {
                    trial.Valid++;
                    rows[row].CopyTo(chunk.Offer(trial.Person));
                }
                else if (margin > trial.NearestMargin) (trial.NearestMargin, trial.Nearest) = (margin, rows[row].ToArray());
            }
    }
}
