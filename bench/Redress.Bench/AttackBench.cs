using System.Diagnostics;
using System.Globalization;
using Redress.Attacks;
using Redress.Data;
using Redress.Data.Catalog;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Bench;

/// <summary>Hardy et al.'s image network (section 3.1) on Fashion-MNIST's T-shirts and trousers: reading, natural and adversarial training, and the attack, one core unless said.</summary>
internal static class AttackBench
{
    private static readonly double[] Radii = [8.0 / 255, 16.0 / 255];

    /// <param name="epochs">Epochs to train; 40 as in the paper.</param>
    public static int Run(int epochs)
    {
        string? folder = Environment.GetEnvironmentVariable("REDRESS_DATA");
        if (string.IsNullOrEmpty(folder))
        {
            Console.Error.WriteLine("Set REDRESS_DATA to the folder of known data sets; these cases run on fashion-mnist.");
            return 2;
        }
        var (train, test) = Timed("fashion-mnist, reading 12,000 and 2,000 images", () => DataSetCatalog.Get("fashion-mnist").Load(folder));
        var data = new TrainingData(train, test!);
        var settings = TrainingSettings.ImageNetwork with { Epochs = epochs };
        string title = Invariant($"image network, {epochs} epochs");
        var natural = Timed($"{title}, natural", () => Trainer.Standard(data, settings, 1, new(1)));
        Show("natural", natural, test!);
        foreach (var (name, options) in new[] { ("half of each batch attacked", new AdversarialOptions(new(8.0 / 255), Share: 0.5)), ("all rows attacked", new(new(8.0 / 255))) })
        {
            var model = Timed($"{title}, {name}, PGD of {AdversarialOptions.DefaultSteps} steps", () => Trainer.Adversarial(data, settings, options, 1, new(1)));
            Show(name, model, test!);
            Timed($"{title}, {name}, two cores", () => Trainer.Adversarial(data, settings, options, 1, new(2)));
        }
        return 0;
    }

    private static void Show(string name, NetworkModel model, Table test)
    {
        var curve = Timed($"{name}: PGD of 10 steps on 2,000 images at two radii", () => SusceptibilityCurve.Measure(model, test, new Pgd(), new(), Radii, new Rng(1), new(1)));
        Print($"{name}: test accuracy", (double)curve[0].Correct / curve[0].People, "share");
        Print($"{name}: susceptible at 8/255", curve[0].Susceptibility, "share");
        Print($"{name}: susceptible at 16/255", curve[1].Susceptibility, "share");
    }

    private static T Timed<T>(string name, Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        var result = work();
        Print(name, Stopwatch.GetElapsedTime(start).TotalSeconds, "s");
        return result;
    }

    private static void Print(string name, double value, string unit) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value:0.####}\t{unit}"));
}
