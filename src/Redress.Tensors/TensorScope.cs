using Redress.Tensors.Kernels;

namespace Redress.Tensors;

/// <summary>
/// While open, tensors made on this thread take their storage from the thread's pool; <see cref="Dispose"/> gives all of it back.
/// Scopes nest. A tensor must not be read after its scope has closed (debug builds fill the storage with NaN): what has to
/// survive leaves by <see cref="Tensor.Keep"/>, <see cref="Tensor.ReadTo"/> or <see cref="Tensor.WriteFrom"/>.
/// </summary>
/// <example><code>
/// using var scope = TensorScope.Open();
/// var loss = BinaryCrossEntropy.WithLogits(network.Forward(rows), targets);
/// optimizer.Step(Gradients.Of(loss, network.Parameters));
/// </code></example>
public readonly ref struct TensorScope : IDisposable
{
    private readonly Arena arena;
    private readonly Arena.Mark mark;

    private TensorScope(Arena arena)
    {
        this.arena = arena;
        mark = arena.Open();
    }

    /// <summary>Opens a scope on this thread.</summary>
    public static TensorScope Open() => new(Arena.Current);

    /// <summary>Gives back the storage of every tensor made since the scope was opened.</summary>
    /// <exception cref="InvalidOperationException">A scope opened later is still open, or this one is closed already.</exception>
    public void Dispose()
    {
        // Closing from another thread would free what this thread still uses; the depth test alone cannot see it.
        if (!ReferenceEquals(arena, Arena.Current))
            throw new InvalidOperationException("Tensor scopes close in the reverse order of opening, each once and on the thread that opened it.");
        arena.Close(mark);
    }
}
