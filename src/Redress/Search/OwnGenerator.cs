using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>The generator that a model was trained with.</summary>
internal sealed class OwnGenerator(NetworkModel model) : IRowWriter
{
    private readonly RecourseGenerator generator = model.Generator!;

    /// <summary>That of a model which has one.</summary>
    internal static IRowWriter Of(IModel model) => model is ClassModel view ? new ClassGenerator(view) : new OwnGenerator((NetworkModel)model);

    public Encoding Encoding => model.Encoding;

    public IReadOnlyList<int> Immutables => generator.Immutables;

    public bool ReadsPass => generator.Input == GeneratorInput.Hidden;

    public Learnt? Learnt => null;

    public void Write(SearchChunk chunk, Span<float> written) =>
        generator.Write(chunk.Pass is var (pass, places) ? generator.InputsOf(pass, places) : EncodedRows.Of(chunk, Encoding), written);
}

/// <summary>The generator that a multi-class model was trained with, told that everybody wants the class that the model is seen for.</summary>
internal sealed class ClassGenerator(ClassModel model) : IRowWriter
{
    public Encoding Encoding => model.Encoding;

    public IReadOnlyList<int> Immutables => model.Of.Generator!.Immutables;

    public bool ReadsPass => false;

    public Learnt? Learnt => null;

    public string? WhyNotFor(int sign) => sign > 0 ? null : $"The generator writes rows of a class, and this person is to leave '{model.Classes[1]}'; ask for the class they should have.";

    public void Write(SearchChunk chunk, Span<float> written) => model.Of.Write(EncodedRows.Of(chunk, Encoding), model.Class, written);
}

/// <summary>A chunk's people as a generator reads them.</summary>
internal static class EncodedRows
{
    /// <summary>[people, width], in the innermost open scope.</summary>
    internal static Tensor Of(SearchChunk chunk, Encoding encoding)
    {
        var rows = Tensor.New(chunk.Rows, encoding.Width);
        encoding.Encode(chunk.People, 0, chunk.Rows, rows.Values);
        return rows;
    }
}
