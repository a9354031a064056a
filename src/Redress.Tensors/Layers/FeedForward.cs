using static System.FormattableString;

namespace Redress.Tensors.Layers;

/// <summary>
/// A fully connected network: affine layers with an activation (and, in training, dropout) between them, each layer its own or all the same; the last
/// layer's sums are the output, without activation.
/// </summary>
public sealed class FeedForward
{
    private readonly int[] sizes;
    private readonly Tensor[] parameters;
    private readonly Activation[] activations;
    private readonly Dropout dropout;

    /// <summary>A network with initial values as PyTorch's Linear has them.</summary>
    /// <param name="sizes">Columns of the input, of each hidden layer, and of the output: two or more numbers, each 1 or more.</param>
    /// <param name="activation">Between layers.</param>
    /// <param name="dropout">Probability of a 0 after each hidden activation in training, in [0, 1).</param>
    /// <param name="rng">Draws the initial values.</param>
    /// <exception cref="ArgumentException">Fewer than two sizes, or one less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dropout is outside [0, 1).</exception>
    public FeedForward(ReadOnlySpan<int> sizes, Activation activation, float dropout, Rng rng)
        : this(CheckedSizes(sizes), Initial(sizes, rng), Everywhere(activation, sizes.Length - 2), activation, new Dropout(dropout)) { }

    /// <summary>The same with an activation for each hidden layer, such as linear bottlenecks between wide layers.</summary>
    /// <param name="sizes">As in the other constructor.</param>
    /// <param name="activations">One for each hidden layer: two fewer than the sizes.</param>
    /// <param name="dropout">As in the other constructor.</param>
    /// <param name="rng">Draws the initial values, the same as for one activation.</param>
    /// <exception cref="ArgumentException">As in the other constructor, or the number of activations is another.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dropout is outside [0, 1).</exception>
    public FeedForward(ReadOnlySpan<int> sizes, ReadOnlySpan<Activation> activations, float dropout, Rng rng)
        : this(CheckedSizes(sizes), Initial(sizes, rng), Checked(activations, sizes), First(activations), new Dropout(dropout)) { }

    private FeedForward(int[] sizes, Tensor[] parameters, Activation[] activations, Activation activation, Dropout dropout)
    {
        (this.sizes, this.parameters, this.activations, this.dropout) = (sizes, parameters, activations, dropout);
        Activation = activation;
    }

    /// <summary>Columns of the input, of each hidden layer, and of the output.</summary>
    public IReadOnlyList<int> Sizes => sizes;

    /// <summary>The activation between layers; where they differ, the first.</summary>
    public Activation Activation { get; }

    /// <summary>The activation of each hidden layer.</summary>
    public ReadOnlySpan<Activation> Activations => activations;

    /// <summary>True where the network is linear between kinks: the gradient of its outputs is then constant almost everywhere.</summary>
    public bool IsPiecewiseLinear => activations.All(a => a is Activation.Identity or Activation.Relu or Activation.LeakyRelu);

    /// <summary>Probability of a 0 after each hidden activation in training.</summary>
    public float DropoutProbability => dropout.Probability;

    /// <summary>Weight [in,out] and bias [1,out] of each layer in turn.</summary>
    public Tensor[] Parameters => parameters;

    /// <summary>A network with the given values, copied.</summary>
    /// <param name="sizes">As in the constructor.</param>
    /// <param name="activation">Between layers.</param>
    /// <param name="dropout">As in the constructor.</param>
    /// <param name="weights">One array a layer, [in,out] row-major.</param>
    /// <param name="biases">One array a layer, [out].</param>
    /// <exception cref="ArgumentException">The arrays do not fit the sizes.</exception>
    public static FeedForward FromValues(ReadOnlySpan<int> sizes, Activation activation, float dropout, IReadOnlyList<float[]> weights, IReadOnlyList<float[]> biases) =>
        new(CheckedSizes(sizes), Given(sizes, weights, biases), Everywhere(activation, sizes.Length - 2), activation, new Dropout(dropout));

    /// <summary>The same with an activation for each hidden layer.</summary>
    /// <exception cref="ArgumentException">The arrays or the activations do not fit the sizes.</exception>
    public static FeedForward FromValues(ReadOnlySpan<int> sizes, ReadOnlySpan<Activation> activations, float dropout, IReadOnlyList<float[]> weights, IReadOnlyList<float[]> biases) =>
        new(CheckedSizes(sizes), Given(sizes, weights, biases), Checked(activations, sizes), First(activations), new Dropout(dropout));

    private static Tensor[] Given(ReadOnlySpan<int> sizes, IReadOnlyList<float[]> weights, IReadOnlyList<float[]> biases)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        int layers = sizes.Length - 1;
        if (weights.Count != layers || biases.Count != layers)
            throw new ArgumentException(Invariant($"A network of {sizes.Length} sizes has {layers} layers; {weights.Count} weights and {biases.Count} biases were given."));
        var parameters = new Tensor[2 * layers];
        for (int i = 0; i < layers; i++)
        {
            parameters[2 * i] = Tensor.Parameter(sizes[i], sizes[i + 1], weights[i]);
            parameters[2 * i + 1] = Tensor.Parameter(1, sizes[i + 1], biases[i]);
        }
        return parameters;
    }

    /// <summary>Evaluation: [m,in] to [m,out], without dropout.</summary>
    /// <exception cref="ArgumentException">The rows do not have the input's columns.</exception>
    public Tensor Forward(Tensor rows) => Forward(rows, parameters, activations, default);

    /// <summary>Training: [m,in] to [m,out], with dropout after each hidden activation.</summary>
    /// <param name="rows">[m,in].</param>
    /// <param name="dropout">
    /// Draws the masks; advances by one number, or not at all where the probability is 0. Each layer splits its own stream off, so that row i is masked alike whatever the
    /// number of rows.
    /// </param>
    /// <exception cref="ArgumentException">The rows do not have the input's columns.</exception>
    public Tensor Forward(Tensor rows, Rng dropout)
    {
        ArgumentNullException.ThrowIfNull(dropout);
        return ForwardAll(rows, dropout).Output;
    }

    /// <summary>The same, with what each hidden layer hands on.</summary>
    /// <param name="rows">[m,in].</param>
    /// <param name="dropout">As in <see cref="Forward(Tensor, Rng)"/>; null for evaluation.</param>
    /// <returns>Each hidden layer's activations, after dropout in training, and the output [m,out].</returns>
    /// <exception cref="ArgumentException">The rows do not have the input's columns.</exception>
    public (Tensor[] Hidden, Tensor Output) ForwardAll(Tensor rows, Rng? dropout)
    {
        var masks = dropout is null || DropoutProbability == 0f ? null : new Rng(dropout.NextUInt64());
        var hidden = new Tensor[activations.Length];
        var x = rows;
        for (int i = 0; i < hidden.Length; i++)
        {
            x = Tensor.Affine(x, parameters[2 * i], parameters[2 * i + 1], activations[i]);
            hidden[i] = x = masks is null ? x : this.dropout.Forward(x, masks.Split((ulong)i));
        }
        return (hidden, Tensor.Affine(x, parameters[^2], parameters[^1]));
    }

    /// <summary>The same network with other parameters, for example some computed by unrolled training steps.</summary>
    /// <param name="rows">[m,in].</param>
    /// <param name="parameters">Weight [in,out] and bias [1,out] of each layer in turn.</param>
    /// <param name="activation">Between layers.</param>
    /// <returns>[m,out].</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or the number of parameters is odd or 0.</exception>
    public static Tensor Forward(Tensor rows, ReadOnlySpan<Tensor> parameters, Activation activation) => Forward(rows, parameters, default, activation);

    /// <summary>This network with other parameters: [m,in] to [m,out], without dropout.</summary>
    internal Tensor Forward(Tensor rows, ReadOnlySpan<Tensor> parameters) => Forward(rows, parameters, activations, default);

    /// <summary>The same for rows whose zeros are not stored.</summary>
    /// <param name="rows">The rows' ones.</param>
    /// <param name="numbers">Their numbers, in place of the rows' own.</param>
    /// <param name="parameters">Weight and bias of each layer in turn.</param>
    internal Tensor Forward(OneHotRows rows, Tensor numbers, ReadOnlySpan<Tensor> parameters)
    {
        bool isLinear = parameters.Length == 2;
        var first = Tensor.Affine(rows, numbers, parameters[0], parameters[1], isLinear ? Activation.Identity : activations[0]);
        return isLinear ? first : Forward(first, parameters[2..], activations.AsSpan(1), default);
    }

    /// <summary>Each layer with its own activation, or all with one where none are listed.</summary>
    private static Tensor Forward(Tensor rows, ReadOnlySpan<Tensor> parameters, ReadOnlySpan<Activation> each, Activation all)
    {
        if (parameters.IsEmpty || parameters.Length % 2 != 0) throw new ArgumentException($"A network has a weight and a bias for each layer; {parameters.Length} parameters were given.", nameof(parameters));
        var x = rows;
        for (int i = 0; i + 2 < parameters.Length; i += 2) x = Tensor.Affine(x, parameters[i], parameters[i + 1], each.IsEmpty ? all : each[i / 2]);
        return Tensor.Affine(x, parameters[^2], parameters[^1]);
    }

    /// <summary>The same network over the same storage, with parameters of its own for differentiation by another thread.</summary>
    /// <param name="tracked">Whether to differentiate by its parameters.</param>
    public FeedForward Alias(bool tracked) => new(sizes, Array.ConvertAll(parameters, p => p.Alias(tracked)), activations, Activation, dropout);

    /// <summary>Takes the parameters' values from a network of the same sizes.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public void CopyFrom(FeedForward source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!sizes.AsSpan().SequenceEqual(source.sizes))
            throw new ArgumentException($"Networks of different sizes: {string.Join('-', sizes)} cannot take the values of {string.Join('-', source.sizes)}.", nameof(source));
        for (int i = 0; i < parameters.Length; i++) parameters[i].WriteFrom(source.parameters[i].Values);
    }

    private static int[] CheckedSizes(ReadOnlySpan<int> sizes)
    {
        if (sizes.Length < 2 || sizes.ContainsAnyExceptInRange(1, int.MaxValue))
            throw new ArgumentException($"A network has two or more sizes, each 1 or more; these are {string.Join('-', sizes.ToArray())}.", nameof(sizes));
        return sizes.ToArray();
    }

    private static Activation[] Checked(ReadOnlySpan<Activation> activations, ReadOnlySpan<int> sizes) => activations.Length == sizes.Length - 2
        ? activations.ToArray()
        : throw new ArgumentException(Invariant($"A network of {sizes.Length} sizes has {sizes.Length - 2} hidden layers; {activations.Length} activations were given."), nameof(activations));

    private static Activation[] Everywhere(Activation activation, int layers)
    {
        var all = new Activation[layers];
        Array.Fill(all, activation);
        return all;
    }

    private static Activation First(ReadOnlySpan<Activation> activations) => activations.IsEmpty ? Activation.Identity : activations[0];

    private static Tensor[] Initial(ReadOnlySpan<int> sizes, Rng rng)
    {
        var parameters = new Tensor[2 * (sizes.Length - 1)];
        for (int i = 0; i + 1 < sizes.Length; i++)
        {
            var layer = new Affine(sizes[i], sizes[i + 1], rng);
            (parameters[2 * i], parameters[2 * i + 1]) = (layer.Weight, layer.Bias);
        }
        return parameters;
    }
}
