using System.Runtime.Intrinsics;
using Redress.Tensors.Kernels;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>Estimates E[z₀ | z₀ + σ n = z], n standard normal: what a sampler of a diffusion model needs.</summary>
/// <param name="z">count × width.</param>
/// <param name="count">The number of rows.</param>
/// <param name="sigma">σ, more than 0.</param>
/// <param name="denoised">count × width, all written.</param>
internal delegate void Denoise(ReadOnlySpan<float> z, int count, float sigma, Span<float> denoised);

/// <summary>
/// The denoiser D(z; σ) = c_skip z + c_out F(c_in z; c_noise) of Karras et al. (2022, eq. 7 and table 1), F a network: what it is given and what it has to
/// tell have variance 1 at any σ where the data have the standard deviation σ_data.
/// </summary>
/// <remarks>Where we differ from TabSyn: c_noise enters by Gaussian bumps beside z rather than by sinusoids through layers of their own.</remarks>
internal sealed class Denoiser
{
    /// <summary>σ_data: what codes are scaled to.</summary>
    internal const float SigmaData = 0.5f;

    /// <summary>Bumps over the range of c_noise = ln(σ) / 4 for σ from 0.002 to 80.</summary>
    internal const int Bumps = 16;

    private const float FirstBump = -1.6f, BumpWidth = 0.18f;

    private readonly PackedNetwork packed;

    /// <param name="network">F: <see cref="InputsFor"/> columns to one for each of z; read once, not seen when it changes.</param>
    internal Denoiser(FeedForward network) => (Network, packed) = (network, new(network, skipsZeros: false));

    /// <summary>F.</summary>
    internal FeedForward Network { get; }

    /// <summary>Columns of z.</summary>
    internal int Width => packed.Outputs;

    /// <summary>Columns that F reads for codes of some width.</summary>
    internal static int InputsFor(int width) => width + Bumps;

    internal static float Skip(float sigma) => SigmaData * SigmaData / (sigma * sigma + SigmaData * SigmaData);

    internal static float Out(float sigma) => sigma * SigmaData / MathF.Sqrt(sigma * sigma + SigmaData * SigmaData);

    internal static float In(float sigma) => 1 / MathF.Sqrt(sigma * sigma + SigmaData * SigmaData);

    /// <summary>ln(σ) / 4, by arithmetic that every processor does alike.</summary>
    internal static float Noise(float sigma) => VectorMath.Log(Vector512.Create(sigma))[0] / 4;

    /// <summary>σ of a c_noise.</summary>
    internal static float SigmaOf(float noise) => VectorMath.Exp(Vector512.Create(4 * noise))[0];

    /// <summary>Writes what F reads.</summary>
    /// <param name="z">One row.</param>
    /// <param name="cIn">c_in.</param>
    /// <param name="bumps">Of c_noise, as <see cref="BumpsOf"/> has them.</param>
    /// <param name="input">All written.</param>
    internal static void WriteInput(ReadOnlySpan<float> z, float cIn, ReadOnlySpan<float> bumps, Span<float> input)
    {
        System.Numerics.Tensors.TensorPrimitives.Multiply(z, cIn, input);
        bumps.CopyTo(input[z.Length..]);
    }

    /// <summary>exp(-((c_noise - bₖ) / w)² / 2) for the bumps bₖ, w apart.</summary>
    internal static void BumpsOf(float noise, Span<float> bumps)
    {
        var from = (Vector512.Create(noise - FirstBump) - Vector512<float>.Indices * BumpWidth) / BumpWidth;
        VectorMath.Exp(from * from * -0.5f).CopyTo(bumps);
    }

    /// <inheritdoc cref="Generative.Denoise"/>
    internal void Denoise(ReadOnlySpan<float> z, int count, float sigma, Span<float> denoised)
    {
        int width = Width, inputs = InputsFor(width);
        var buffer = System.Buffers.ArrayPool<float>.Shared.Rent(count * inputs);
        var read = buffer.AsSpan(0, count * inputs);
        Span<float> bumps = stackalloc float[Bumps];
        BumpsOf(Noise(sigma), bumps);
        float cIn = In(sigma), cSkip = Skip(sigma), cOut = Out(sigma);
        for (int i = 0; i < count; i++) WriteInput(z.Slice(i * width, width), cIn, bumps, read.Slice(i * inputs, inputs));
        packed.Run(read, count, denoised);
        for (int i = 0; i < count * width; i++) denoised[i] = cSkip * z[i] + cOut * denoised[i];
        System.Buffers.ArrayPool<float>.Shared.Return(buffer);
    }
}
