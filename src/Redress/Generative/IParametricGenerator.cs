using Redress.Tensors;

namespace Redress.Generative;

/// <summary>A generator of recourse x^cf = g(x; θg) in training; one thread's.</summary>
internal interface IParametricGenerator
{
    /// <summary>θg, tracked.</summary>
    Tensor[] Parameters { get; }

    /// <summary>The recourses of some people, recorded for <see cref="Gradients"/>.</summary>
    /// <param name="x">[rows, width], encoded.</param>
    /// <param name="desired">[rows, outputs]: 1 for the class that each recourse is for.</param>
    /// <param name="noise">Draws dropout masks and codes in training; null for evaluation.</param>
    /// <returns>
    /// [rows, width], a softmax in each one-hot group, immutables as in x; and what the generator adds to its loss by itself, such as a divergence,
    /// [1, 1], or null.
    /// </returns>
    (Tensor Rows, Tensor? Own) Generate(Tensor x, Tensor desired, Rng? noise);
}
