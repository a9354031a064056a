using Redress.Actions;

namespace Redress.Search;

/// <summary>
/// Growing spheres (Laugel et al. 2018) around people of a chunk, one after the other: a first ball is halved until no sample inside is valid, then layers are
/// laid around it until one has valid samples; the nearest valid sample of all is the answer. It can be run without the frame around methods: <see cref="Point"/> is then the sample as it was drawn.
/// </summary>
/// <remarks>
/// A ball is sampled only until a valid sample is met, since that decides it. Where the first ball and the layers around it hold none, smaller balls are tried: what is valid
/// may lie in a pocket that few samples of a large ball meet.
/// </remarks>
internal sealed class SphereSearch
{
    private const int MaxHalvings = 64, PocketHalvings = 10, HighestLayers = 8;
    private readonly SearchChunk chunk;
    private readonly SphereSettings settings;
    private readonly SphereSamples samples;
    private readonly float[] point;
    private readonly double[] row;
    private readonly CancellationToken cancel;
    private int person, layers;
    private double best;
    private bool climbing, isSpent;

    /// <summary>Prepares the searches of a chunk; the storage of networks belongs to the innermost open scope.</summary>
    internal SphereSearch(SearchChunk chunk, SphereSettings settings, CancellationToken cancel)
    {
        (this.chunk, this.settings, this.cancel) = (chunk, settings, cancel);
        samples = new SphereSamples(chunk, settings);
        point = new float[chunk.Encoded.Width];
        row = new double[chunk.People.Schema.Features.Count];
    }

    /// <summary>What was found, encoded, as it was drawn.</summary>
    internal ReadOnlySpan<float> Point => point;

    /// <summary>What was found as a row, raw: of the person's Δ, where <see cref="IsRow"/>.</summary>
    internal ReadOnlySpan<double> Row => row;

    /// <summary>False where a sample drawn without limits has no row of Δ near it.</summary>
    internal bool IsRow { get; private set; }

    /// <summary>Looks for the nearest valid sample around a person; false where none was met.</summary>
    internal bool Find(int who)
    {
        Begin(who, "spheres");
        if (samples.Reach == 0) return false;
        double radius = settings.Radius > 0 ? settings.Radius : samples.Reach;
        double limit = settings.Limit ?? (settings.Clip ? 2 : 1) * samples.Reach;
        bool any = Layer(0, radius, settings.Shrink);
        if (!settings.Shrink) return any || Grow(radius, limit);
        if (!any && Grow(radius, limit)) return true;
        for (int k = 0; k < PocketHalvings && !any && !isSpent; k++) any = Layer(0, radius /= 2, untilAny: true);
        for (int k = 0; k < MaxHalvings && any && !isSpent; k++) any = Layer(0, radius /= 2, untilAny: true);
        if (!any) Grow(radius, 2 * radius);
        return double.IsFinite(best);
    }

    /// <summary>Looks for the sample of the highest score in Δ, blind to θ; false where nothing could be drawn.</summary>
    internal bool Climb(int who)
    {
        Begin(who, "highest");
        if (samples.Reach == 0) return false;
        climbing = true;
        for (int k = 1; k <= HighestLayers; k++) Layer(2 * samples.Reach * (k - 1) / HighestLayers, 2 * samples.Reach * k / HighestLayers, untilAny: false);
        climbing = false;
        return double.IsFinite(best);
    }

    /// <summary>Puts features of the row found back one at a time, the least changed first, while it stays valid.</summary>
    internal void Sparsify()
    {
        if (!IsRow) return;
        int[] changed = Changed();
        bool constrained = chunk.ActionsOf(person).Constraints.Length > 0;
        var present = chunk.People.Row(person);
        double[] answer = [.. row];
        for (int start = 1; start < changed.Length; start += samples.Batch)
        {
            int count = Math.Min(Math.Min(samples.Batch, changed.Length - start), chunk.CallsLeft(person));
            if (count < 1 || chunk.StepsLeft(person) < 1 || cancel.IsCancellationRequested) return;
            for (int i = 0; i < count; i++) PutBack(answer, changed.AsSpan(0, start + i), samples.RowOf(i));
            chunk.Steps[person]++;
            chunk.ModelCalls[person] += count;
            samples.ScoreRows(count);
            for (int i = 0; i < count; i++)
            {
                var candidate = samples.RowOf(i);
                if (!chunk.IsValid(person, samples.ScoreOf(i)) || constrained && !chunk.ActionsOf(person).Allows(present, candidate)) return;
                candidate.CopyTo(row);
            }
        }
    }

    private void Begin(int who, string stream)
    {
        (person, layers, best, isSpent, IsRow) = (who, 0, double.PositiveInfinity, false, false);
        samples.Begin(who, chunk.StreamOf(who).Split(stream));
    }

    /// <summary>Lays layers from a radius on until one has a valid sample.</summary>
    private bool Grow(double radius, double limit)
    {
        double width = settings.LayerWidth * radius;
        for (double inner = radius; inner < limit && !isSpent; inner += width)
            if (Layer(inner, inner + width, untilAny: false)) return true;
        return false;
    }

    /// <summary>Samples a layer and keeps the best of it; true where it has a valid sample.</summary>
    private bool Layer(double inner, double outer, bool untilAny)
    {
        isSpent |= cancel.IsCancellationRequested || chunk.StepsLeft(person) < 1 || chunk.CallsLeft(person) < 1 || layers++ >= settings.MaxLayers;
        if (isSpent) return false;
        chunk.Steps[person]++;
        bool any = false;
        int affordable = Math.Min(settings.Samples, chunk.CallsLeft(person));
        for (int drawn = 0; drawn < affordable && !cancel.IsCancellationRequested; )
        {
            // Whether a ball has any is mostly told by its first samples.
            int count = Math.Min(drawn == 0 && untilAny ? SphereSampler.Lanes : samples.Batch, affordable - drawn);
            int scored = samples.Draw(person, inner, outer, count);
            chunk.ModelCalls[person] += scored;
            any |= climbing ? KeepHighest(scored) : KeepNearest(scored);
            if (any && untilAny) return true;
            drawn += count;
        }
        return any;
    }

    private bool KeepNearest(int count)
    {
        int nearest = -1;
        bool any = false;
        double slack = samples.Slack;
        for (int i = 0; i < count; i++)
        {
            double score = samples.ScoreOf(i);
            if (!chunk.IsValid(person, score) || chunk.Margin(person, score) < slack) continue;
            any = true;
            if (samples.SquareOf(i) < best) (nearest, best) = (i, samples.SquareOf(i));
        }
        if (nearest >= 0) IsRow = samples.Read(person, nearest, point, row);
        return any;
    }

    private bool KeepHighest(int count)
    {
        int highest = -1;
        for (int i = 0; i < count; i++)
            if (-chunk.Signs[person] * samples.ScoreOf(i) < best) (highest, best) = (i, -chunk.Signs[person] * samples.ScoreOf(i));
        if (highest >= 0) IsRow = samples.Read(person, highest, point, row);
        return false;
    }

    /// <summary>The features that differ from the person's, the least changed first, by their encoded size.</summary>
    private int[] Changed()
    {
        var (encoding, changed) = (chunk.Encoded.Encoding, new List<(double Size, int Feature)>());
        var x = chunk.Encoded.XOf(person);
        var encoded = new float[chunk.Encoded.Width];
        encoding.Encode(row, encoded);
        foreach (int f in chunk.ActionsOf(person).Actionable)
        {
            if (row[f] == chunk.People.Row(person)[f]) continue;
            double size = 0;
            ref readonly var at = ref encoding.At(f);
            for (int c = at.Offset; c < at.Offset + at.Width; c++) size += (encoded[c] - (double)x[c]) * (encoded[c] - (double)x[c]);
            changed.Add((size, f));
        }
        return [.. changed.Order().Select(c => c.Feature)];
    }

    private void PutBack(ReadOnlySpan<double> answer, ReadOnlySpan<int> back, Span<double> candidate)
    {
        var present = chunk.People.Row(person);
        answer.CopyTo(candidate);
        foreach (int f in back) candidate[f] = present[f];
        chunk.ActionsOf(person).Follow(present, candidate);
    }
}
