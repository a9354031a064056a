using Redress.Actions;
using Redress.Costs;
using Redress.Search;

namespace Redress.Methods;

/// <summary>The descents of one chunk, and the rows they lead to.</summary>
internal sealed class ProbeRun
{
    /// <summary>1/√(2π).</summary>
    private const double Density = 0.3989422804014327;

    /// <summary>Where a point at the target stands before all others.</summary>
    private const double Reached = -1;

    private readonly SearchChunk chunk;
    private readonly ProbeOptions options;
    private readonly InvalidationRate rate;
    private readonly double most;
    private readonly string note;
    private readonly RowList lattice;
    private readonly float[] point;
    private readonly double[][] answers;
    private readonly double[] rates;
    private readonly bool[] robust;
    private ProbeSteps steps;
    private LaneDescent descent;

    internal ProbeRun(SearchChunk chunk, ProbeOptions options)
    {
        (this.chunk, this.options) = (chunk, options);
        rate = new InvalidationRate(chunk, options.Variance, options.Noise == ProbeNoise.All);
        (steps, descent) = (new(chunk, rate, options, null), new(chunk));
        most = options.Target + options.Slack;
        note = Invariant($"The search met no row with an invalidation rate of at most {most}.");
        lattice = new RowList(chunk.People.Schema.Features.Count, 1);
        point = new float[chunk.Encoded.Width];
        (answers, rates, robust) = (new double[chunk.Rows][], new double[chunk.Rows], new bool[chunk.Rows]);
        Array.Fill(rates, double.PositiveInfinity);
    }

    /// <summary>
    /// All rounds of everyone, or until they are at the target. Who is not, once categories are whole, goes on with numbers alone. Then each person is offered the cheapest
    /// row at the target around where they came to, else the one of the lowest rate.
    /// </summary>
    internal void Find(CancellationToken cancel)
    {
        Descend(static _ => true, cancel);
        var encoding = chunk.Encoded.Encoding;
        bool[] goesOn = [.. Enumerable.Range(0, chunk.Rows).Select(i => answers[i] is not null && !robust[i] && chunk.ActionsOf(i).Actionable.ToArray().Any(f => encoding.At(f).IsOneHot))];
        if (goesOn.Contains(true))
        {
            var starts = new float[chunk.Encoded.X.Length];
            for (int i = 0; i < chunk.Rows; i++)
            {
                var start = starts.AsSpan(i * point.Length, point.Length);
                if (descent.ReadBest(i, start)) WholeCategories.Take(chunk, i, start);
            }
            (steps, descent) = (new(chunk, rate, options, starts), new(chunk));
            Descend(i => goesOn[i], cancel);
        }
        for (int i = 0; i < chunk.Rows; i++)
        {
            if (answers[i] is not { } answer) continue;
            answer.CopyTo(chunk.Offer(i));
            if (!robust[i]) chunk.Notes[i] = note;
        }
    }

    /// <summary>Says of everyone's offered row of the highest score whether it is at the target.</summary>
    internal void NoteHighest()
    {
        for (int i = 0; i < chunk.Rows; i++)
        {
            lattice.Clear();
            for (int offer = chunk.FirstOffer(i); offer >= 0; offer = chunk.NextOffer(offer)) Rounding.AddLattice(chunk.ActionsOf(i), chunk.People.Row(i), chunk.OfferedRow(offer), lattice);
            chunk.Notes[i] = note;
            if (Rates(i, out var found, out double[] margins, out _) && found[Array.IndexOf(margins, margins.Max())] <= most) chunk.Notes[i] = null;
        }
    }

    private void Descend(Func<int, bool> takesPart, CancellationToken cancel)
    {
        descent.Run(steps, (int)Math.Min(int.MaxValue, (long)options.Rounds * options.MaxSteps + 1), Visit, cancel, takesPart);
        double[] relaxed = new double[chunk.People.Schema.Features.Count];
        for (int i = 0; i < chunk.Rows; i++)
        {
            if (!takesPart(i) || !descent.ReadBest(i, point)) continue;
            chunk.Encoded.Decode(i, point, relaxed);
            lattice.Clear();
            Rounding.AddLattice(chunk.ActionsOf(i), chunk.People.Row(i), relaxed, lattice);
            Choose(i, relaxed);
        }
    }

    private bool Visit(int lane, float logit)
    {
        int i = steps.People[lane], taken = steps.TakenBy(lane);
        double m = chunk.Margin(i, logit), norm = steps.NormOf(lane), now = InvalidationRate.FirstOrder(m, norm, rate.Sigma);
        if (options.EachStep || taken > 0 && taken % options.MaxSteps == 0)
        {
            bool robust = m >= LaneDescent.Slack && now <= most && Holds(i, lane);
            descent.Keep(steps.People, lane, robust ? Reached : now);
            if (robust) return false;
        }
        // What a bend and the next look take must be left.
        if (chunk.CallsLeft(i) < 3) return false;
        int sign = chunk.Signs[i];
        float p = 1 / (1 + MathF.Exp(-sign * logit));
        (steps.Slopes[lane], steps.Bends[lane]) = (sign * (p - 1), 0);
        steps.Lambdas[lane] = (float)(options.Lambda - taken / options.MaxSteps * options.LambdaDecrease);
        if (now <= options.Target || norm == 0) return true;
        // ∇(1 - Φ(a)) = -φ(a) (∇m / (σ‖∇g‖) - (a / ‖∇g‖) ∇‖∇g‖), a = m / (σ‖∇g‖).
        double a = m / (rate.Sigma * norm), density = options.Weight * Density * Math.Exp(-a * a / 2);
        steps.Slopes[lane] -= (float)(sign * density / (rate.Sigma * norm));
        steps.Bends[lane] = (float)(density * a / norm);
        return true;
    }

    /// <summary>True where the check that was asked for agrees with the first-order rate.</summary>
    private bool Holds(int person, int lane)
    {
        if (options.Check == RateCheck.FirstOrder) return true;
        if (chunk.CallsLeft(person) < options.Samples) return false;
        steps.People.ReadPoint(lane, point);
        return rate.MonteCarlo(person, point, options.Samples) <= most;
    }

    /// <summary>Keeps the cheapest row of the lattice at the target; else the one of the lowest rate, if it is lower than that of a row kept before.</summary>
    private void Choose(int person, double[] relaxed)
    {
        if (!Rates(person, out double[] found, out double[] margins, out float[] encoded))
        {
            answers[person] ??= [.. relaxed];
            return;
        }
        var actions = chunk.ActionsOf(person);
        double[] costs = [.. Enumerable.Range(0, found.Length).Select(r => chunk.Cost.Of(actions.Schema, actions.Statistics, chunk.People.Row(person), lattice[r]))];
        int[] order = [.. Enumerable.Range(0, found.Length).OrderBy(r => costs[r])];
        foreach (int r in order)
        {
            if (!(margins[r] >= 0 && found[r] <= most)) continue;
            if (options.Check == RateCheck.MonteCarlo && (chunk.CallsLeft(person) < options.Samples || rate.MonteCarlo(person, encoded.AsSpan(r * point.Length, point.Length), options.Samples) > most)) continue;
            (answers[person], rates[person], robust[person]) = (lattice[r].ToArray(), found[r], true);
            return;
        }
        // A rate below ½ is that of a valid row.
        int lowest = order.MinBy(r => found[r]);
        if (found[lowest] < rates[person]) (answers[person], rates[person]) = (lattice[lowest].ToArray(), found[lowest]);
    }

    /// <summary>Asks for the first-order rates of the rows of the lattice, as many as the budget lets; false where it lets none.</summary>
    private bool Rates(int person, out double[] found, out double[] margins, out float[] encoded)
    {
        int count = Math.Min(lattice.Count, Math.Max(0, chunk.CallsLeft(person))), width = point.Length;
        (found, margins, encoded) = (new double[count], new double[count], new float[count * width]);
        for (int r = 0; r < count; r++) chunk.Encoded.Encoding.Encode(lattice[r], encoded.AsSpan(r * width, width));
        if (count > 0) rate.FirstOrder(person, encoded, found, margins);
        return count > 0;
    }
}
