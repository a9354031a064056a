using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>
/// A line wᵀx + b, in log-odds of the favourable class by the encoded row, that stands in for the model near each person of a chunk: the model's own where it is linear;
/// its tangent, which is the model at the point itself; or LIME's regression (<see cref="LinearSurrogate"/>), which need not be. Probabilities become log-odds, those nearer to
/// 0 or 1 than 10⁻⁶ as if they were there.
/// </summary>
internal sealed class LocalLines
{
    private const double LeastProbability = 1e-6;
    private const int FewestSamples = 10;
    private readonly SearchChunk chunk;
    private readonly int limeSamples, width;
    private readonly (float[] Weights, float Intercept)? own;
    private readonly double[] weights, intercepts;
    private readonly bool[] known;

    /// <param name="chunk">The people.</param>
    /// <param name="limeSamples">Rows scored for LIME; 0 for tangents, which ask for a model with gradients.</param>
    internal LocalLines(SearchChunk chunk, int limeSamples)
    {
        (this.chunk, this.limeSamples) = (chunk, limeSamples);
        width = chunk.Encoded.Width;
        own = (chunk.Model as IEncodedClassifier)?.Linear();
        (weights, intercepts, known) = (new double[chunk.Rows * width], new double[chunk.Rows], new bool[chunk.Rows]);
    }

    /// <summary>w of a person.</summary>
    internal ReadOnlySpan<double> WeightsOf(int person) => weights.AsSpan(person * width, width);

    /// <summary>b of a person.</summary>
    internal double InterceptOf(int person) => intercepts[person];

    /// <summary>True where the person's budget let a line be fitted.</summary>
    internal bool Knows(int person) => known[person];

    /// <summary>θ as log-odds.</summary>
    internal double Threshold => LogOdds(chunk.Model.Threshold);

    /// <summary>Fits lines.</summary>
    /// <param name="points">Where, rows × width; people's own rows where it is <see cref="Actions.EncodedActions.X"/> itself.</param>
    /// <param name="takesPart">Whose.</param>
    /// <param name="round">How often before; it keys the stream of LIME's rows.</param>
    /// <param name="cancel">Stops between people.</param>
    internal void Fit(float[] points, Func<int, bool> takesPart, int round, CancellationToken cancel)
    {
        if (own is var (w, b))
        {
            for (int i = 0; i < chunk.Rows; i++)
            {
                for (int c = 0; c < width; c++) weights[i * width + c] = w[c];
                (intercepts[i], known[i]) = (b, true);
            }
            return;
        }
        Array.Clear(known);
        if (limeSamples == 0) FitTangents(points, takesPart);
        else
            for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
                if (takesPart(i)) FitLime(i, points, round);
    }

    private void FitTangents(float[] points, Func<int, bool> takesPart)
    {
        int[] people = [.. Enumerable.Range(0, chunk.Rows).Where(i => takesPart(i) && chunk.CallsLeft(i) >= 1)];
        if (people.Length == 0) return;
        var (gradients, values) = (new float[people.Length * width], new float[people.Length]);
        if (ReferenceEquals(points, chunk.Encoded.X) && people.Length == chunk.Rows)
        {
            LinearStepSearch.Gradient(chunk, gradients);
            for (int k = 0; k < people.Length; k++) values[k] = (float)chunk.Scores[k];
        }
        else
        {
            using var scope = TensorScope.Open();
            var rows = new float[people.Length * width];
            for (int k = 0; k < people.Length; k++) points.AsSpan(people[k] * width, width).CopyTo(rows.AsSpan(k * width));
            var x = Tensor.From(people.Length, width, rows).Track();
            var g = ((IDifferentiableClassifier)chunk.Model).Logits(x);
            g.ReadTo(values);
            Gradients.Of(g.Sum(), [x])[0].ReadTo(gradients);
        }
        for (int k = 0; k < people.Length; k++)
        {
            chunk.ModelCalls[people[k]]++;
            Set(people[k], [.. gradients.AsSpan(k * width, width).ToArray().Select(v => (double)v)], values[k], points.AsSpan(people[k] * width, width));
        }
    }

    private void FitLime(int person, float[] points, int round)
    {
        int samples = Math.Min(limeSamples, chunk.CallsLeft(person));
        if (samples < FewestSamples) return;
        chunk.ModelCalls[person] += samples;
        var at = points.AsSpan(person * width, width);
        double[] row = chunk.People.Row(person).ToArray();
        var x = chunk.Encoded.XOf(person).ToArray();
        if (!at.SequenceEqual(x))
        {
            chunk.Encoded.Decode(person, at, row);
            chunk.ActionsOf(person).Follow(chunk.People.Row(person), row);
            chunk.Encoded.Encoding.Encode(row, x);
        }
        var (line, there) = LinearSurrogate.Fit(chunk.Task, row, samples, chunk.StreamOf(person).Split("lime").Split((ulong)round), chunk.Model.ScoreKind == ScoreKind.Logit ? null : LogOdds);
        Set(person, line, there, x);
    }

    private void Set(int person, double[] line, double there, ReadOnlySpan<float> at)
    {
        line.CopyTo(weights.AsSpan(person * width));
        double b = there;
        for (int c = 0; c < width; c++) b -= line[c] * at[c];
        (intercepts[person], known[person]) = (b, true);
    }

    private double LogOdds(double score)
    {
        if (chunk.Model.ScoreKind == ScoreKind.Logit) return score;
        double p = Math.Clamp(score, LeastProbability, 1 - LeastProbability);
        return Math.Log(p / (1 - p));
    }
}
