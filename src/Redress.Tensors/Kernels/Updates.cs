using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Redress.Tensors.Kernels.VectorMath;

namespace Redress.Tensors.Kernels;

/// <summary>The optimizers' steps, each one pass over memory.</summary>
internal static unsafe class Updates
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Adam(in AdamStep step, Span<float> p, ReadOnlySpan<float> g, Span<float> mean, Span<float> square, Span<float> largest)
    {
        Elementwise.Require(p.Length % Storage.Lanes == 0 && g.Length == p.Length && mean.Length == p.Length && square.Length == p.Length && (largest.IsEmpty || largest.Length == p.Length));
        var beta1 = Vector512.Create(step.Beta1);
        var beta2 = Vector512.Create(step.Beta2);
        var rest1 = Vector512.Create(1 - step.Beta1);
        var rest2 = Vector512.Create(1 - step.Beta2);
        var rate = Vector512.Create(step.StepSize);
        var scale = Vector512.Create(step.RootScale);
        var epsilon = Vector512.Create(step.Epsilon);
        bool amsgrad = !largest.IsEmpty;
        fixed (float* pp = p, pg = g, pm = mean, pv = square, pl = largest)
        {
            for (nint i = 0; i < p.Length; i += Storage.Lanes)
            {
                var gradient = Vector512.Load(pg + i);
                var m = Fma(beta1, Vector512.Load(pm + i), rest1 * gradient);
                var v = Fma(beta2, Vector512.Load(pv + i), rest2 * gradient * gradient);
                m.Store(pm + i);
                v.Store(pv + i);
                if (amsgrad)
                {
                    v = Vector512.Max(v, Vector512.Load(pl + i));
                    v.Store(pl + i);
                }
                (Vector512.Load(pp + i) - rate * m / Fma(Vector512.Sqrt(v), scale, epsilon)).Store(pp + i);
            }
        }
    }

    /// <summary>
    /// Backwards through p' = p - η m' / (√v' s + ε), m' = β₁ m + (1 - β₁) c, v' = β₂ v + (1 - β₂) c², c = g clipped. Where √v' = 0, so was every
    /// gradient, and the square passes nothing on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void AdamGradient(in AdamStep step, float clip, in AdamAdjoint adjoint, ReadOnlySpan<float> g, ReadOnlySpan<float> mean, ReadOnlySpan<float> square, Span<float> result)
    {
        Elementwise.Require(
            g.Length % Storage.Lanes == 0 && mean.Length == g.Length && square.Length == g.Length && result.Length == g.Length
            && adjoint.Parameters.Length == g.Length && adjoint.Mean.Length == g.Length && adjoint.Square.Length == g.Length);
        var (most, rest1, rest2) = (Vector512.Create(clip), Vector512.Create(1 - step.Beta1), Vector512.Create(2 * (1 - step.Beta2)));
        var one = Vector512<float>.One;
        var (rate, scale, epsilon, half) = (Vector512.Create(step.StepSize), Vector512.Create(step.RootScale), Vector512.Create(step.Epsilon), Vector512.Create(step.RootScale / 2));
        fixed (float* pg = g, pm = mean, pv = square, po = adjoint.Parameters, pam = adjoint.Mean, pav = adjoint.Square, pr = result)
        {
            for (nint i = 0; i < g.Length; i += Storage.Lanes)
            {
                var root = Vector512.Sqrt(Vector512.Load(pv + i));
                var inverse = one / Fma(root, scale, epsilon);
                var p = rate * Vector512.Load(po + i) * inverse;
                var m = Vector512.Load(pam + i) - p;
                var through = p * Vector512.Load(pm + i) * inverse * half / root;
                var v = Vector512.Load(pav + i) + Vector512.ConditionalSelect(Vector512.GreaterThan(root, default), through, default);
                var gradient = Vector512.Load(pg + i);
                var c = Vector512.Max(Vector512.Min(gradient, most), -most);
                Vector512.ConditionalSelect(Vector512.Equals(c, gradient), Fma(rest2 * c, v, rest1 * m), default).Store(pr + i);
                (m * step.Beta1).Store(pam + i);
                (v * step.Beta2).Store(pav + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Momentum(float rate, float momentum, Span<float> p, ReadOnlySpan<float> g, Span<float> velocity)
    {
        Elementwise.Require(p.Length % Storage.Lanes == 0 && g.Length == p.Length && velocity.Length == p.Length);
        var decay = Vector512.Create(momentum);
        var step = Vector512.Create(-rate);
        fixed (float* pp = p, pg = g, pv = velocity)
        {
            for (nint i = 0; i < p.Length; i += Storage.Lanes)
            {
                var v = Fma(decay, Vector512.Load(pv + i), Vector512.Load(pg + i));
                v.Store(pv + i);
                Fma(step, v, Vector512.Load(pp + i)).Store(pp + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void RmsProp(float rate, float alpha, float epsilon, Span<float> p, ReadOnlySpan<float> g, Span<float> square)
    {
        Elementwise.Require(p.Length % Storage.Lanes == 0 && g.Length == p.Length && square.Length == p.Length);
        var decay = Vector512.Create(alpha);
        var rest = Vector512.Create(1 - alpha);
        var step = Vector512.Create(rate);
        var floor = Vector512.Create(epsilon);
        fixed (float* pp = p, pg = g, ps = square)
        {
            for (nint i = 0; i < p.Length; i += Storage.Lanes)
            {
                var gradient = Vector512.Load(pg + i);
                var s = Fma(decay, Vector512.Load(ps + i), rest * gradient * gradient);
                s.Store(ps + i);
                (Vector512.Load(pp + i) - step * gradient / (Vector512.Sqrt(s) + floor)).Store(pp + i);
            }
        }
    }
}
