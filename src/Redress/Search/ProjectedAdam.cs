using System.Numerics;
using Redress.Actions;

namespace Redress.Search;

/// <summary>Adam on encoded rows side by side in lanes, projected onto Δ after every step; AMSGrad as an option. Each lane has its own count of steps.</summary>
internal sealed class ProjectedAdam : ILaneSteps
{
    private const int Lanes = LanePeople.Lanes;
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;
    private readonly EncodedActions batch;
    private readonly Projection projection;
    private readonly float learningRate;
    private readonly bool amsGrad;

    // [columns, lanes] each, as the people's points are.
    private readonly float[] origins, points, lower, upper, descent, first, second, largest, slopes = new float[Lanes], lambdas = new float[Lanes];
    private readonly int[] columns;
    private readonly List<(float Rate, float Correction)> scales = [];
    private readonly int[] steps = new int[Lanes];
    private readonly float[] rates = new float[Lanes], corrections = new float[Lanes];

    internal ProjectedAdam(EncodedActions batch, float learningRate, bool amsGrad)
    {
        (this.batch, this.learningRate, this.amsGrad) = (batch, learningRate, amsGrad);
        People = new LanePeople(batch);
        (origins, points, lower, upper) = (People.Origins, People.Points, People.Lower, People.Upper);
        projection = new Projection(batch);
        int size = batch.Width * Lanes;
        (descent, first, second, largest) = (new float[size], new float[size], new float[size], new float[size]);
        // A tied column stands still here, but its gradient goes to its leader.
        columns = [.. Enumerable.Range(0, batch.Width).Where(c => !batch.IsBox || People.MayMove(c))];
    }

    public LanePeople People { get; }

    /// <summary>True for the distance ‖δ‖₂², false for ‖δ‖₁.</summary>
    internal bool Squared { get; init; }

    /// <summary>What is added to each step's gradient, [columns, lanes]; null for nothing.</summary>
    internal float[]? Beside { get; init; }

    /// <summary>What ∇g is multiplied by, a lane each.</summary>
    internal float[] Slopes => slopes;

    /// <summary>λ', a lane each.</summary>
    internal float[] Lambdas => lambdas;

    /// <summary>Steps taken together.</summary>
    internal int Taken { get; private set; }

    public void Enter(int lane, int person)
    {
        People.Enter(lane, person);
        steps[lane] = 0;
        for (int i = lane; i < first.Length; i += Lanes) first[i] = second[i] = largest[i] = 0;
    }

    /// <summary>Steps that a lane's person took.</summary>
    internal int TakenBy(int lane) => steps[lane];

    /// <summary>One step of everyone along slope·∇g + λ'∇distance, and what stands beside, where ∇‖δ‖₁ is the sign of δ, and ∇‖δ‖₂² is 2δ.</summary>
    public void Step(ReadOnlySpan<float> gradients)
    {
        foreach (int column in columns) Compose(column, gradients);
        if (!batch.IsBox) People.ForEachRow(descent, (person, point, gradient) => TiedColumns.PullBack(batch, person, point, gradient));
        var people = People;
        for (int lane = 0; lane < Lanes; lane++)
            if (people[lane] >= 0) (rates[lane], corrections[lane]) = Scales(++steps[lane]);
        foreach (int column in columns)
            for (int lane = 0; lane < Lanes; lane += Vector<float>.Count) Update(column * Lanes + lane, lane);
        if (!batch.IsBox) People.ForEachRow(descent, (person, point, _) => projection.Apply(person, point));
        Taken++;
    }

    private void Compose(int column, ReadOnlySpan<float> gradients)
    {
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            int i = column * Lanes + lane;
            var lambda = new Vector<float>(lambdas, lane);
            var delta = new Vector<float>(points, i) - new Vector<float>(origins, i);
            var pull = Squared ? 2 * lambda * delta
                : Vector.ConditionalSelect(Vector.GreaterThan(delta, Vector<float>.Zero), lambda, Vector.ConditionalSelect(Vector.LessThan(delta, Vector<float>.Zero), -lambda, Vector<float>.Zero));
            if (Beside is not null) pull += new Vector<float>(Beside, i);
            (new Vector<float>(slopes, lane) * new Vector<float>(gradients[i..]) + pull).CopyTo(descent, i);
        }
    }

    /// <summary>m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; x ← clamp(x - α m / (√v c + ε)). Entry by entry, so the width of vectors changes no bit.</summary>
    private void Update(int i, int lane)
    {
        var g = new Vector<float>(descent, i);
        var m = Beta1 * new Vector<float>(first, i) + (1 - Beta1) * g;
        var v = Beta2 * new Vector<float>(second, i) + (1 - Beta2) * g * g;
        m.CopyTo(first, i);
        v.CopyTo(second, i);
        if (amsGrad) (v = Vector.Max(new Vector<float>(largest, i), v)).CopyTo(largest, i);
        var x = new Vector<float>(points, i) - new Vector<float>(rates, lane) * m / (Vector.SquareRoot(v) * new Vector<float>(corrections, lane) + new Vector<float>(Epsilon));
        Vector.Min(Vector.Max(x, new Vector<float>(lower, i)), new Vector<float>(upper, i)).CopyTo(points, i);
    }

    /// <summary>α and c of a step, 1 or more.</summary>
    private (float Rate, float Correction) Scales(int step)
    {
        for (int t = scales.Count + 1; t <= step; t++) scales.Add((learningRate / (1 - MathF.Pow(Beta1, t)), 1 / MathF.Sqrt(1 - MathF.Pow(Beta2, t))));
        return scales[step - 1];
    }
}
