using Redress.Actions;
using Redress.Costs;
using Redress.Data;
using Redress.Models;

namespace Redress.Search;

/// <summary>
/// A search that knows the units: among the rows that a person can really reach it takes the cheapest valid one and the one of the highest score. Where
/// they are few it scores them all; else it climbs from the person's row, one feature at a time to the best of its values.
/// </summary>
internal static class WholeSteps
{
    /// <summary>Rows scored all together at most; beyond, features are climbed one at a time.</summary>
    internal const int MaxRows = 1024;

    private const int GridSize = 100, MaxSweeps = 10;

    /// <summary>Offers everyone in a chunk their best reachable rows.</summary>
    /// <param name="chunk">The people.</param>
    /// <param name="highest">True for the row of the highest score alone, blind to θ.</param>
    /// <param name="cancel">Stops between people.</param>
    internal static void Offer(SearchChunk chunk, bool highest, CancellationToken cancel)
    {
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            if (chunk.StepsLeft(i) < 1) continue;
            var person = new Climb(chunk, i);
            person.Search();
            if (!highest && person.Cheapest is { } cheapest) cheapest.CopyTo(chunk.Offer(i));
            if (person.Highest is { } best) best.CopyTo(chunk.Offer(i));
        }
    }

    /// <summary>One person's search.</summary>
    private sealed class Climb(SearchChunk chunk, int person)
    {
        private readonly ActionSet actions = chunk.ActionsOf(person);
        private readonly double[] present = chunk.People.Row(person).ToArray();
        private double most = double.NegativeInfinity, least = double.PositiveInfinity;

        internal double[]? Highest { get; private set; }

        internal double[]? Cheapest { get; private set; }

        internal void Search()
        {
            // A feature that may change by fractions has a grid as well: its values are not all there are, but each can be reached.
            double[][] values = [.. present.Select((v, f) => actions.Schema.Leaders[f] >= 0 ? [v] : ActionGrid.Values(actions, f, v, GridSize, out _))];
            long product = 1;
            foreach (var v in values) product = Math.Min(product * v.Length, long.MaxValue / (GridSize + 1));
            if (product <= MaxRows) Score([.. All(values)]);
            else ClimbAlong(values);
        }

        private void ClimbAlong(double[][] values)
        {
            double before = double.NegativeInfinity;
            for (int sweep = 0; sweep < MaxSweeps; sweep++)
            {
                foreach (int f in Enumerable.Range(0, values.Length).Where(f => values[f].Length > 1))
                {
                    double[] from = Highest ?? present;
                    Score([.. values[f].Select(v => With(from, f, v))]);
                }
                if (most <= before) return;
                before = most;
            }
        }

        private static IEnumerable<double[]> All(double[][] values)
        {
            IEnumerable<double[]> rows = [new double[values.Length]];
            for (int f = 0; f < values.Length; f++)
            {
                int feature = f;
                rows = rows.SelectMany(row => values[feature].Select(v => With(row, feature, v)));
            }
            return rows;
        }

        private static double[] With(double[] row, int feature, double value)
        {
            var changed = (double[])row.Clone();
            changed[feature] = value;
            return changed;
        }

        private void Score(List<double[]> rows)
        {
            foreach (var row in rows) actions.Follow(present, row);
            rows.RemoveAll(row => present.AsSpan().SequenceEqual(row) || !actions.Allows(present, row));
            int affordable = Math.Min(rows.Count, Math.Max(0, chunk.CallsLeft(person)));
            if (affordable == 0 || chunk.StepsLeft(person) < 1) return;
            chunk.ModelCalls[person] += affordable;
            chunk.Steps[person]++;
            double[] scores = Scores.Favourable(chunk.Model, new Table(chunk.Model.Schema, [.. rows.Take(affordable).SelectMany(r => r)]));
            for (int r = 0; r < affordable; r++)
            {
                double margin = chunk.Margin(person, scores[r]);
                if (margin > most) (most, Highest) = (margin, rows[r]);
                if (!chunk.IsValid(person, scores[r])) continue;
                double cost = chunk.Cost.Of(actions.Schema, actions.Statistics, present, rows[r]);
                if (cost < least) (least, Cheapest) = (cost, rows[r]);
            }
        }
    }
}
