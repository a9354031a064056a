using MathNet.Numerics;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// Δ(x') = P(x' + ε is not valid), ε from N(0, σ²I) in encoded units on some columns: the probability that recourse that is taken inexactly does not hold
/// (Pawelczyk, Datta, van den Heuvel, Kasneci and Lakkaraju 2023, section 3). The storage of networks belongs to the innermost open scope.
/// </summary>
internal sealed class InvalidationRate
{
    private const int Lanes = LaneNetwork.Lanes;
    private readonly SearchChunk chunk;
    private readonly bool everywhere;
    private readonly LaneNetwork network;
    private readonly float[] points, noise;
    private readonly List<int> noisy = [];

    /// <param name="chunk">People, and a model with gradients.</param>
    /// <param name="variance">σ².</param>
    /// <param name="everywhere">True for noise on every column, false for the numbers that a person can change.</param>
    internal InvalidationRate(SearchChunk chunk, double variance, bool everywhere)
    {
        (this.chunk, this.everywhere, Sigma) = (chunk, everywhere, Math.Sqrt(variance));
        network = ((IDifferentiableClassifier)chunk.Model).Lanes();
        (points, noise) = (new float[chunk.Encoded.Width * Lanes], new float[chunk.Encoded.Width * Lanes]);
    }

    /// <summary>σ.</summary>
    internal double Sigma { get; }

    /// <summary>True where a column of a person has noise.</summary>
    internal bool IsNoisy(int person, int column) =>
        everywhere || !IsCategory(column) && chunk.Encoded.LowerOf(person)[column] < chunk.Encoded.UpperOf(person)[column];

    /// <summary>1 - Φ(m / (σ‖∇g‖)), which is exact where g is linear.</summary>
    /// <param name="margin">m, how far g is on the desired side of θ.</param>
    /// <param name="norm">‖∇g‖ over the noisy columns.</param>
    /// <param name="sigma">σ.</param>
    internal static double FirstOrder(double margin, double norm, double sigma) =>
        norm > 0 ? 0.5 * SpecialFunctions.Erfc(margin / (sigma * norm) / Constants.Sqrt2) : margin >= 0 ? 0 : 1;

    /// <summary>The first-order rate of some encoded rows of one person, and their margins; as many calls are counted.</summary>
    /// <param name="person">The person.</param>
    /// <param name="rows">rows × width.</param>
    /// <param name="rates">One a row, written.</param>
    /// <param name="margins">One a row, written.</param>
    internal void FirstOrder(int person, ReadOnlySpan<float> rows, Span<double> rates, Span<double> margins)
    {
        Turn(person);
        int width = chunk.Encoded.Width;
        chunk.ModelCalls[person] += rates.Length;
        for (int start = 0; start < rates.Length; start += Lanes)
        {
            int count = Math.Min(Lanes, rates.Length - start);
            for (int lane = 0; lane < count; lane++)
                for (int c = 0; c < width; c++) points[c * Lanes + lane] = rows[(start + lane) * width + c];
            network.Run(points);
            for (int lane = 0; lane < count; lane++)
            {
                double square = 0;
                foreach (int c in noisy) square += (double)network.InputGradients[c * Lanes + lane] * network.InputGradients[c * Lanes + lane];
                margins[start + lane] = chunk.Margin(person, network.Outputs[lane]);
                rates[start + lane] = FirstOrder(margins[start + lane], Math.Sqrt(square), Sigma);
            }
        }
    }

    /// <summary>The share of noisy copies of an encoded row that are not valid; as many calls are counted. The copies are the same for every row of a person.</summary>
    internal double MonteCarlo(int person, ReadOnlySpan<float> row, int samples)
    {
        Turn(person);
        var random = new BlockRng(chunk.StreamOf(person).Split("noise"));
        chunk.ModelCalls[person] += samples;
        for (int c = 0; c < row.Length; c++) points.AsSpan(c * Lanes, Lanes).Fill(row[c]);
        int invalid = 0;
        for (int start = 0; start < samples; start += Lanes)
        {
            random.FillNormal(noise.AsSpan(0, noisy.Count * Lanes));
            for (int n = 0; n < noisy.Count; n++)
                for (int lane = 0; lane < Lanes; lane++) points[noisy[n] * Lanes + lane] = row[noisy[n]] + (float)Sigma * noise[n * Lanes + lane];
            network.Forward(points);
            for (int lane = 0; lane < Math.Min(Lanes, samples - start); lane++)
                if (!chunk.IsValid(person, network.Outputs[lane])) invalid++;
        }
        return (double)invalid / samples;
    }

    private void Turn(int person)
    {
        noisy.Clear();
        for (int c = 0; c < chunk.Encoded.Width; c++)
            if (IsNoisy(person, c)) noisy.Add(c);
    }

    private bool IsCategory(int column)
    {
        var encoding = chunk.Encoded.Encoding;
        for (int f = 0; f < encoding.Features.Count; f++)
            if (encoding.At(f) is var at && column < at.Offset + at.Width) return chunk.People.Schema.Features[f].Kind == Data.FeatureKind.Categorical;
        return false;
    }
}
