using Redress.Data;
using Redress.Generative;
using Redress.Models;

namespace Redress.Search;

/// <summary>A row that was decoded, put into the person's Δ and scored.</summary>
/// <param name="person">Whose.</param>
/// <param name="radius">How far from the person's code.</param>
/// <param name="tag">What the search called it.</param>
/// <param name="row">Raw.</param>
/// <param name="score">The model's score of it.</param>
/// <param name="isAction">True where it is in x + Δ and changes something.</param>
internal readonly ref struct DecodedRow(int person, double radius, int tag, ReadOnlySpan<double> row, double score, bool isAction)
{
    internal int Person { get; } = person;

    internal double Radius { get; } = radius;

    internal int Tag { get; } = tag;

    internal ReadOnlySpan<double> Row { get; } = row;

    internal double Score { get; } = score;

    internal bool IsAction { get; } = isAction;
}

/// <summary>
/// Codes around those of a chunk's people on their way to scored rows: decoded with the people's own immutables, put into everyone's Δ and scored, many
/// at once. Every row that is scored is one of its person's model calls.
/// </summary>
internal sealed class LatentBatch
{
#if DEBUG
    private const int MaxRows = 61;   // no multiple of what a person adds: tests cross its border all the time
#else
    /// <summary>Rows decoded together: enough to hide the packing of weights, few enough for the second-level cache.</summary>
    private const int MaxRows = 384;
#endif

    private readonly SearchChunk chunk;
    private readonly Autoencoder autoencoder;
    private readonly Visit visit;
    private readonly Reach[] reaches;
    private readonly int latent, inputWidth, features;
    private readonly float[] bases;    // people × (latent + given): their codes and immutables
    private readonly float[] inputs, columns;
    private readonly double[] rows;
    private readonly (int Person, double Radius, int Tag, bool IsAction)[] pending;
    private int count;

    /// <summary>Looks at a scored row.</summary>
    internal delegate void Visit(in DecodedRow row);

    /// <param name="chunk">The people.</param>
    /// <param name="autoencoder">One of the model's columns.</param>
    /// <param name="visit">Sees every row, each person's in the order in which they were added.</param>
    internal LatentBatch(SearchChunk chunk, Autoencoder autoencoder, Visit visit)
    {
        (this.chunk, this.autoencoder, this.visit) = (chunk, autoencoder, visit);
        var layout = autoencoder.Layout;
        (latent, features) = (autoencoder.Options.Latent, chunk.People.Schema.Features.Count);
        inputWidth = latent + layout.Given;
        reaches = new Reach[chunk.Rows];
        bases = new float[chunk.Rows * inputWidth];
        var codes = new float[chunk.Rows * latent];
        autoencoder.Encode(chunk.People, codes);
        for (int i = 0; i < chunk.Rows; i++)
        {
            reaches[i] = new(chunk.ActionsOf(i), chunk.People.Row(i));
            codes.AsSpan(i * latent, latent).CopyTo(bases.AsSpan(i * inputWidth));
            layout.EncodeGiven(chunk.People.Row(i), bases.AsSpan(i * inputWidth + latent));
        }
        (inputs, columns) = (new float[MaxRows * inputWidth], new float[MaxRows * layout.Generated]);
        rows = new double[MaxRows * features];
        pending = new (int, double, int, bool)[MaxRows];
    }

    /// <summary>Adds the code at z + radius · direction; false where the person's budget has no call left.</summary>
    /// <param name="person">The person.</param>
    /// <param name="radius">0 or more.</param>
    /// <param name="direction">As many numbers as a code has.</param>
    /// <param name="tag">Anything the search wants back.</param>
    internal bool Add(int person, double radius, ReadOnlySpan<float> direction, int tag)
    {
        if (chunk.CallsLeft(person) < 1) return false;
        chunk.ModelCalls[person]++;
        var input = inputs.AsSpan(count * inputWidth, inputWidth);
        bases.AsSpan(person * inputWidth, inputWidth).CopyTo(input);
        for (int k = 0; k < latent; k++) input[k] += (float)radius * direction[k];
        pending[count++] = (person, radius, tag, false);
        if (count == MaxRows) Flush();
        return true;
    }

    /// <summary>Decodes and scores what was added, and shows it.</summary>
    internal void Flush()
    {
        if (count == 0) return;
        int generated = autoencoder.Layout.Generated;
        autoencoder.Decode(inputs.AsSpan(0, count * inputWidth), count, columns);
        for (int r = 0; r < count; r++)
        {
            var reach = reaches[pending[r].Person];
            var row = rows.AsSpan(r * features, features);
            reach.Present.CopyTo(row);
            autoencoder.Layout.Decode(columns.AsSpan(r * generated, generated), row);
            pending[r].IsAction = reach.Pull(row) && !reach.Present.SequenceEqual(row);
        }
        double[] scores = Scores.Favourable(chunk.Model, Table.Over(chunk.Model.Schema, rows, count));
        for (int r = 0; r < count; r++)
        {
            var (person, radius, tag, isAction) = pending[r];
            visit(new(person, radius, tag, rows.AsSpan(r * features, features), scores[r], isAction));
        }
        count = 0;
    }
}
