using Redress.Actions;
using Redress.Data;
using Redress.Models;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>
/// Samples around one person at a time, drawn and scored by the batch. Our own networks score encoded samples where they lie; where an action set has ties, lists
/// or constraints every sample is made a row that the person can reach first, and a black box is only ever asked about such rows, many at once.
/// </summary>
internal sealed class SphereSamples
{
    private const int Lanes = SphereSampler.Lanes, BlackBoxRows = 1024;
    private readonly SearchChunk chunk;
    private readonly SphereSettings settings;
    private readonly SphereSampler sampler;
    private readonly NearestRow nearest;
    private readonly LaneNetwork? network;
    private readonly int width, features;
    private readonly float[] block, row, squares = new float[Lanes];
    private readonly double[] rows, scores, distances;
    private bool asRows;

    /// <summary>Prepares to sample around people of a chunk; the storage of networks belongs to the innermost open scope.</summary>
    internal SphereSamples(SearchChunk chunk, SphereSettings settings)
    {
        (this.chunk, this.settings) = (chunk, settings);
        (width, features) = (chunk.Encoded.Width, chunk.People.Schema.Features.Count);
        sampler = new SphereSampler(chunk.Encoded, settings);
        nearest = new NearestRow(chunk.Encoded);
        network = (chunk.Model as IDifferentiableClassifier)?.Lanes();
        (block, row) = (new float[width * Lanes], new float[width]);
        Batch = network is null ? BlackBoxRows : Lanes;
        (rows, scores, distances) = (new double[Batch * features], new double[Batch], new double[Batch]);
    }

    /// <summary>Samples drawn together at most.</summary>
    internal int Batch { get; }

    /// <summary>How far beyond θ a score must lie, so that decoding and encoding the sample leaves it valid: nothing where the row itself was scored.</summary>
    internal double Slack => asRows || !settings.Clip ? 0 : LaneDescent.Slack;

    /// <summary>The distance from the person to the farthest corner of their Δ.</summary>
    internal double Reach => sampler.Reach;

    /// <summary>Turns to another person.</summary>
    internal void Begin(int person, Tensors.Rng stream)
    {
        sampler.Begin(person, stream, block);
        asRows = network is null || settings.Clip && !IsProduct(chunk.ActionsOf(person));
    }

    /// <summary>Draws samples between two radii and scores them.</summary>
    /// <returns>Samples scored, the first by number: fewer than were drawn where constraints leave no row near a sample.</returns>
    internal int Draw(int person, double inner, double outer, int count)
    {
        if (!asRows)
        {
            sampler.Draw((float)inner, (float)outer, settings.Clip, block, squares);
            ScoreBlock(count);
            for (int i = 0; i < count; i++) distances[i] = squares[i];
            return count;
        }
        int kept = 0;
        for (int start = 0; start < count; start += Lanes)
        {
            sampler.Draw((float)inner, (float)outer, clip: false, block, squares);
            for (int lane = 0; lane < Math.Min(count - start, Lanes); lane++)
                if (ReadRow(person, lane, kept)) kept++;
        }
        if (kept > 0) ScoreRows(kept);
        return kept;
    }

    internal double ScoreOf(int i) => scores[i];

    /// <summary>Squared distance from the person, encoded.</summary>
    internal double SquareOf(int i) => distances[i];

    /// <summary>A row to write a candidate into before <see cref="ScoreRows"/>, raw.</summary>
    internal Span<double> RowOf(int i) => rows.AsSpan(i * features, features);

    /// <summary>Copies a sample: encoded as it was drawn, and as a row of Δ (where nothing is clipped, the nearest). False where there is no such row.</summary>
    internal bool Read(int person, int i, Span<float> point, Span<double> raw)
    {
        if (asRows && settings.Clip)
        {
            RowOf(i).CopyTo(raw);
            chunk.Encoded.Encoding.Encode(raw, point);
            return true;
        }
        if (asRows) chunk.Encoded.Encoding.Encode(RowOf(i), point);
        else
            for (int c = 0; c < width; c++) point[c] = block[c * Lanes + i];
        return nearest.Read(person, point, raw);
    }

    /// <summary>Scores the first rows written by <see cref="RowOf"/>.</summary>
    internal void ScoreRows(int count)
    {
        if (network is null)
        {
            Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, rows, count)).CopyTo(scores.AsSpan());
            return;
        }
        for (int i = 0; i < count; i++)
        {
            chunk.Encoded.Encoding.Encode(RowOf(i), row);
            for (int c = 0; c < width; c++) block[c * Lanes + i] = row[c];
        }
        ScoreBlock(count);
    }

    private void ScoreBlock(int count)
    {
        network!.Forward(block);
        for (int i = 0; i < count; i++) scores[i] = network.Outputs[i];
    }

    /// <summary>Makes a drawn sample the row of a number; false where there is none near it.</summary>
    private bool ReadRow(int person, int lane, int i)
    {
        for (int c = 0; c < width; c++) row[c] = block[c * Lanes + lane];
        var raw = RowOf(i);
        if (!settings.Clip) nearest.ReadFreely(person, row, raw);
        else if (!nearest.Read(person, row, raw)) return false;
        chunk.Encoded.Encoding.Encode(raw, row);
        var x = chunk.Encoded.XOf(person);
        double square = 0;
        for (int c = 0; c < width; c++) square += (row[c] - (double)x[c]) * (row[c] - (double)x[c]);
        distances[i] = square;
        return true;
    }

    /// <summary>True where Δ is a product of intervals, whole steps and groups, so that a sample is brought into it column by column.</summary>
    private static bool IsProduct(ActionSet actions)
    {
        if (actions.Constraints.Length > 0) return false;
        foreach (int f in actions.Actionable)
            if (actions.FollowersOf(f).Length > 0 || actions.IsListed(f) && (actions.Schema.Features[f] is not { Kind: FeatureKind.Categorical, Allowed: null })) return false;
        return true;
    }
}
