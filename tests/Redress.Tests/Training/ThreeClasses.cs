using Redress.Attacks;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Tests.Training;

/// <summary>People of three grades, by the nearest of three places in income and debt; job moves the places and where they were born says nothing.</summary>
internal static class ThreeClasses
{
    internal static readonly TrainingSettings Settings = new(
        [24, 12, 12], Activation.LeakyRelu, 0, 0.01f, BatchSize: 64, Epochs: 40, ClassWeights: false, Threshold: new(0.5), Encoding: new(NumberScaling.MinMax), MicroBatch: 32, Best: BestEpoch.Last);

    internal static readonly CounterNetOptions Plain = new(2, [24], Recourse: new(1, 0.02)), Robust = new(2, [24], Recourse: new(1, 0.02, new(0.05, LearningRate: 0.03f, Training: VirtualTraining.Adam)));

    private static readonly (double Income, double Debt)[] Places = [(0.2, 0.2), (0.8, 0.25), (0.5, 0.8)];

    internal static readonly Feature[] Features =
        [Feature.Numeric("income", Change.Any), Feature.Numeric("debt", Change.Any), Feature.Categorical("job", ["a", "b", "c"], Change.Any), Feature.Categorical("born", ["here", "there"])];

    internal static readonly Schema Schema = new(Features, "grade", "high", classes: ["low", "high", "mid"]);

    internal static Table Rows(int count, ulong seed, Schema? schema = null)
    {
        var rng = new Rng(seed);
        var (values, classes) = (new double[count * 4], new int[count]);
        for (int i = 0; i < count; i++)
        {
            double income = rng.NextDouble(), debt = rng.NextDouble();
            int job = rng.NextInt(3);
            new[] { income, debt, job, rng.NextInt(2) }.CopyTo(values, i * 4);
            double moved = income + (job == 0 ? 0.1 : -0.05) + 0.03 * rng.NextGaussian();
            classes[i] = Enumerable.Range(0, 3).MinBy(c => Math.Pow(moved - Places[c].Income, 2) + Math.Pow(debt - Places[c].Debt, 2));
        }
        return new(schema ?? Schema, values, classes: classes);
    }

    internal static TrainingData Data(int rows = 600) => TrainingData.Of(Rows(rows, 11), new(0.7, 0.3, 0, 0), new Rng(2));

    private static readonly Lazy<MulticlassModel> Once = new(() => Trainer.Multiclass(Data(), Settings, Plain, 3));

    /// <summary>Trained once for all tests.</summary>
    internal static MulticlassModel Model => Once.Value;
}
