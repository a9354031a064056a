using Redress.Tensors;

namespace Redress.Search;

/// <summary>
/// Offers everyone the one row that a generator writes for them: a category is the largest of its columns, immutables stay, and the row is
/// put into the person's Δ in whole steps. It is one step, and no row is scored for it.
/// </summary>
/// <remarks>The row is the same whatever θ is, so the highest score that can be reached is that of this row.</remarks>
internal sealed class GeneratorSearch(IRowWriter writer) : ISearch
{
    private const string Outside = "What the generator writes cannot be brought into the person's action set.", Same = "Within the person's action set, what the generator writes is the person's own row.";

    public bool HighestIsTheSame => true;

    public bool ReadsGradients => writer.ReadsPass;

    public IReadOnlyList<int> FixedImmutables => writer.Immutables;

    public Learnt? Learnt => writer.Learnt;

    public void Search(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, cancel);

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, cancel);

    private void Offer(SearchChunk chunk, CancellationToken cancel)
    {
        using var scope = TensorScope.Open();
        var encoding = writer.Encoding;
        int width = encoding.Width;
        var written = Tensor.New(chunk.Rows, width).Values;
        writer.Write(chunk, written);
        var row = new double[chunk.People.Schema.Features.Count];
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            if (writer.WhyNotFor(chunk.Signs[i]) is { } why) chunk.Reasons[i] = why;
            if (chunk.StepsLeft(i) < 1 || chunk.Reasons[i] is not null) continue;
            chunk.Steps[i]++;
            var actions = chunk.ActionsOf(i);
            var present = chunk.People.Row(i);
            present.CopyTo(row);
            foreach (int f in actions.Actionable) row[f] = encoding.Decode(f, written.Slice(i * width, width));
            if (!Reach.Pull(actions, present, row)) chunk.Reasons[i] = Outside;
            else if (present.SequenceEqual(row)) chunk.Reasons[i] = Same;
            else row.CopyTo(chunk.Offer(i));
        }
    }
}
