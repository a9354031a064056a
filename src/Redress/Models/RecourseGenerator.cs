using Redress.Data;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>What a generator reads.</summary>
internal enum GeneratorInput
{
    /// <summary>[z, p]: the hidden layer of the classifier where its encoder ends, then its last one.</summary>
    Hidden,

    /// <summary>The encoded row itself.</summary>
    Row,
}

/// <summary>
/// g, a network that writes counterfactual rows for a classifier (CounterNet: Guo, Nguyen and Yadav 2023, section 3.1; RoCourseNet: Guo et al. 2023, section 3):
/// x' = g(z, p), where z is the latent of the classifier's encoder and p its last hidden layer. Numbers are what the network gives, one-hot columns a softmax a
/// feature, and what people cannot change is copied from x. For a classifier with several outputs, one a class, it also reads which class is desired, as one-hot columns
/// after the others: x' = g(z, p, y').
/// </summary>
internal sealed class RecourseGenerator
{
    private const int LongestSlug = 40;

    private readonly PackedNetwork packed;
    private readonly ColumnGroups groups;
    private readonly int[] immutables;
    private readonly float[]? copied;   // 1 in the columns of immutables; null where there are none

    /// <summary>Joins the parts of a generator.</summary>
    /// <param name="network">Inputs as <paramref name="input"/> says, encoding width outputs.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="encoderLayers">The number, from 1, of the classifier's hidden layer that is z; 0 for <see cref="GeneratorInput.Row"/>. Where it is the last one, z = p, and both are read.</param>
    /// <param name="immutables">Features copied from x, ascending.</param>
    /// <param name="slug">What it was trained as, such as counternet.</param>
    /// <param name="options">The options of that training, as JSON.</param>
    /// <param name="encoding">The classifier's.</param>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    internal RecourseGenerator(
        FeedForward network, GeneratorInput input, int encoderLayers, IReadOnlyList<int> immutables, string slug, string options, Encoding encoding)
    {
        if (network.Sizes[^1] != encoding.Width)
            throw new ArgumentException(Invariant($"The generator writes {network.Sizes[^1]} columns; the encoding has {encoding.Width}."), nameof(network));
        if (!Enum.IsDefined(input)) throw new ArgumentException(Invariant($"The generator's input is {(int)input}; must be hidden or row."), nameof(input));
        if (slug.Length is 0 or > LongestSlug || slug.Any(c => !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
            throw new ArgumentException(Invariant($"The generator's slug must be 1 to {LongestSlug} small letters, digits and hyphens."), nameof(slug));
        for (int i = 0; i < immutables.Count; i++)
            if (immutables[i] < 0 || immutables[i] >= encoding.Features.Count || i > 0 && immutables[i] <= immutables[i - 1])
                throw new ArgumentException(Invariant($"The generator's immutables are not ascending numbers of {encoding.Features.Count} features."), nameof(immutables));
        (Network, Input, EncoderLayers, Slug, Options) = (network, input, encoderLayers, slug, options);
        this.immutables = [.. immutables];
        Encoding = encoding;
        packed = new(network, input == GeneratorInput.Row && encoding.IsSparse);
        var free = encoding.Features.Where((f, number) => f.IsOneHot && !this.immutables.Contains(number));
        groups = new(encoding.Width, [.. free.Select(f => (f.Offset, f.Width))]);
        if (this.immutables.Length == 0) return;
        copied = new float[encoding.Width];
        foreach (int f in this.immutables) copied.AsSpan(encoding.At(f).Offset, encoding.At(f).Width).Fill(1);
    }

    /// <summary>g itself.</summary>
    internal FeedForward Network { get; }

    /// <summary>What it reads.</summary>
    internal GeneratorInput Input { get; }

    /// <summary>The number, from 1, of the classifier's hidden layer that is z; 0 where it reads rows.</summary>
    internal int EncoderLayers { get; }

    /// <summary>Features copied from x, ascending.</summary>
    internal IReadOnlyList<int> Immutables => immutables;

    /// <summary>What it was trained as.</summary>
    internal string Slug { get; }

    /// <summary>The options of that training, as JSON.</summary>
    internal string Options { get; }

    /// <summary>Whether it reads a hidden layer of the classifier, numbered from 0, of so many.</summary>
    internal bool Reads(int layer, int of) => Input == GeneratorInput.Hidden && (layer == EncoderLayers - 1 || layer == of - 1);

    /// <summary>The classifier's encoding.</summary>
    internal Encoding Encoding { get; }

    /// <summary>The number of inputs a generator must have for a classifier.</summary>
    /// <param name="classifier">The sizes of its layers, inputs and output included.</param>
    /// <param name="input">What the generator reads.</param>
    /// <param name="encoderLayers">The number, from 1, of the hidden layer that is z; 0 for <see cref="GeneratorInput.Row"/>.</param>
    /// <exception cref="ArgumentException">The classifier has no such hidden layer.</exception>
    internal static int InputsFor(IReadOnlyList<int> classifier, GeneratorInput input, int encoderLayers)
    {
        int hidden = classifier.Count - 2, told = classifier[^1] > 1 ? classifier[^1] : 0;
        if (input == GeneratorInput.Row)
            return encoderLayers == 0 ? classifier[0] + told : throw new ArgumentException(Invariant($"A generator that reads rows has 0 encoder layers, not {encoderLayers}."), nameof(encoderLayers));
        return encoderLayers >= 1 && encoderLayers <= hidden
            ? classifier[encoderLayers] + classifier[hidden] + told
            : throw new ArgumentException(Invariant($"The generator's encoder layers are {encoderLayers}; the classifier has {hidden} hidden layers."), nameof(encoderLayers));
    }

    /// <summary>Throws unless the generator is one for a classifier.</summary>
    /// <exception cref="ArgumentException">It reads another number of columns.</exception>
    internal void RequireFits(FeedForward classifier)
    {
        int inputs = InputsFor([.. classifier.Sizes], Input, EncoderLayers);
        if (Network.Sizes[0] != inputs) throw new ArgumentException(Invariant($"The generator reads {Network.Sizes[0]} columns; the classifier gives it {inputs}."));
    }

    /// <summary>x' as training sees it, recorded.</summary>
    /// <param name="classifier">The classifier whose hidden layers it reads.</param>
    /// <param name="network">The generator's network, or an alias of it.</param>
    /// <param name="x">[m, width], encoded rows.</param>
    /// <param name="dropout">Draws the masks of both networks in training, the classifier's first; null for evaluation.</param>
    /// <param name="desired">[m, outputs]: 1 for the desired class; read where the classifier has several outputs.</param>
    /// <returns>What the network gives, and the same with softmax over each one-hot group and immutables as in x; [m, width] both.</returns>
    internal (Tensor Logits, Tensor Soft) Forward(FeedForward classifier, FeedForward network, Tensor x, Rng? dropout, Tensor? desired = null)
    {
        var input = x;
        if (Input == GeneratorInput.Hidden)
        {
            var (hidden, _) = classifier.ForwardAll(x, dropout);
            input = Tensor.ConcatCols(hidden[EncoderLayers - 1], hidden[^1]);
        }
        if (classifier.Sizes[^1] > 1) input = Tensor.ConcatCols(input, desired!);
        var logits = network.ForwardAll(input, dropout).Output;
        return (logits, Soften(logits, x));
    }

    /// <summary>What the network gives with softmax over each one-hot group that can change, and immutables as in x.</summary>
    /// <param name="logits">[m, width].</param>
    /// <param name="x">[m, width].</param>
    internal Tensor Soften(Tensor logits, Tensor x)
    {
        var soft = logits.GroupSoftmax(groups);
        if (copied is null) return soft;
        var keep = Tensor.From(1, copied.Length, copied).RepeatRows(x.Rows);
        return soft * (1f - keep) + x * keep;
    }

    /// <summary>The same generator, as its network's weights are now: those that it writes rows by were copied when it was made.</summary>
    internal RecourseGenerator WithPresentWeights() => new(Network, Input, EncoderLayers, Immutables, Slug, Options, Encoding);

    /// <summary>What the network gives, without history.</summary>
    /// <param name="inputs">[m, inputs]: what it reads.</param>
    /// <param name="written">m × width, all written.</param>
    internal void Write(Tensor inputs, Span<float> written) => packed.Run(inputs.Values, inputs.Rows, written);

    /// <summary>x' as people get it, before it is put into their action set: a 1 in the largest column of each one-hot group, the first of equals, and immutables as in x.</summary>
    /// <param name="classifier">The classifier whose hidden layers it reads.</param>
    /// <param name="x">[m, width], encoded rows.</param>
    /// <param name="desired">As in <see cref="Forward"/>.</param>
    /// <returns>[m, width], without history.</returns>
    internal Tensor Hard(FeedForward classifier, Tensor x, Tensor? desired = null)
    {
        using var off = Gradients.Off();
        var written = Forward(classifier, Network, x, null, desired).Logits.Keep();
        Harden(written.Values, x.Values);
        return written;
    }

    /// <summary>Turns what the network gives into rows that people could be: one category a feature, and immutables as in x.</summary>
    /// <param name="written">rows × width, changed in place.</param>
    /// <param name="x">rows × width.</param>
    internal void Harden(Span<float> written, ReadOnlySpan<float> x)
    {
        int width = Encoding.Width;
        for (int row = 0; row < written.Length; row += width)
        {
            var one = written.Slice(row, width);
            Encoding.TakeLargest(one);
            foreach (int f in immutables) x.Slice(row + Encoding.At(f).Offset, Encoding.At(f).Width).CopyTo(one[Encoding.At(f).Offset..]);
        }
    }

    /// <summary>What the generator reads of the rows of a pass.</summary>
    /// <param name="pass">The classifier's; not read where the generator reads rows.</param>
    /// <param name="x">count × width, encoded rows; not read where it reads hidden layers.</param>
    /// <param name="count">The number of rows.</param>
    /// <returns>[count, inputs], in the innermost open scope.</returns>
    internal Tensor InputsOf(ForwardPass pass, ReadOnlySpan<float> x, int count)
    {
        Span<int> places = count <= 1024 ? stackalloc int[count] : new int[count];
        for (int i = 0; i < count; i++) places[i] = i;
        return Input == GeneratorInput.Row ? Tensor.From(count, Encoding.Width, x) : InputsOf(pass, places);
    }

    /// <summary>What the generator reads of some rows of a pass, where it reads hidden layers.</summary>
    /// <param name="pass">The classifier's.</param>
    /// <param name="places">The rows' places in the pass.</param>
    /// <returns>[places, inputs], in the innermost open scope.</returns>
    internal Tensor InputsOf(ForwardPass pass, ReadOnlySpan<int> places)
    {
        using var off = Gradients.Off();
        return Tensor.ConcatCols(pass.Hidden(EncoderLayers - 1, places), pass.Hidden(pass.HiddenLayers - 1, places));
    }
}
