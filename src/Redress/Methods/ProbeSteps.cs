using System.Numerics;
using Redress.Models;
using Redress.Search;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>AMSGrad's steps on PROBE's objective, with ‖∇g‖ over the noisy columns, and how it bends where the network does.</summary>
internal sealed class ProbeSteps : ILaneSteps
{
    private const int Lanes = LanePeople.Lanes;

    /// <summary>Half the way between the two gradients of which the difference is taken, encoded units: its error is of second order, and float32 leaves five digits.</summary>
    private const float HalfWay = 0.01f;

    private readonly SearchChunk chunk;
    private readonly InvalidationRate rate;
    private readonly ProjectedAdam adam;
    private readonly LaneNetwork? beyond;
    private readonly float[]? starts;
    private readonly float[] mask, along, trial, beside;
    private readonly double[] norms = new double[Lanes];

    /// <param name="chunk">The people.</param>
    /// <param name="rate">The noise.</param>
    /// <param name="options">The objective's.</param>
    /// <param name="starts">Where people begin, rows × width, categories whole and held; null for their own rows.</param>
    internal ProbeSteps(SearchChunk chunk, InvalidationRate rate, ProbeOptions options, float[]? starts)
    {
        (this.chunk, this.rate, this.starts) = (chunk, rate, starts);
        int size = chunk.Encoded.Width * Lanes;
        (mask, along, trial, beside) = (new float[size], new float[size], new float[size], new float[size]);
        bool bends = options is { Curvature: true, Weight: > 0 } && chunk.Model is not NetworkModel { Network.IsPiecewiseLinear: true };
        beyond = bends ? ((IDifferentiableClassifier)chunk.Model).Lanes() : null;
        adam = new ProjectedAdam(chunk.Encoded, (float)options.LearningRate, amsGrad: true) { Beside = beyond is null ? null : beside };
    }

    public LanePeople People => adam.People;

    /// <summary>What ∇g is multiplied by, a lane each.</summary>
    internal float[] Slopes => adam.Slopes;

    /// <summary>λ, a lane each.</summary>
    internal float[] Lambdas => adam.Lambdas;

    /// <summary>What ∇‖∇g‖ is multiplied by, a lane each.</summary>
    internal float[] Bends { get; } = new float[Lanes];

    /// <summary>The last step's Bends · ∇‖∇g‖, [columns, lanes].</summary>
    internal ReadOnlySpan<float> Beside => beside;

    /// <summary>‖∇g‖ over the noisy columns.</summary>
    internal double NormOf(int lane) => norms[lane];

    /// <summary>Steps that a lane's person took.</summary>
    internal int TakenBy(int lane) => adam.TakenBy(lane);

    public void Enter(int lane, int person)
    {
        adam.Enter(lane, person);
        for (int c = 0, i = lane; i < mask.Length; c++, i += Lanes) mask[i] = rate.IsNoisy(person, c) ? 1 : 0;
        if (starts is not null) People.Hold(lane, starts.AsSpan(person * chunk.Encoded.Width, chunk.Encoded.Width));
    }

    public void See(ReadOnlySpan<float> gradients)
    {
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
            for (int i = lane; i < mask.Length; i += Lanes)
            {
                Vector.Widen(new Vector<float>(mask, i) * new Vector<float>(gradients[i..]), out var left, out var right);
                low += left * left;
                high += right * right;
            }
            Vector.SquareRoot(low).CopyTo(norms, lane);
            Vector.SquareRoot(high).CopyTo(norms, lane + Vector<double>.Count);
        }
    }

    public void Step(ReadOnlySpan<float> gradients)
    {
        if (beyond is not null) Bend(gradients);
        adam.Step(gradients);
    }

    /// <summary>∇‖∇g‖ = H u with u = ∇g/‖∇g‖, by the difference of two gradients along u.</summary>
    private void Bend(ReadOnlySpan<float> gradients)
    {
        bool any = false;
        for (int lane = 0; lane < Lanes; lane++)
        {
            if (People[lane] < 0 || norms[lane] == 0) Bends[lane] = 0;
            if (Bends[lane] == 0) continue;
            any = true;
            chunk.ModelCalls[People[lane]] += 2;
        }
        Array.Clear(beside);
        if (!any) return;
        for (int i = 0; i < along.Length; i++) along[i] = norms[i % Lanes] > 0 ? (float)(mask[i] * gradients[i] / norms[i % Lanes]) : 0;
        AddGradient(HalfWay);
        AddGradient(-HalfWay);
    }

    private void AddGradient(float step)
    {
        for (int i = 0; i < trial.Length; i++) trial[i] = People.Points[i] + step * along[i];
        beyond!.Run(trial);
        var gradients = beyond.InputGradients;
        for (int i = 0; i < beside.Length; i++)
            if (Bends[i % Lanes] != 0) beside[i] += Bends[i % Lanes] * gradients[i] / (2 * step);
    }
}
