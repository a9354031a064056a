namespace Redress.Tensors.Optimizers;

/// <summary>Changes parameters in place, step by step, against their gradients.</summary>
public interface IOptimizer
{
    /// <summary>One step.</summary>
    /// <param name="gradients">One gradient a parameter, in the parameters' order and shapes.</param>
    /// <param name="scale">What the learning rate is multiplied by, as a <see cref="LearningRateSchedule"/> has it.</param>
    /// <exception cref="ArgumentException">The number of gradients or a shape differs.</exception>
    void Step(ReadOnlySpan<Tensor> gradients, float scale = 1f);
}

/// <summary>An optimizer whose step threads may share: no entry depends on another.</summary>
internal interface IPartOptimizer : IOptimizer
{
    /// <summary>Begins a step that <see cref="StepPart"/> takes piece by piece.</summary>
    /// <param name="scale">What the learning rate is multiplied by.</param>
    void Begin(float scale = 1f);

    /// <summary>The step of some entries of one parameter.</summary>
    /// <param name="parameter">The parameter's position.</param>
    /// <param name="start">The first entry, padding included; a multiple of <see cref="Kernels.Storage.Lanes"/>.</param>
    /// <param name="gradient">The entries' gradient; whole vectors.</param>
    void StepPart(int parameter, int start, ReadOnlySpan<float> gradient);

    /// <summary>What is kept from step to step.</summary>
    IReadOnlyList<Tensor> State { get; }

    /// <summary>The steps begun so far.</summary>
    long Steps { get; }

    /// <summary>Goes on as after that many steps; <see cref="State"/> is written by the caller.</summary>
    void GoOnAfter(long steps);
}

/// <summary>What optimizers keep for each parameter.</summary>
internal static class OptimizerState
{
    /// <summary>A zero for each entry of each parameter, kept across scopes.</summary>
    internal static Tensor[] Zeros(Tensor[] parameters) => Array.ConvertAll(parameters, p =>
    {
        var state = Tensor.Parameter(p.Rows, p.Cols, new float[p.Size]);
        return state.Alias(tracked: false);
    });

    internal static Tensor[] Checked(Tensor[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (var parameter in parameters) ArgumentNullException.ThrowIfNull(parameter, nameof(parameters));
        return [.. parameters];
    }

    /// <summary>A whole step of an optimizer over its parameters.</summary>
    internal static void Step(IPartOptimizer optimizer, Tensor[] parameters, ReadOnlySpan<Tensor> gradients, float scale)
    {
        Check(parameters, gradients);
        optimizer.Begin(scale);
        for (int i = 0; i < parameters.Length; i++) optimizer.StepPart(i, 0, gradients[i].Padded);
    }

    /// <summary>Entries of one parameter, or of what is kept for it.</summary>
    internal static Span<float> Part(Tensor[] tensors, int parameter, int start, int length) => tensors[parameter].Padded.Slice(start, length);

    internal static void Check(Tensor[] parameters, ReadOnlySpan<Tensor> gradients)
    {
        if (gradients.Length != parameters.Length)
            throw new ArgumentException($"The optimizer holds {parameters.Length} parameters; {gradients.Length} gradients were given.", nameof(gradients));
        for (int i = 0; i < parameters.Length; i++) Tensor.RequireSameShape("a parameter and its gradient", parameters[i], gradients[i]);
    }

    /// <summary>The value, if it is more than 0.</summary>
    internal static float Positive(float value, string name) =>
        value is > 0f ? value : throw new ArgumentOutOfRangeException(name, value, "Must be more than 0.");

    /// <summary>The value, if it is in [0, 1).</summary>
    internal static float Fraction(float value, string name) =>
        value is >= 0f and < 1f ? value : throw new ArgumentOutOfRangeException(name, value, "Must be 0 or more and less than 1.");
}
