using System.Numerics;
using Redress.Actions;

namespace Redress.Search;

/// <summary>
/// Proximal gradient steps on (h(x + δ) - s)² + λ d(δ) over Δ, for people side by side in lanes; d is ‖δ‖₂² or ‖δ‖₁ in encoded units. With residual
/// r = h - s, gradient g = ∇h and step t = τ/(2‖g‖²), the trial point is
///
///     δ ← clamp(prox(δ - 2 t r g)),   prox(u) = u / (1 + 2 t λ)  or  sign(u) max(|u| - t λ, 0).
///
/// </summary>
/// <remarks>
/// 2‖g‖² is the curvature where h is linear: there the first step without limits in the way lands on the minimum for ‖δ‖₂². ‖g‖² counts the columns that can still move
/// the way the step goes. A trial that does not lower the objective is taken back and τ halved, so that the objective only falls on bent models too; τ doubles
/// again, up to 1, where a trial is kept. Clamping after the proximal map is exact: both are by column, and 0 is in Δ. Categories, ties and constraints are projected on, which is not, and
/// the objective still falls. A tied column counts in d through its leader.
/// </remarks>
internal sealed class ProximalSteps : ILaneSteps
{
    private const int Lanes = LanePeople.Lanes;
    private readonly EncodedActions batch;
    private readonly Projection projection;
    private readonly bool squared, byRows;
    private readonly int[] columns;
    private readonly float[] kept, gradient;   // [columns, lanes]: the last points kept, and ∇h there
    private readonly float[] taking = new float[Lanes], slopes = new float[Lanes], norms = new float[Lanes], shrink = new float[Lanes];
    private readonly double[] distances = new double[Lanes];
    private readonly Trial[] trials = new Trial[Lanes];
    private bool measured;

    /// <summary>A lane's last kept point: h - s, d, and τ for the next trial from there.</summary>
    private struct Trial
    {
        internal double Residual, Distance, Lambda, Tau;
        internal bool Any, Keeps;
    }

    /// <summary>Prepares steps for people of a batch.</summary>
    /// <param name="batch">The people and their action sets.</param>
    /// <param name="squared">True for ‖δ‖₂², false for ‖δ‖₁.</param>
    /// <param name="moves">The features that move.</param>
    internal ProximalSteps(EncodedActions batch, bool squared, Func<int, bool> moves)
    {
        (this.batch, this.squared) = (batch, squared);
        People = new LanePeople(batch);
        projection = new Projection(batch);
        (kept, gradient) = (new float[batch.Width * Lanes], new float[batch.Width * Lanes]);
        var leaders = batch.People.Schema.Leaders;
        var moving = Enumerable.Range(0, batch.Encoding.Features.Count).Where(f => leaders[f] < 0 && moves(f)).Select(f => batch.Encoding.At(f)).ToArray();
        columns = [.. moving.SelectMany(at => Enumerable.Range(at.Offset, at.Width)).Where(People.MayMove)];
        byRows = moving.Any(at => at.IsOneHot && People.MayMove(at.Offset));
        for (int i = 0; i < batch.Rows; i++) byRows |= batch.ActionsOf(i) is var own && (own.Ties.Length > 0 || own.Constraints.Length > 0);
    }

    public LanePeople People { get; }

    /// <summary>d of the point where a lane's person stands.</summary>
    internal double Distance(int lane)
    {
        if (!measured) People.Distances(columns, squared, distances);
        measured = true;
        return distances[lane];
    }

    public void Enter(int lane, int person)
    {
        People.Enter(lane, person);
        trials[lane] = new() { Tau = 1 };
    }

    /// <summary>Looks at a trial: keeps it if it lowers the objective, else takes it back.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="residual">h - s at the trial.</param>
    /// <param name="lambda">λ.</param>
    /// <returns>How much smaller the objective became, as a share of it; 0 where the trial was taken back, infinite for the first.</returns>
    internal double Judge(int lane, double residual, double lambda)
    {
        ref var trial = ref trials[lane];
        double before = trial.Residual * trial.Residual + lambda * trial.Distance, distance = Distance(lane), now = residual * residual + lambda * distance;
        trial.Lambda = lambda;
        trial.Keeps = !trial.Any || now < before;
        if (!trial.Keeps)
        {
            trial.Tau /= 2;
            return 0;
        }
        double gain = trial.Any ? (before - now) / before : double.PositiveInfinity;
        trial = trial with { Residual = residual, Distance = distance, Any = true, Tau = trial.Any ? Math.Min(1, 2 * trial.Tau) : 1 };
        return gain;
    }

    /// <summary>τ of a lane: how far the next trial goes, as a share of a whole step.</summary>
    internal double Tau(int lane) => trials[lane].Tau;

    /// <summary>The share of λ d in the objective at a lane's last kept point.</summary>
    internal double ShareOfDistance(int lane)
    {
        ref readonly var trial = ref trials[lane];
        double pull = trial.Lambda * trial.Distance;
        return pull > 0 ? pull / (trial.Residual * trial.Residual + pull) : 0;
    }

    /// <summary>Makes the whole step the next trial again, as after a change of λ.</summary>
    internal void Restart(int lane) => trials[lane].Tau = 1;

    public void Step(ReadOnlySpan<float> gradients)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            ref readonly var trial = ref trials[lane];
            taking[lane] = trial.Keeps ? 1 : 0;
            slopes[lane] = (float)trial.Residual;
        }
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) Take(column * Lanes + lane, lane, gradients);
        if (byRows) TakeTies(gradients);
        Array.Clear(norms);
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) AddNorm(column * Lanes + lane, lane);
        for (int lane = 0; lane < Lanes; lane++)
        {
            ref readonly var trial = ref trials[lane];
            double t = norms[lane] > 0 ? trial.Tau / (2 * (double)norms[lane]) : 0;
            slopes[lane] = (float)(2 * t * trial.Residual);
            shrink[lane] = squared ? (float)(1 / (1 + 2 * t * trial.Lambda)) : (float)(t * trial.Lambda);
        }
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) Try(column * Lanes + lane, lane);
        if (byRows) People.ForEachRow(gradient, (person, point, _) => projection.Apply(person, point));
        measured = false;
    }

    /// <summary>Where the trial is kept, it and its gradient take the place of the last; else the point goes back.</summary>
    private void Take(int i, int lane, ReadOnlySpan<float> gradients)
    {
        var takes = Vector.GreaterThan(new Vector<float>(taking, lane), Vector<float>.Zero);
        Vector.ConditionalSelect(takes, new Vector<float>(gradients[i..]), new Vector<float>(gradient, i)).CopyTo(gradient, i);
        var point = Vector.ConditionalSelect(takes, new Vector<float>(People.Points, i), new Vector<float>(kept, i));
        point.CopyTo(kept, i);
        point.CopyTo(People.Points, i);
    }

    /// <summary>A tied column's gradient goes to its leader.</summary>
    private void TakeTies(ReadOnlySpan<float> gradients)
    {
        float[] all = gradients.ToArray();
        People.ForEachRow(all, (person, point, along) => TiedColumns.PullBack(batch, person, point, along));
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane++)
                if (taking[lane] > 0) gradient[column * Lanes + lane] = all[column * Lanes + lane];
    }

    /// <summary>Adds g² of the columns that are free the way the step goes: against r g.</summary>
    private void AddNorm(int i, int lane)
    {
        var (g, point) = (new Vector<float>(gradient, i), new Vector<float>(People.Points, i));
        var along = -new Vector<float>(slopes, lane) * g;
        var up = Vector.GreaterThan(along, Vector<float>.Zero) & Vector.LessThan(point, new Vector<float>(People.Upper, i));
        var down = Vector.LessThan(along, Vector<float>.Zero) & Vector.GreaterThan(point, new Vector<float>(People.Lower, i));
        (new Vector<float>(norms, lane) + Vector.ConditionalSelect(up | down, g * g, Vector<float>.Zero)).CopyTo(norms, lane);
    }

    private void Try(int i, int lane)
    {
        var origin = new Vector<float>(People.Origins, i);
        var u = new Vector<float>(People.Points, i) - origin - new Vector<float>(slopes, lane) * new Vector<float>(gradient, i);
        var by = new Vector<float>(shrink, lane);
        var delta = squared ? u * by : Vector.ConditionalSelect(Vector.LessThan(u, Vector<float>.Zero), -Vector<float>.One, Vector<float>.One) * Vector.Max(Vector.Abs(u) - by, Vector<float>.Zero);
        Vector.Min(Vector.Max(origin + delta, new Vector<float>(People.Lower, i)), new Vector<float>(People.Upper, i)).CopyTo(People.Points, i);
    }
}
