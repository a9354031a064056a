using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Generative;

/// <summary>The networks of a generator for a classifier that exists.</summary>
/// <param name="Hidden">Hidden layers of g, or of E; D has them in reverse.</param>
/// <param name="Latent">Numbers in z; 0 for g alone.</param>
/// <param name="Divergence">The weight of KL(N(μ, σ²) ‖ N(0, I)), a mean over people and numbers of z.</param>
/// <param name="Dropout">In training.</param>
internal sealed record PostHocShape(IReadOnlyList<int> Hidden, int Latent, double Divergence, float Dropout)
{
    /// <summary>The sizes of g, or of E and D.</summary>
    internal int[][] SizesFor(Encoding encoding) => Latent == 0
        ? [[encoding.Width, .. Hidden, encoding.Width]]
        : [[encoding.Width + 1, .. Hidden, 2 * Latent], [Latent + 1, .. Hidden.Reverse(), encoding.Width]];
}

/// <summary>
/// A generator of recourse for a classifier that exists (Guo et al. 2023, eq. 5): one network x^cf = g(x), or an encoder and a decoder that both also read
/// the desired class y': z = μ + σ ε with (μ, log σ²) = E(x, y') and x^cf = D(z, y') (Mahajan, Tan and Sharma 2019).
/// </summary>
internal sealed class PostHocGenerator
{
    private readonly FeedForward[] networks;
    private readonly RecourseGenerator writes;   // g or D: it knows which columns are softened, hardened and copied
    private readonly PackedNetwork[] packed;
    private readonly int latent;
    private readonly double divergence;

    /// <param name="shape">Its networks.</param>
    /// <param name="schema">Says what is copied.</param>
    /// <param name="encoding">The classifier's.</param>
    /// <param name="rng">Draws the initial weights.</param>
    internal PostHocGenerator(PostHocShape shape, Schema schema, Encoding encoding, Rng rng)
    {
        (latent, divergence) = (shape.Latent, shape.Divergence);
        networks = [.. shape.SizesFor(encoding).Select((sizes, i) => new FeedForward(sizes, Activation.LeakyRelu, shape.Dropout, rng.Split((ulong)i)))];
        writes = new(networks[^1], GeneratorInput.Row, 0, schema.Immutables, "post-hoc", "{}", encoding);
        packed = new PackedNetwork[networks.Length];
        Pack();
    }

    /// <summary>Weights and biases of all networks.</summary>
    internal Tensor[] Parameters => [.. networks.SelectMany(n => n.Parameters)];

    /// <summary>Features copied from x, ascending.</summary>
    internal IReadOnlyList<int> Immutables => writes.Immutables;

    /// <summary>The classifier's.</summary>
    internal Encoding Encoding => writes.Encoding;

    /// <summary>Makes <see cref="Write"/> see the networks' present weights.</summary>
    internal void Pack()
    {
        for (int i = 0; i < networks.Length; i++) packed[i] = new(networks[i], i == 0 && Encoding.IsSparse);
    }

    /// <summary>The generator on one more thread.</summary>
    internal IParametricGenerator ForThread() => new Thread(this);

    /// <summary>What people are given, before it is put into their action sets and without noise: z = μ.</summary>
    /// <param name="x">[rows, width], encoded.</param>
    /// <param name="desired">[rows, 1]: 1 for people who want the favourable outcome, else 0.</param>
    /// <param name="written">rows × width, all written: numbers, and columns of which the largest is the category.</param>
    internal void Write(Tensor x, Tensor desired, Span<float> written)
    {
        if (packed.Length == 1)
        {
            packed[0].Run(x.Values, x.Rows, written);
            return;
        }
        using var off = Gradients.Off();
        var posterior = Tensor.New(x.Rows, 2 * latent);
        packed[0].Run(Tensor.ConcatCols(x, desired).Values, x.Rows, posterior.Values);
        packed[1].Run(Tensor.ConcatCols(posterior.SliceCols(0, latent), desired).Values, x.Rows, written);
    }

    private sealed class Thread(PostHocGenerator of) : IParametricGenerator
    {
        private readonly FeedForward[] own = Array.ConvertAll(of.networks, n => n.Alias(tracked: true));

        public Tensor[] Parameters => [.. own.SelectMany(n => n.Parameters)];

        public (Tensor Rows, Tensor? Own) Generate(Tensor x, Tensor desired, Rng? noise)
        {
            if (own.Length == 1) return (of.writes.Soften(own[0].ForwardAll(x, noise).Output, x), null);
            var posterior = own[0].ForwardAll(Tensor.ConcatCols(x, desired), noise).Output;
            var (mean, logVariance) = (posterior.SliceCols(0, of.latent), posterior.SliceCols(of.latent, of.latent));
            var z = mean;
            if (noise is not null)
            {
                var epsilon = Tensor.Zeros(x.Rows, of.latent);
                noise.Split("code").FillGaussian(epsilon.Values);
                z = mean + epsilon * (logVariance * 0.5f).Exp();
            }
            var rows = of.writes.Soften(own[1].ForwardAll(Tensor.ConcatCols(z, desired), noise).Output, x);
            var divergence = (mean.Square() + logVariance.Exp() - logVariance - 1f).Mean() * 0.5f;
            return (rows, divergence * (float)of.divergence);
        }
    }
}
