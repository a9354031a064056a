using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>
/// Offers everyone the one row that the model's own generator writes for them: a category is the largest of its columns, immutables stay, and the row is
/// put into the person's Δ in whole steps. It is one step, and no row is scored for it: the generator reads what screening computed.
/// </summary>
/// <remarks>The row is the same whatever θ is, so the highest score that can be reached is that of this row.</remarks>
internal sealed class GeneratorSearch(NetworkModel model) : ISearch
{
    private const string Outside = "What the generator writes cannot be brought into the person's action set.", Same = "Within the person's action set, what the generator writes is the person's own row.";

    private readonly RecourseGenerator generator = model.Generator!;

    public bool HighestIsTheSame => true;

    public bool ReadsGradients => generator.Input == GeneratorInput.Hidden;

    public IReadOnlyList<int> FixedImmutables => generator.Immutables;

    public void Search(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, cancel);

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, cancel);

    private void Offer(SearchChunk chunk, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        int width = generator.Encoding.Width;
        var written = Tensor.New(chunk.Rows, width).Values;
        generator.Write(InputsOf(chunk), written);
        Span<double> row = stackalloc double[chunk.People.Schema.Features.Count];
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            if (chunk.StepsLeft(i) < 1) continue;
            chunk.Steps[i]++;
            var actions = chunk.ActionsOf(i);
            var present = chunk.People.Row(i);
            present.CopyTo(row);
            foreach (int f in actions.Actionable) row[f] = generator.Encoding.Decode(f, written.Slice(i * width, width));
            if (!Reach.Pull(actions, present, row)) chunk.Reasons[i] = Outside;
            else if (present.SequenceEqual(row)) chunk.Reasons[i] = Same;
            else row.CopyTo(chunk.Offer(i));
        }
    }

    private Tensor InputsOf(SearchChunk chunk)
    {
        if (chunk.Pass is var (pass, places)) return generator.InputsOf(pass, places);
        var rows = Tensor.New(chunk.Rows, generator.Encoding.Width);
        generator.Encoding.Encode(chunk.People, 0, chunk.Rows, rows.Values);
        return rows;
    }
}
