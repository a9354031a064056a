namespace Redress.Tensors;

/// <summary>The gradient in one input, from the gradient in the output; <paramref name="output"/> knows its inputs and its settings.</summary>
internal delegate Tensor VectorJacobianProduct(Tensor outputGradient, Tensor output);

// How a tensor was computed. Inputs and rules stand in fields and the rules are static lambdas, so an operation allocates one object.
public sealed partial class Tensor
{
    /// <summary>Most inputs an operation has.</summary>
    internal const int MaxInputs = 3;

    private Tensor? inputA, inputB, inputC;
    private VectorJacobianProduct? ruleA, ruleB, ruleC;
    private bool needed;

    /// <summary>The search that met this tensor last.</summary>
    internal long Mark { get; private set; }

    /// <summary>The gradient gathered so far in the current search.</summary>
    internal Tensor? Received { get; private set; }

    /// <summary>First input of the recorded operation.</summary>
    private Tensor A => inputA!;

    /// <summary>Second input of the recorded operation.</summary>
    private Tensor B => inputB!;

    /// <summary>A number that the recorded operation was called with.</summary>
    private float Factor { get; set; }

    /// <summary>A count or position that the recorded operation was called with.</summary>
    private int Setting { get; set; }

    /// <summary>What the recorded operation keeps beside its output.</summary>
    private object? Saved { get; set; }

    private Tensor Record(Tensor a, VectorJacobianProduct da) => Record(a, da, null, null);

    private Tensor Record(Tensor a, VectorJacobianProduct da, Tensor? b, VectorJacobianProduct? db, Tensor? c = null, VectorJacobianProduct? dc = null)
    {
        if (Gradients.IsOff || !(a.Tracked || b is { Tracked: true } || c is { Tracked: true })) return this;
        (inputA, inputB, inputC) = (a, b, c);
        (ruleA, ruleB, ruleC) = (da, db, dc);
        Tracked = true;
        return this;
    }

    internal void Begin(long stamp, bool needed)
    {
        Mark = stamp;
        this.needed = needed;
        Received = null;
    }

    internal void Forget() => Received = null;

    internal void Receive(Tensor gradient) => Received = Received is null ? gradient : Received + gradient;

    internal Tensor? TrackedInput(int position)
    {
        var (input, rule) = position switch { 0 => (inputA, ruleA), 1 => (inputB, ruleB), _ => (inputC, ruleC) };
        return rule is not null && input is { Tracked: true } ? input : null;
    }

    /// <summary>Whether a path leads from here to a tensor asked for; called when every input is settled.</summary>
    internal bool SettleNeed(long stamp) => needed = Needs(inputA, ruleA, stamp) || Needs(inputB, ruleB, stamp) || Needs(inputC, ruleC, stamp);

    /// <summary>Hands the gradient received to the inputs that need one, and lets go of it.</summary>
    internal void Propagate(long stamp)
    {
        if (Received is not { } gradient) return;
        Received = null;
        if (Needs(inputA, ruleA, stamp)) inputA!.Receive(ruleA!(gradient, this));
        if (Needs(inputB, ruleB, stamp)) inputB!.Receive(ruleB!(gradient, this));
        if (Needs(inputC, ruleC, stamp)) inputC!.Receive(ruleC!(gradient, this));
    }

    private static bool Needs(Tensor? input, VectorJacobianProduct? rule, long stamp) => rule is not null && input is { Tracked: true } && input.Mark == stamp && input.needed;
}
