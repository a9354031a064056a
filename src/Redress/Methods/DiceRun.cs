using System.Numerics;
using Redress.Actions;
using Redress.Models;
using Redress.Search;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>
/// DiCE's gradient search on the people of one chunk: as many people step together as there are lanes for their k answers. The storage of networks belongs to the innermost open scope.
/// </summary>
internal sealed class DiceRun
{
    private const int Lanes = LanePeople.Lanes;

    /// <summary>By how much answers begin apart, encoded units.</summary>
    private const float Apart = 0.01f;

    private readonly SearchChunk chunk;
    private readonly DiceOptions options;
    private readonly int k, groups, width;
    private readonly float[] weights, beside, kept, row, proximities = new float[Lanes];
    private readonly int[] columns;
    private readonly ProjectedAdam adam;
    private readonly LanePeople people;
    private readonly LaneNetwork network;
    private readonly DiceDiversity? diversity;
    private readonly Projection projection;
    private readonly int[] seated, stepsLeft, keptValid;
    private readonly double[] lastLoss, keptLoss;
    private readonly bool hasCategories;

    internal DiceRun(SearchChunk chunk, DiceOptions options, DiceScales scales)
    {
        (this.chunk, this.options, k, width) = (chunk, options, chunk.Answers, chunk.Encoded.Width);
        groups = Lanes / k;
        var schema = chunk.People.Schema;
        weights = scales.Weights(schema);
        beside = new float[(width + 1) * Lanes];
        adam = new ProjectedAdam(chunk.Encoded, (float)options.LearningRate, amsGrad: false) { Beside = beside };
        people = adam.People;
        network = ((IDifferentiableClassifier)chunk.Model).Lanes();
        // Followers go where their leaders go: it is the leader's distance that counts.
        columns = [.. Enumerable.Range(0, schema.Features.Count).Where(f => schema.Leaders[f] < 0).Select(f => chunk.Encoded.Encoding.At(f)).SelectMany(at => Enumerable.Range(at.Offset, at.Width)).Where(people.MayMove)];
        hasCategories = Enumerable.Range(0, schema.Features.Count).Any(f => chunk.Encoded.Encoding.At(f) is { IsOneHot: true } at && columns.Contains(at.Offset));
        diversity = k > 1 ? new(k, groups, columns, weights) : null;
        projection = new Projection(chunk.Encoded);
        (kept, row) = (new float[chunk.Rows * k * width], new float[width]);
        (seated, stepsLeft, lastLoss) = (new int[groups], new int[groups], new double[groups]);
        (keptValid, keptLoss) = (new int[chunk.Rows], new double[chunk.Rows]);
        Array.Fill(keptValid, -1);
    }

    /// <summary>An answer of a person, encoded: of the set that is kept.</summary>
    internal Span<float> AnswerOf(int person, int answer) => kept.AsSpan((person * k + answer) * width, width);

    /// <summary>The loss of the set that is kept.</summary>
    internal double LossOf(int person) => keptLoss[person];

    /// <summary>Searches for everyone, and adds the valid rows.</summary>
    internal void Find(DiceAnswers answers, CancellationToken cancel)
    {
        Descend(_ => true, whole: false, cancel);
        if (hasCategories) MakeWhole(cancel);
        AddRows(answers);
    }

    /// <summary>Steps the answers of everyone who takes part.</summary>
    /// <param name="takesPart">Who does.</param>
    /// <param name="whole">True to begin at the sets that are kept, hold their categories, and end as soon as all answers are valid.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal void Descend(Func<int, bool> takesPart, bool whole, CancellationToken cancel)
    {
        int next = 0;
        Array.Fill(seated, -1);
        while (Fill(takesPart, whole, ref next) && !cancel.IsCancellationRequested)
        {
            network.Run(people.Points);
            Approach();
            diversity?.Measure(people.Points);
            for (int g = 0; g < groups; g++)
                if (seated[g] >= 0 && !Visit(g, whole)) Leave(g);
            diversity?.AddSlopes(beside);
            adam.Step(network.InputGradients);
        }
        for (int g = 0; g < groups; g++) Leave(g);
    }

    /// <summary>dist(c, x) of every lane, and (λ₁/k) ∇dist, which the gradient begins with.</summary>
    private void Approach()
    {
        var lambda = (float)(options.ProximityWeight / (width * k));
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            var sum = Vector<float>.Zero;
            foreach (int column in columns)
            {
                int i = column * Lanes + lane;
                var delta = new Vector<float>(people.Points, i) - new Vector<float>(people.Origins, i);
                var pull = new Vector<float>(lambda * weights[column]);
                sum += weights[column] * Vector.Abs(delta);
                Vector.ConditionalSelect(Vector.GreaterThan(delta, Vector<float>.Zero), pull, Vector.ConditionalSelect(Vector.LessThan(delta, Vector<float>.Zero), -pull, Vector<float>.Zero)).CopyTo(beside, i);
            }
            sum.CopyTo(proximities, lane);
        }
    }

    /// <summary>Looks at the answers of a group; false where its person is done.</summary>
    private bool Visit(int g, bool whole)
    {
        int i = seated[g], valid = 0;
        chunk.Steps[i]++;
        chunk.ModelCalls[i] += k;
        double loss = 0;
        for (int a = 0; a < k; a++)
        {
            int lane = a * groups + g;
            double m = chunk.Margin(i, network.Outputs[lane]);
            if (m >= LaneDescent.Slack) valid++;
            loss += (Math.Max(0, 1 - m) + options.ProximityWeight * proximities[lane] / width) / k;
            adam.Slopes[lane] = m < 1 ? -(float)chunk.Signs[i] / k : 0;
        }
        if (diversity is not null) loss -= options.DiversityWeight * diversity.Determinant(g, options.DiversityWeight);
        Keep(g, valid, loss);
        bool settled = whole || Math.Abs(loss - lastLoss[g]) <= options.Tolerance && adam.TakenBy(g) >= options.MinSteps;
        lastLoss[g] = loss;
        return !(settled && valid == k) && --stepsLeft[g] > 0;
    }

    /// <summary>Keeps the set with the most valid answers, of these the one of the lowest loss.</summary>
    private void Keep(int g, int valid, double loss)
    {
        int i = seated[g];
        if (valid < keptValid[i] || valid == keptValid[i] && !(loss < keptLoss[i])) return;
        (keptValid[i], keptLoss[i]) = (valid, loss);
        for (int a = 0; a < k; a++) people.ReadPoint(a * groups + g, AnswerOf(i, a));
    }

    private void Leave(int g)
    {
        seated[g] = -1;
        for (int a = 0; a < k; a++) people.Leave(a * groups + g);
    }

    /// <summary>Gives empty groups to the next people whose budget lets them step; false where all are empty.</summary>
    private bool Fill(Func<int, bool> takesPart, bool whole, ref int next)
    {
        bool any = false;
        for (int g = 0; g < groups; g++)
        {
            for (; seated[g] < 0 && next < chunk.Rows; next++)
            {
                int steps = Math.Min(whole ? options.MinSteps : options.MaxSteps, Math.Min(chunk.StepsLeft(next), chunk.CallsLeft(next) / k));
                if (steps < 1 || !takesPart(next)) continue;
                (seated[g], stepsLeft[g], lastLoss[g]) = (next, steps, double.PositiveInfinity);
                for (int a = 0; a < k; a++) Seat(a, g, next, whole);
            }
            any |= seated[g] >= 0;
        }
        return any;
    }

    /// <summary>Puts an answer of a person into its lane.</summary>
    private void Seat(int a, int g, int person, bool whole)
    {
        int lane = a * groups + g;
        adam.Enter(lane, person);
        if (whole)
        {
            people.Hold(lane, AnswerOf(person, a));
            return;
        }
        Start(person, a);
        for (int c = 0; c < width; c++) people.Points[c * Lanes + lane] = row[c];
    }

    /// <summary>Where an answer begins, in the person's relaxed Δ.</summary>
    private void Start(int person, int a)
    {
        var lower = chunk.Encoded.LowerOf(person);
        var upper = chunk.Encoded.UpperOf(person);
        chunk.Encoded.XOf(person).CopyTo(row);
        var stream = chunk.StreamOf(person).Split("start").Split((ulong)a);
        foreach (int f in chunk.ActionsOf(person).Actionable)
        {
            ref readonly var at = ref chunk.Encoded.Encoding.At(f);
            if (options.Start == DiceStart.Random)
            {
                var (low, high) = at.IsOneHot ? (0, 1) : TrainingRange(f, lower[at.Offset], upper[at.Offset]);
                for (int c = at.Offset; c < at.Offset + at.Width; c++) row[c] = low + (high - low) * stream.NextSingle();
            }
            // The columns of a category together would be projected back: each answer leans to another one.
            else if (at.IsOneHot) row[at.Offset + a % at.Width] += a * Apart;
            else row[at.Offset] += row[at.Offset] + a * Apart <= upper[at.Offset] ? a * Apart : -a * Apart;
        }
        projection.Apply(person, row);
    }

    /// <summary>The training range in encoded units, as far as a person may go; all they may where it lies elsewhere.</summary>
    private (float Low, float High) TrainingRange(int feature, float lower, float upper)
    {
        ref readonly var at = ref chunk.Encoded.Encoding.At(feature);
        var distribution = chunk.Task.Statistics.Distributions[feature];
        float one = (float)((distribution.Minimum - at.Shift) / at.Scale), other = (float)((distribution.Maximum - at.Shift) / at.Scale);
        float low = Math.Max(lower, Math.Min(one, other)), high = Math.Min(upper, Math.Max(one, other));
        return low <= high ? (low, high) : (lower, upper);
    }

    /// <summary>Gives every category its largest share; numbers go on alone where an answer is not valid then.</summary>
    private void MakeWhole(CancellationToken cancel)
    {
        var logits = new float[k];
        for (int i = 0; i < chunk.Rows; i++)
        {
            if (keptValid[i] < 0) continue;
            for (int a = 0; a < k; a++) WholeCategories.Take(chunk, i, AnswerOf(i, a));
            (keptValid[i], keptLoss[i]) = (0, double.PositiveInfinity);
            if (chunk.CallsLeft(i) < k) continue;
            chunk.ModelCalls[i] += k;
            ((IEncodedClassifier)chunk.Model).Logits(kept.AsSpan(i * k * width, k * width), k, logits);
            foreach (float logit in logits)
                if (chunk.Margin(i, logit) >= LaneDescent.Slack) keptValid[i]++;
        }
        int[] before = [.. keptValid];
        Descend(i => before[i] >= 0 && before[i] < k, whole: true, cancel);
    }

    /// <summary>Adds the rows nearest to the answers, where they are valid; who has none is offered the first as it is.</summary>
    private void AddRows(DiceAnswers answers)
    {
        var nearest = new NearestRow(chunk.Encoded);
        var rows = new RowList(chunk.People.Schema.Features.Count, chunk.Rows * k);
        double[] raw = new double[chunk.People.Schema.Features.Count];
        var owners = new List<int>();
        for (int i = 0; i < chunk.Rows; i++)
            for (int a = 0; a < k && keptValid[i] >= 0 && chunk.CallsLeft(i) > 0; a++)
            {
                if (!nearest.Read(i, AnswerOf(i, a), raw)) continue;
                raw.CopyTo(rows.Add());
                owners.Add(i);
                chunk.ModelCalls[i]++;
            }
        double[] scores = Scores.Favourable(chunk.Model, Data.Table.Over(chunk.Model.Schema, rows.Block, rows.Count));
        var answered = new bool[chunk.Rows];
        for (int r = 0; r < owners.Count; r++)
        {
            if (!chunk.IsValid(owners[r], scores[r])) continue;
            answered[owners[r]] = true;
            answers.Add(owners[r], rows[r]);
        }
        for (int i = 0; i < chunk.Rows; i++)
            if (!answered[i] && keptValid[i] >= 0) chunk.OfferEncoded(i, AnswerOf(i, 0));
    }
}
