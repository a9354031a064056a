using System.CommandLine;
using System.Globalization;
using Redress.Attacks;
using Redress.Generative;
using Redress.Training;

namespace Redress.Cli;

/// <summary>The options that describe a generator of recourse trained with its model, and the data shift that it is to survive.</summary>
internal sealed class GeneratorSwitches
{
    private readonly Option<int> encoder = new("--encoder-layers") { Description = "Hidden layers that are the encoder, whose last one the generator reads.", DefaultValueFactory = _ => 2 };
    private readonly Option<string> generator = new("--generator") { Description = "Units of each hidden layer of the generator, such as 50,50.", DefaultValueFactory = _ => "50,50" };
    private readonly Option<string> prediction = new("--prediction-weight") { Description = "Weight of the prediction's squared error (λ1).", DefaultValueFactory = _ => "1" };
    private readonly Option<string> validity = new("--validity-weight") { Description = "Weight of the recourse's validity (λ2).", DefaultValueFactory = _ => "0.2" };
    private readonly Option<string> proximity = new("--proximity-weight") { Description = "Weight of its nearness (λ3).", DefaultValueFactory = _ => "0.1" };
    private readonly Option<bool> beyond = new("--beyond-range") { Description = "Judge rows in training as generated, numbers beyond their range too, as the authors do; people get them within it." };
    private readonly Option<string> epsilon = new("--shift-epsilon") { Description = "Radius of the data shift, in encoded units.", DefaultValueFactory = _ => "0.1" };
    private readonly Option<int> steps = new("--shift-steps") { Description = "Steps of its attack (T).", DefaultValueFactory = _ => 7 };
    private readonly Option<int> unrolled = new("--shift-unrolled") { Description = "Training steps that each step of the attack looks through (K).", DefaultValueFactory = _ => 2 };
    private readonly Option<string> rate = new("--shift-learning-rate") { Description = "Step size of those training steps (η).", DefaultValueFactory = _ => "0.03" };
    private readonly Option<string> norm = new("--shift-norm") { Description = "The norm of a row's shift: linf or l2.", DefaultValueFactory = _ => "linf" };
    private readonly Option<string> training = new("--shift-training") { Description = "The training steps: adam, or gradient as the paper prints them.", DefaultValueFactory = _ => "adam" };
    private readonly Option<string> choice = new("--shift-choice") { Description = "adversarial, or random: shifts drawn rather than searched for.", DefaultValueFactory = _ => "adversarial" };
    private readonly Option<string> features = new("--shift-features") { Description = "What moves: numbers, or all features.", DefaultValueFactory = _ => "numbers" };
    private readonly Option<bool> constant = new("--shift-constant") { Description = "The whole radius from the first epoch on, in place of one that grows with the epochs." };
    private readonly Option<bool> soften = new("--shift-soften") { Description = "The training steps see each category as a softmax of its columns, as the authors' code has it." };

    private IEnumerable<Option> OfShift => [epsilon, steps, unrolled, rate, norm, training, choice, features, constant, soften];

    /// <summary>All of them.</summary>
    internal IEnumerable<Option> All => [encoder, generator, prediction, validity, proximity, beyond, .. OfShift];

    internal void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>Refuses what an objective does not read.</summary>
    internal void RefuseIgnored(ParseResult parsed, string goal, Refusals refusals)
    {
        if (goal == "rocoursenet") return;
        if (OfShift.FirstOrDefault(parsed.IsGiven) is { } shift) refusals.AddIf(true, $"{shift.Name} describes a data shift; it goes with --objective rocoursenet.");
        else if (goal != "counternet" && All.FirstOrDefault(parsed.IsGiven) is { } option) refusals.AddIf(true, $"{option.Name} describes a generator of recourse; it goes with --objective counternet or rocoursenet.");
    }

    /// <summary>What they say, still to be checked; what cannot be read goes to the refusals.</summary>
    internal CounterNetOptions Read(ParseResult parsed, bool robust, Refusals refusals)
    {
        double Number(Option<string> option) => refusals.Try(() => SharedOptions.Number(option.Name, parsed.GetValue(option)!), 1);
        T Named<T>(Option<string> option) where T : struct, Enum => refusals.Try(() => SharedOptions.Named<T>(option.Name, parsed.GetValue(option)!), default);
        int[] units = refusals.Try(() => Sizes(parsed.GetValue(generator)!), [1]);
        var shift = !robust ? null : new DataShiftOptions(
            refusals.Try(() => SharedOptions.Fraction(epsilon.Name, parsed.GetValue(epsilon)!), 0), parsed.GetValue(steps), parsed.GetValue(unrolled), refusals.Try(() => SharedOptions.Single(rate.Name, parsed.GetValue(rate)!), 1f),
            Named<AttackNorm>(norm), Named<VirtualTraining>(training), Named<ShiftChoice>(choice), Named<AttackedFeatures>(features), parsed.GetValue(soften));
        var options = new CounterNetOptions(parsed.GetValue(encoder), units, Number(prediction), new GeneratorObjective(Number(validity), Number(proximity), shift, !parsed.GetValue(constant), !parsed.GetValue(beyond)));
        refusals.Try(() => OptionsException.ThrowIfAny(options.Problems()));
        return options;
    }

    private int[] Sizes(string layers) =>
        [.. layers.Split(',').Select(s => int.TryParse(s.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : throw new OptionsException($"{generator.Name} is '{layers}'; write sizes such as 50,50."))];
}
