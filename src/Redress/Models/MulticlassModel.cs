using System.Buffers;
using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>
/// A multilayer perceptron with one logit a class, whose softmax are the classes' probabilities (Guo et al. 2023, appendix E). Methods of recourse see it one
/// desired class at a time (<see cref="For"/>).
/// </summary>
public sealed class MulticlassModel : ITrainedModel
{
    private const int ChunkRows = 256;
    private readonly PackedNetwork packed;

    /// <summary>Joins the parts of a trained model.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    internal MulticlassModel(TrainedNetwork parts)
    {
        var (encoding, network, classes) = (parts.Encoding, parts.Network, parts.Schema.Classes);
        if (classes.Count < 2) throw new ArgumentException("The schema declares no classes; a multi-class model has one output for each.", nameof(parts));
        if (network.Sizes[0] != encoding.Width || network.Sizes[^1] != classes.Count)
            throw new ArgumentException(Invariant($"The network maps {network.Sizes[0]} inputs to {network.Sizes[^1]} outputs; the encoding has {encoding.Width} columns and the schema {classes.Count} classes."), nameof(parts));
        if (parts.Threshold != 0 || parts.Certificates.Count > 0) throw new ArgumentException("A multi-class model predicts the likeliest class; it has no threshold and no certificates.", nameof(parts));
        parts.Generator?.RequireFits(network);
        Parts = parts;
        packed = new(network, encoding.IsSparse);
        Fingerprint = ModelFile.FingerprintOf(parts);
    }

    /// <summary>The columns it reads, and its classes.</summary>
    public Schema Schema => Parts.Schema;

    /// <summary>The classes in the order of the score columns; two or more.</summary>
    public IReadOnlyList<string> Classes => Schema.Classes;

    /// <summary>The map from raw rows to its inputs.</summary>
    public Encoding Encoding => Parts.Encoding;

    /// <summary>The statistics of its training rows.</summary>
    public TrainingStatistics Statistics => Parts.Statistics;

    /// <summary>How it was trained. F1 is the mean over the classes, θ always 0.</summary>
    public TrainingRecord Training => Parts.Training;

    /// <summary>What the generator of recourse that was trained with it was trained as, such as counternet; null for a model without one.</summary>
    public string? GeneratorSlug => Generator?.Slug;

    /// <summary>A text that changes whenever any score could change.</summary>
    public string Fingerprint { get; }

    /// <summary>All that its file holds.</summary>
    internal TrainedNetwork Parts { get; }

    /// <summary>The generator of recourse that was trained with it, or null.</summary>
    internal RecourseGenerator? Generator => Parts.Generator;

    /// <summary>The model as one of a single outcome: who has a class, and who does not.</summary>
    /// <param name="class">The desired class.</param>
    /// <returns>
    /// A model with the classes "not c" and c, θ = 0 and the score z_c - max over k ≠ c of z_k: 0 or more where c is the likeliest class, log-odds of c where there
    /// are two. It gives no gradients; <c>counternet</c> or <c>rocoursenet</c> finds the model's own generator in it, told that c is desired.
    /// </returns>
    /// <exception cref="OptionsException">It is no class of the model.</exception>
    public IModel For(string @class) => new ClassModel(this, @class);

    /// <summary>Scores people. Thread-safe; a row's scores do not depend on its company.</summary>
    /// <param name="people">People with this model's schema, without faults.</param>
    /// <param name="scores">people × classes, filled: a logit a class.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public void Score(Table people, Span2D scores, CancellationToken cancel = default)
    {
        int classes = Classes.Count;
        if (scores.Rows != people.Rows || scores.Columns != classes)
            throw new ArgumentException(Invariant($"Scores are {scores.Rows} × {scores.Columns}; {people.Rows} people need {people.Rows} × {classes}."), nameof(scores));
        int most = Math.Min(ChunkRows, people.Rows);
        float[] encoded = ArrayPool<float>.Shared.Rent(most * Encoding.Width), logits = ArrayPool<float>.Shared.Rent(most * classes);
        for (int start = 0; start < people.Rows; start += ChunkRows)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(ChunkRows, people.Rows - start);
            Encoding.Encode(people, start, count, encoded);
            Run(encoded, count, logits);
            for (int i = 0; i < count; i++)
                for (int c = 0; c < classes; c++) scores[start + i, c] = logits[i * classes + c];
        }
        ArrayPool<float>.Shared.Return(encoded);
        ArrayPool<float>.Shared.Return(logits);
    }

    /// <summary>The likeliest class of every person, the first of equals.</summary>
    /// <param name="people">People with this model's schema, without faults.</param>
    /// <param name="cancel">Stops between rows.</param>
    /// <returns>Numbers among <see cref="Classes"/>.</returns>
    public int[] Predict(Table people, CancellationToken cancel = default)
    {
        int classes = Classes.Count;
        var scores = new double[people.Rows * classes];
        Score(people, new(scores, people.Rows, classes), cancel);
        return [.. Enumerable.Range(0, people.Rows).Select(i => System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(scores.AsSpan(i * classes, classes)))];
    }

    /// <summary>Logits of encoded rows.</summary>
    /// <param name="rows">At least count × encoding width.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="logits">At least count × classes, written.</param>
    internal void Run(ReadOnlySpan<float> rows, int count, Span<float> logits) => packed.Run(rows[..(count * Encoding.Width)], count, logits[..(count * Classes.Count)]);

    /// <summary>What the generator gives people who want a class, before it is put into their action sets.</summary>
    /// <param name="x">[people, encoding width], in the innermost open scope.</param>
    /// <param name="desired">The number of the class.</param>
    /// <param name="written">people × encoding width, all written: numbers in encoded units, and columns of which the largest is the category.</param>
    internal void Write(Tensor x, int desired, Span<float> written)
    {
        var told = Tensor.Zeros(x.Rows, Classes.Count);
        for (int i = 0; i < x.Rows; i++) told.Values[i * Classes.Count + desired] = 1;
        var pass = new ForwardPass(Parts.Network, x.Rows);
        packed.Run(x.Values, x.Rows, pass.Kept, pass.Written);
        using var off = Gradients.Off();
        Generator!.Write(Tensor.ConcatCols(Generator.InputsOf(pass, x.Values, x.Rows), told), written);
    }
}
