using System.CommandLine;
using Redress.Data;
using Redress.Training;

namespace Redress.Cli;

/// <summary>What <c>train</c> makes, and the options that describe a random forest.</summary>
internal sealed class ForestSwitches
{
    private readonly Option<string> kind = new("--model") { Description = "network, or forest: a random forest, which gives probabilities and no gradients.", DefaultValueFactory = _ => "network" };
    private readonly Option<int> trees = new("--trees") { Description = "Trees of the forest, of each fold's where it is calibrated.", DefaultValueFactory = _ => 100 };
    private readonly Option<int> depth = new("--max-depth") { Description = "The most questions from a tree's root to a leaf; 0 for no limit." };
    private readonly Option<int> leaf = new("--min-leaf") { Description = "The fewest training rows in a leaf.", DefaultValueFactory = _ => 1 };
    private readonly Option<int> columns = new("--split-columns") { Description = "Encoded columns drawn for each split; 0 for the square root of their number." };
    private readonly Option<string> weights = new("--weights") { Description = "balanced: both outcomes weigh the same in all; or equal.", DefaultValueFactory = _ => "balanced" };
    private readonly Option<string> calibrate = new("--calibrate") { Description = "How the forest's probabilities are calibrated: none, isotonic or sigmoid.", DefaultValueFactory = _ => "none" };
    private readonly Option<int> folds = new("--folds") { Description = "The parts that the training rows are cut into to calibrate: each calibrates a forest fitted on the others.", DefaultValueFactory = _ => 5 };

    private IEnumerable<Option> OfForest => [trees, depth, leaf, columns, weights, calibrate, folds];

    internal void AddTo(Command command)
    {
        foreach (var option in OfForest.Prepend(kind)) command.Add(option);
    }

    /// <summary>True where a forest is asked for.</summary>
    internal bool IsAsked(ParseResult parsed) => parsed.GetValue(kind) == "forest";

    /// <summary>Refuses what the kind of model does not read.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ofNetworks">The options that describe networks.</param>
    /// <param name="refusals">What is wrong.</param>
    internal void RefuseIgnored(ParseResult parsed, IEnumerable<Option> ofNetworks, Refusals refusals)
    {
        string asked = parsed.GetValue(kind)!;
        refusals.AddIf(asked is not ("network" or "forest"), $"--model is '{asked}'; must be network or forest.");
        if (IsAsked(parsed))
        {
            foreach (var option in ofNetworks.Where(parsed.IsGiven)) refusals.AddIf(true, $"{option.Name} describes a network; it does not go with --model forest.");
            refusals.AddIf(parsed.GetValue(calibrate) == "none" && parsed.IsGiven(folds), "--folds are for calibration; they go with --calibrate isotonic or sigmoid.");
        }
        else foreach (var option in OfForest.Where(parsed.IsGiven)) refusals.AddIf(true, $"{option.Name} describes a forest; it goes with --model forest.");
    }

    /// <summary>What they say; what is wrong with it goes to the refusals.</summary>
    internal ForestOptions Read(ParseResult parsed, ThresholdRule threshold, EncodingOptions encoding, Refusals refusals)
    {
        string weighs = parsed.GetValue(weights)!;
        refusals.AddIf(weighs is not ("balanced" or "equal"), $"--weights is '{weighs}'; must be balanced or equal.");
        var options = new ForestOptions(parsed.GetValue(trees), parsed.GetValue(depth), parsed.GetValue(leaf), MaxFeatures: parsed.GetValue(columns), Balanced: weighs == "balanced",
            Calibration: refusals.Try(() => SharedOptions.Named<Calibration>(calibrate.Name, parsed.GetValue(calibrate)!), default), Folds: parsed.GetValue(folds), Threshold: threshold, Encoding: encoding);
        refusals.Try(() => OptionsException.ThrowIfAny(options.Problems()));
        return options;
    }
}
