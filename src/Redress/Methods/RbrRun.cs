using Redress.Actions;
using Redress.Search;

namespace Redress.Methods;

/// <summary>min over x' in x + Δ, ‖x' - x‖₁ ≤ δ, of the worst odds from the boundary point on, one person at a time, by projected gradient steps that only lower them.</summary>
internal sealed class RbrRun
{
    private const int Lanes = LaneScores.Lanes, Halvings = 40;

    /// <summary>Log odds that fall by no more than this have settled; so has a search whose steps are shorter than this share of the first.</summary>
    private const double Settled = 1e-6, ShortestStep = 1e-4;

    private readonly SearchChunk chunk;
    private readonly RbrOptions options;
    private readonly double radius;
    private readonly LaneScores scores;
    private readonly Func<int, (AmbiguousGaussian Most, AmbiguousGaussian Least)> gaussiansOf;
    private readonly SphereSampler sampler;
    private readonly Projection projection;
    private readonly RbrOdds odds;
    private readonly float[] block, squares = new float[Lanes], at, lower, upper;
    private float[] gradient, slope;   // at the trial, and at the point
    private readonly double[] found = new double[Lanes];

    internal RbrRun(SearchChunk chunk, RbrOptions options, double radius, LaneScores scores, Func<int, (AmbiguousGaussian, AmbiguousGaussian)> gaussiansOf)
    {
        (this.chunk, this.options, this.radius, this.scores, this.gaussiansOf) = (chunk, options, radius, scores, gaussiansOf);
        sampler = new(chunk.Encoded, new(options.Samples, radius, 0, false, UniformRadius: false, UniformCategories: false, Clip: false, MaxLayers: 1));
        projection = new Projection(chunk.Encoded);
        int width = chunk.Encoded.Width;
        odds = new(width, options.Samples);
        (block, at, lower, upper, gradient, slope) = (new float[width * Lanes], new float[width], new float[width], new float[width], new float[width], new float[width]);
    }

    /// <summary>The odds where the last descent began.</summary>
    internal double Before { get; private set; }

    /// <summary>The odds where it ended.</summary>
    internal double After { get; private set; }

    /// <summary>Moves a person's boundary point to the lowest odds, categories whole at the end.</summary>
    /// <param name="person">The person.</param>
    /// <param name="point">The boundary point; receives the answer.</param>
    /// <param name="delta">δ, the farthest it may lie from the person.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal void Minimise(int person, Span<float> point, double delta, CancellationToken cancel)
    {
        if (chunk.StepsLeft(person) < 1) return;
        chunk.Encoded.LowerOf(person).CopyTo(lower);
        chunk.Encoded.UpperOf(person).CopyTo(upper);
        int[] moving = [.. Enumerable.Range(0, lower.Length).Where(c => lower[c] < upper[c])];
        odds.Begin(moving);
        Sample(person, point);
        if (sampler.Dimensions == 0) return;
        var (most, least) = gaussiansOf(sampler.Dimensions);
        Descend(person, point, delta, most, least, cancel);
        if (!MakeWhole(person, point) || chunk.StepsLeft(person) < 1) return;
        Descend(person, point, Math.Max(delta, DistanceTo(person, point)), most, least, cancel);
    }

    /// <summary>Rows uniform in the ball around the boundary point, and what the model gives them.</summary>
    private void Sample(int person, ReadOnlySpan<float> center)
    {
        sampler.Begin(person, chunk.StreamOf(person).Split("samples"), block);
        if (sampler.Dimensions == 0) return;
        var x = chunk.Encoded.XOf(person);
        for (int drawn = 0; drawn < options.Samples && chunk.CallsLeft(person) > 0; drawn += Lanes)
        {
            int count = Math.Min(Math.Min(Lanes, options.Samples - drawn), chunk.CallsLeft(person));
            for (int c = 0; c < x.Length; c++) block.AsSpan(c * Lanes, Lanes).Fill(x[c]);
            sampler.Draw(0, (float)radius, clip: false, block, squares);
            for (int c = 0; c < x.Length; c++)
                for (int lane = 0; lane < Lanes; lane++) block[c * Lanes + lane] += center[c] - x[c];
            scores.Of(person, block, count, found);
            for (int lane = 0; lane < count; lane++) odds.Add(chunk.IsValid(person, found[lane]), block.AsSpan(lane), Lanes);
        }
    }

    /// <summary>A step that lowers the odds is taken and the next is twice as long; one that does not is taken back and halved.</summary>
    private void Descend(int person, Span<float> point, double delta, AmbiguousGaussian most, AmbiguousGaussian least, CancellationToken cancel)
    {
        Before = After = odds.At(point, most, least, slope);
        double rate = options.LearningRate, shortest = rate * ShortestStep;
        chunk.Steps[person]++;
        for (int t = 1; t < options.MaxSteps && rate > shortest && chunk.StepsLeft(person) > 0 && !cancel.IsCancellationRequested; t++)
        {
            chunk.Steps[person]++;
            for (int c = 0; c < at.Length; c++) at[c] = lower[c] < upper[c] ? point[c] - (float)rate * slope[c] : point[c];
            Project(person, delta);
            double value = odds.At(at, most, least, gradient);
            if (!(value < After))
            {
                rate /= 2;
                continue;
            }
            double gain = After - value;
            After = value;
            at.CopyTo(point);
            (slope, gradient) = (gradient, slope);
            rate *= 2;
            if (gain <= Settled) return;
        }
    }

    /// <summary>Into the ball and Δ: exactly where Δ is a box; else onto the ball and the box, onto Δ, and back along the way to the person, who is in both.</summary>
    private void Project(int person, double delta)
    {
        OntoBall(person, delta);
        if (chunk.ActionsOf(person).IsBox) return;
        projection.Apply(person, at);
        double distance = DistanceTo(person, at);
        if (distance <= delta) return;
        var x = chunk.Encoded.XOf(person);
        for (int c = 0; c < at.Length; c++) at[c] = (float)(x[c] + (at[c] - x[c]) * (delta / distance));
    }

    /// <summary>The nearest point with ‖x' - x‖₁ ≤ δ in the box: every action shrinks by one τ, found by halving, and is clamped.</summary>
    private void OntoBall(int person, double delta)
    {
        var x = chunk.Encoded.XOf(person);
        double low = 0, high = 0, distance = 0;
        for (int c = 0; c < at.Length; c++)
        {
            high = Math.Max(high, Math.Abs(at[c] - x[c]));
            distance += Math.Abs(Math.Clamp(at[c], lower[c], upper[c]) - (double)x[c]);
        }
        for (int k = 0; k < Halvings && distance > delta; k++)
        {
            double tau = (low + high) / 2, sum = 0;
            for (int c = 0; c < at.Length; c++) sum += Math.Abs(Shrunk(c, x[c], tau) - x[c]);
            if (sum > delta) low = tau;
            else high = tau;
        }
        double by = distance > delta ? high : 0;
        for (int c = 0; c < at.Length; c++) at[c] = (float)Shrunk(c, x[c], by);
    }

    private double Shrunk(int column, float x, double tau)
    {
        double action = at[column] - (double)x;
        return Math.Clamp(x + Math.Sign(action) * Math.Max(0, Math.Abs(action) - tau), lower[column], upper[column]);
    }

    private double DistanceTo(int person, ReadOnlySpan<float> point)
    {
        var x = chunk.Encoded.XOf(person);
        double distance = 0;
        for (int c = 0; c < point.Length; c++) distance += Math.Abs((double)point[c] - x[c]);
        return distance;
    }

    /// <summary>Gives each category its largest share and holds it there; false where all were whole.</summary>
    private bool MakeWhole(int person, Span<float> point)
    {
        bool any = WholeCategories.Take(chunk, person, point);
        var encoding = chunk.Encoded.Encoding;
        foreach (int f in chunk.ActionsOf(person).Actionable)
        {
            ref readonly var feature = ref encoding.At(f);
            if (!feature.IsOneHot) continue;
            var group = point.Slice(feature.Offset, feature.Width);
            group.CopyTo(lower.AsSpan(feature.Offset));
            group.CopyTo(upper.AsSpan(feature.Offset));
        }
        return any;
    }
}
