using System.Numerics;
using Redress.Actions;
using Redress.Generative;
using Redress.Tensors.Layers;

namespace Redress.Search;

/// <summary>How a code takes a step along its gradient.</summary>
internal enum LatentRule
{
    /// <summary>Adam, β₁ = 0.9, β₂ = 0.999.</summary>
    Adam,

    /// <summary>RMSprop, s ← 0.99 s + 0.01 g², z ← z - α g/(√s + ε), as PyTorch has it.</summary>
    RmsProp,
}

/// <summary>Steps of codes side by side in lanes: people stand where the decoder puts their codes, in Δ. Each lane has its own count of steps.</summary>
/// <remarks>The storage of the decoder belongs to the innermost open scope.</remarks>
internal sealed class LatentSteps : ILaneSteps
{
    private const int Lanes = LanePeople.Lanes;
    private const float Beta1 = 0.9f, Beta2 = 0.999f, Decay = 0.99f, Epsilon = 1e-8f;
    private readonly LatentDecoder decoder;
    private readonly LatentRule rule;
    private readonly float learningRate;
    private readonly float[] starts;
    private readonly ILaneMap map;
    private readonly LatentRows rows;

    // inputs is [inputs, lanes]; the moments are of the inputs that move; descent is in the model's columns, pulled in the decoder's.
    private readonly float[] inputs, first, second, descent, pulled, slopes = new float[Lanes];
    private readonly List<(float Rate, float Correction)> scales = [];
    private readonly int[] steps = new int[Lanes];
    private readonly float[] rates = new float[Lanes], corrections = new float[Lanes];

    /// <param name="batch">The people and their action sets.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="starts">people × decoder inputs: where everyone's code begins, and their immutables.</param>
    /// <param name="rule">How codes step.</param>
    /// <param name="learningRate">α.</param>
    internal LatentSteps(EncodedActions batch, LatentDecoder decoder, float[] starts, LatentRule rule, float learningRate)
    {
        (this.decoder, this.rule, this.learningRate, this.starts) = (decoder, rule, learningRate, starts);
        People = new LanePeople(batch);
        rows = new LatentRows(batch, decoder, People);
        map = ILaneMap.Of(decoder.Network, decoder.Moves);
        (inputs, descent, pulled) = (new float[decoder.Inputs * Lanes], new float[batch.Width * Lanes], new float[decoder.Layout.Generated * Lanes]);
        (first, second) = (new float[decoder.Moves * Lanes], new float[decoder.Moves * Lanes]);
    }

    public LanePeople People { get; }

    /// <summary>What people could be shown.</summary>
    internal WholeLanes Whole => rows.Whole;

    /// <summary>λ of λ·distance.</summary>
    internal float Lambda { get; init; }

    /// <summary>True for the distance ‖x' - x‖₂², false for ‖x' - x‖₁.</summary>
    internal bool Squared { get; init; }

    /// <summary>What ∇g is multiplied by, a lane each.</summary>
    internal float[] Slopes => slopes;

    /// <summary>Steps taken together.</summary>
    internal int Taken { get; private set; }

    public void Enter(int lane, int person)
    {
        People.Enter(lane, person);
        rows.Enter(lane, person);
        steps[lane] = 0;
        for (int c = 0, i = lane; c < decoder.Inputs; c++, i += Lanes) inputs[i] = starts[person * decoder.Inputs + c];
        for (int i = lane; i < first.Length; i += Lanes) first[i] = second[i] = 0;
    }

    public void Look()
    {
        map.Forward(inputs, People.Taken);
        rows.Write(map.Outputs);
    }

    /// <summary>One step of everyone along slope·∇g + λ∇distance, taken through the decoder.</summary>
    public void Step(ReadOnlySpan<float> gradients)
    {
        Compose(gradients);
        rows.PullBack(descent, pulled);
        map.Back(pulled);
        for (int lane = 0; lane < Lanes; lane++)
            if (People[lane] >= 0) (rates[lane], corrections[lane]) = Scales(++steps[lane]);
        var by = map.InputGradients;
        for (int i = 0; i < first.Length; i += Vector<float>.Count)
            if (rule == LatentRule.Adam) Adam(i, new(by[i..]));
            else RmsProp(i, new(by[i..]));
        Taken++;
    }

    private void Compose(ReadOnlySpan<float> gradients)
    {
        var (points, origins, lambda) = (People.Points, People.Origins, new Vector<float>(Lambda));
        for (int i = 0; i < descent.Length; i += Vector<float>.Count)
        {
            var delta = new Vector<float>(points, i) - new Vector<float>(origins, i);
            var pull = Squared ? 2 * lambda * delta
                : Vector.ConditionalSelect(Vector.GreaterThan(delta, Vector<float>.Zero), lambda, Vector.ConditionalSelect(Vector.LessThan(delta, Vector<float>.Zero), -lambda, Vector<float>.Zero));
            (new Vector<float>(slopes, i % Lanes) * new Vector<float>(gradients[i..]) + pull).CopyTo(descent, i);
        }
    }

    /// <summary>m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; z ← z - α m / (√v c + ε).</summary>
    private void Adam(int i, Vector<float> g)
    {
        var m = Beta1 * new Vector<float>(first, i) + (1 - Beta1) * g;
        var v = Beta2 * new Vector<float>(second, i) + (1 - Beta2) * g * g;
        m.CopyTo(first, i);
        v.CopyTo(second, i);
        int lane = i % Lanes;
        (new Vector<float>(inputs, i) - new Vector<float>(rates, lane) * m / (Vector.SquareRoot(v) * new Vector<float>(corrections, lane) + new Vector<float>(Epsilon))).CopyTo(inputs, i);
    }

    private void RmsProp(int i, Vector<float> g)
    {
        var s = Decay * new Vector<float>(second, i) + (1 - Decay) * g * g;
        s.CopyTo(second, i);
        (new Vector<float>(inputs, i) - learningRate * g / (Vector.SquareRoot(s) + new Vector<float>(Epsilon))).CopyTo(inputs, i);
    }

    /// <summary>α and c of a step, 1 or more.</summary>
    private (float Rate, float Correction) Scales(int step)
    {
        for (int t = scales.Count + 1; t <= step; t++) scales.Add((learningRate / (1 - MathF.Pow(Beta1, t)), 1 / MathF.Sqrt(1 - MathF.Pow(Beta2, t))));
        return scales[step - 1];
    }
}
