using System.Text.Json;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Studies.Garg2025;

/// <summary>Everything that the paper names or leaves open and that a figure of this study hangs on, in one place.</summary>
/// <param name="Repeats">Independent repeats: gold labels, the classifier, what methods learn, the people who ask.</param>
/// <param name="People">Test people at most; the paper's figures are of the first <see cref="Published"/>.</param>
/// <param name="Layers">Layers of encoder and of decoder in the tables.</param>
/// <param name="LayerCounts">The same, for the table of layers.</param>
/// <param name="Epochs">GenRe's at most.</param>
/// <param name="AutoencoderEpochs">Those of the autoencoder that C-CHVAE and REVISE share.</param>
/// <param name="Lambdas">λ of figure 4 and table 12.</param>
/// <param name="Fractions">Fractions of the training rows of table 13.</param>
internal sealed record GargChoices(
    int Repeats, int People, int Layers, IReadOnlyList<int> LayerCounts, int Epochs, int AutoencoderEpochs, IReadOnlyList<double> Lambdas, IReadOnlyList<double> Fractions)
{
    /// <summary>All of it, as text: what a part's figures hang on.</summary>
    internal string Key(string set) => Invariant($"{Repeats} {People} {Layers} {Epochs} {AutoencoderEpochs}\n{Listed(LayerCounts.Select(l => (double)l))}\n{Listed(Lambdas)}\n{Listed(Fractions)}\n{Listed(Temperatures)}\n{Listed(Sigmas)}\n{JsonSerializer.Serialize(GenRe(set), OptionsJson.Default.GenReOptions)}");

    private static string Listed(IEnumerable<double> numbers) => string.Join(' ', numbers.Select(n => Invariant($"{n}")));

    /// <summary>The full study.</summary>
    internal static GargChoices Full { get; } = new(Repeats: 3, People: 1000, Layers: 2, LayerCounts: [1, 2, 4], Epochs: 40, AutoencoderEpochs: 10, Lambdas: [0.5, 1, 2.5, 5, 10], Fractions: [0.1, 0.25, 0.5]);

    /// <summary>The short form.</summary>
    internal static GargChoices Quick { get; } = new(Repeats: 1, People: 200, Layers: 4, LayerCounts: [], Epochs: 15, AutoencoderEpochs: 3, Lambdas: [1, 5], Fractions: []);

    /// <summary>Test people of the paper's tables.</summary>
    internal const int Published = 200;

    /// <summary>The paper's layers, run on its largest set alone and once.</summary>
    internal const int PaperLayers = 16;

    /// <summary>λ of the paper's tables.</summary>
    internal const double Lambda = 5;

    /// <summary>τ and σ of table 11. The paper adds σ to values from 0 to 1; here it is in widths of a bin, of which 50 of one width would make that range.</summary>
    internal static readonly double[] Temperatures = [5, 10, 15], Sigmas = [2e-7, 2e-6, 2e-5, 2e-4, 2e-3, 2e-2];

    /// <summary>The bins that make a range.</summary>
    internal const double BinsInRange = 50;

    /// <summary>h (section 5.1): 10-10-10 ReLU units, Adam's step 0.001, 100 epochs of batches of 64. Of the training rows a tenth is set aside, and chooses nothing.</summary>
    internal static TrainingSettings Classifier { get; } = new(
        [10, 10, 10], Activation.Relu, Dropout: 0, LearningRate: 0.001f, BatchSize: 64, Epochs: 100, ClassWeights: false, Threshold: new(0.5),
        Encoding: new(NumberScaling.MinMax, CategoryCoding.Ordinal), Best: BestEpoch.Last);

    /// <summary>The share of the training rows that fit h.</summary>
    internal const double Fitted = 0.9;

    /// <summary>
    /// GenRe in the tables; deep ones take smaller steps, at which they do not diverge. Bins and γ are what reached the paper's Score on each set: bins of one width
    /// on HELOC, all of whose columns are numbers, and a γ above the published 0.7 on the others.
    /// </summary>
    internal GenReOptions GenRe(string set, double lambda = Lambda, int? layers = null)
    {
        int each = layers ?? Layers;
        bool heloc = set == "heloc-carla";
        return new(Lambda: lambda, Confidence: heloc ? 0.7 : 0.75, Binning: heloc ? Binning.EqualWidth : Binning.Quantile, EncoderLayers: each, DecoderLayers: each, Epochs: Epochs, LearningRate: each > 4 ? 0.001 : 0.003);
    }
}
