using Redress.Models;

namespace Redress.Search;

/// <summary>What a method learnt, as its preparation's file holds it: a JSON text for what is small, named tensors for what is not.</summary>
/// <param name="Json">Whatever the method writes; it alone reads it.</param>
/// <param name="Tensors">By name, each once.</param>
/// <param name="File">Where it was read from, for messages; null where it was just learnt.</param>
internal sealed record Learnt(string Json, IReadOnlyList<StoredTensor> Tensors, string? File = null)
{
    /// <summary>A tensor of single-precision numbers, row-major.</summary>
    /// <exception cref="ModelFileException">It is missing, or of another type or shape.</exception>
    internal float[] Floats(string name, params ReadOnlySpan<long> shape) => Get(name, "F32", shape).Floats();

    /// <summary>The same, none of which is NaN or infinite: a network's parameters.</summary>
    /// <exception cref="ModelFileException">It is missing, of another type or shape, or holds values that are no numbers.</exception>
    internal float[] Finite(string name, params ReadOnlySpan<long> shape) => NetworkTensors.Finite(Find(name), name, shape, Damaged);

    /// <summary>A tensor of double-precision numbers, row-major.</summary>
    /// <exception cref="ModelFileException">It is missing, or of another type or shape.</exception>
    internal double[] Doubles(string name, params ReadOnlySpan<long> shape) => Get(name, "F64", shape).Doubles();

    /// <summary>A tensor of 64-bit numbers, row-major.</summary>
    /// <exception cref="ModelFileException">It is missing, or of another type or shape.</exception>
    internal ulong[] Numbers(string name, params ReadOnlySpan<long> shape) => Get(name, "U64", shape).Numbers();

    /// <summary>The shape of a tensor, so that a method can check sizes against each other before it reads any.</summary>
    /// <exception cref="ModelFileException">It is missing.</exception>
    internal IReadOnlyList<long> ShapeOf(string name) => Find(name)?.Shape ?? throw Damaged($"tensor '{name}' is missing");

    /// <summary>The one line that says what is wrong with the file.</summary>
    internal ModelFileException Damaged(string why) => new($"{File}: damaged ({why}).");

    /// <summary>A tensor of a type and shape.</summary>
    /// <exception cref="ModelFileException">It is missing, or of another type or shape.</exception>
    internal StoredTensor Get(string name, string type, ReadOnlySpan<long> shape) =>
        Find(name) is { } tensor && tensor.Type == type && tensor.Shape.AsSpan().SequenceEqual(shape)
            ? tensor
            : throw Damaged($"tensor '{name}' is missing or not {string.Join(" × ", shape.ToArray())}");

    /// <summary>A tensor, or null where there is none.</summary>
    internal StoredTensor? Find(string name) => Tensors.FirstOrDefault(t => t.Name == name);
}

/// <summary>A method that learns something worth saving: it is prepared from what was saved, in place of learning it again.</summary>
internal interface ILearningMethod : IRecourseMethod
{
    /// <summary>Prepares the method from what a search of its kind said it had <see cref="ISearch.Learnt"/>.</summary>
    /// <param name="task">The model it was learnt for; training rows are not asked for.</param>
    /// <param name="learnt">What was saved; nothing about it is to be trusted.</param>
    /// <exception cref="ModelFileException">The sizes do not fit each other or the model.</exception>
    IRecourseFinder Restore(RecourseTask task, Learnt learnt);
}
