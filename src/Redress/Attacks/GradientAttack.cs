using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Attacks;

/// <summary>The stream of a row's start, keyed by seed and the row's content or id, never by its place; null to start at the row itself.</summary>
internal delegate Rng? StartOf(int row, int restart);

/// <summary>The steps of an attack on encoded rows, one thread's.</summary>
internal sealed class GradientAttack
{
    private const int Lanes = LaneNetwork.Lanes;
    private readonly AttackSteps steps;
    private readonly int width;
    private readonly AttackLanes lanes;
    private readonly int[] rows = new int[Lanes], taken = new int[Lanes], restarts = new int[Lanes];
    private readonly float[] signs = new float[Lanes];

    internal GradientAttack(AttackRegion region, AttackSteps steps)
    {
        (this.steps, width, lanes) = (steps, region.Width, new(region));
        Array.Fill(rows, -1);
    }

    /// <summary>Takes every step with every row: what adversarial training learns from.</summary>
    /// <param name="network">The network, as it is now.</param>
    /// <param name="x">rows × width, encoded.</param>
    /// <param name="labels">1 a row that is favourable, else 0.</param>
    /// <param name="startOf">Where each row starts.</param>
    /// <param name="perturbed">rows × width, all written; may be <paramref name="x"/> itself.</param>
    internal void Perturb(LaneNetwork network, ReadOnlySpan<float> x, ReadOnlySpan<float> labels, StartOf startOf, Span<float> perturbed)
    {
        for (int first = 0; first < labels.Length; first += Lanes)
        {
            int count = Math.Min(Lanes, labels.Length - first);
            for (int lane = 0; lane < count; lane++)
            {
                signs[lane] = labels[first + lane] > 0 ? -1 : 1;
                lanes.Enter(lane, x.Slice((first + lane) * width, width), startOf(first + lane, 0));
            }
            for (int step = 0; step < steps.Count; step++)
            {
                network.Run(lanes.Points);
                lanes.Step(steps.Size, network.InputGradients, signs);
            }
            for (int lane = 0; lane < count; lane++) lanes.ReadPoint(lane, perturbed.Slice((first + lane) * width, width));
        }
    }

    /// <summary>Looks, for rows that are decided rightly, for a point that is decided wrongly. A row leaves its lane to the next one as soon as one is found.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">rows × width, encoded.</param>
    /// <param name="labels">True a row that is favourable, and decided so.</param>
    /// <param name="threshold">θ, as a logit.</param>
    /// <param name="startOf">Where each row starts.</param>
    /// <param name="fooled">Receives whether the model was fooled, a row each.</param>
    /// <param name="points">rows × width: receives the point that fooled the model, or where the last start ended; or empty.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal void Search(LaneNetwork network, ReadOnlySpan<float> x, ReadOnlySpan<bool> labels, double threshold, StartOf startOf, Span<bool> fooled, Span<float> points, CancellationToken cancel)
    {
        int next = 0;
        while (Fill(x, labels, startOf, ref next))
        {
            cancel.ThrowIfCancellationRequested();
            network.Run(lanes.Points);
            for (int lane = 0; lane < Lanes; lane++)
            {
                int row = rows[lane];
                if (row < 0) continue;
                // A network that overflows has decided nothing.
                fooled[row] = float.IsFinite(network.Outputs[lane]) && network.Outputs[lane] >= threshold != labels[row];
                bool isLast = taken[lane]++ == steps.Count;
                if (!fooled[row] && !isLast) continue;
                if (!points.IsEmpty) lanes.ReadPoint(lane, points.Slice(row * width, width));
                restarts[lane] = fooled[row] ? steps.Restarts : restarts[lane] + 1;
                if (restarts[lane] == steps.Restarts) rows[lane] = -1;
                else taken[lane] = 0;
            }
            lanes.Step(steps.Size, network.InputGradients, signs);
        }
    }

    /// <summary>Gives empty lanes to the next rows, and puts rows that start anew at their start; false where nobody is left.</summary>
    private bool Fill(ReadOnlySpan<float> x, ReadOnlySpan<bool> labels, StartOf startOf, ref int next)
    {
        bool any = false;
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (rows[lane] < 0 && next < labels.Length) (rows[lane], taken[lane], restarts[lane]) = (next++, 0, 0);
            if (rows[lane] < 0) continue;
            any = true;
            if (taken[lane] > 0) continue;
            signs[lane] = labels[rows[lane]] ? -1 : 1;
            lanes.Enter(lane, x.Slice(rows[lane] * width, width), startOf(rows[lane], restarts[lane]));
        }
        return any;
    }
}
