using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// Scores of encoded points side by side, wherever they lie: by our own networks as they are; by a black box as the row nearest to each, whole where it must be.
/// The storage of networks belongs to the innermost open scope.
/// </summary>
internal sealed class LaneScores
{
    internal const int Lanes = LaneNetwork.Lanes;
    private readonly SearchChunk chunk;
    private readonly LaneNetwork? network;
    private readonly NearestRow nearest;
    private readonly double[] rows;
    private readonly float[] point;

    internal LaneScores(SearchChunk chunk)
    {
        this.chunk = chunk;
        network = (chunk.Model as IDifferentiableClassifier)?.Lanes();
        nearest = new NearestRow(chunk.Encoded);
        rows = new double[network is null ? Lanes * chunk.People.Schema.Features.Count : 0];
        point = new float[chunk.Encoded.Width];
    }

    /// <summary>Scores the points in the first lanes, all of one person, and counts the calls.</summary>
    /// <param name="person">The person.</param>
    /// <param name="points">[columns, lanes].</param>
    /// <param name="count">Lanes in use.</param>
    /// <param name="scores">At least that many, written.</param>
    internal void Of(int person, ReadOnlySpan<float> points, int count, Span<double> scores)
    {
        chunk.ModelCalls[person] += count;
        if (network is not null)
        {
            network.Forward(points);
            for (int lane = 0; lane < count; lane++) scores[lane] = network.Outputs[lane];
            return;
        }
        int features = chunk.People.Schema.Features.Count;
        for (int lane = 0; lane < count; lane++)
        {
            for (int c = 0; c < point.Length; c++) point[c] = points[c * Lanes + lane];
            nearest.ReadFreely(person, point, rows.AsSpan(lane * features, features));
        }
        Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, rows, count)).CopyTo(scores);
    }
}
