using FsCheck;
using FsCheck.Fluent;
using Redress.Guarantees;
using Redress.Tensors;

namespace Redress.Tests.Guarantees;

/// <summary>Random instances of the theorems: numbers of many magnitudes, so that limits are tried at both ends.</summary>
internal sealed class RandomCase(int seed)
{
    private readonly Rng rng = new((ulong)seed);

    internal static void ForAll(Action<RandomCase> property) =>
        Prop.ForAll(Gen.Choose(1, 1_000_000).ToArbitrary(), seed => property(new(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_230, 7).WithQuietOnSuccess(true));

    internal int Whole(int from, int to) => from + rng.NextInt(to - from + 1);

    internal double Within(double from, double to) => from + (to - from) * rng.NextDouble();

    /// <summary>A positive number from 0.01 to 100, each magnitude as likely.</summary>
    internal double Positive() => Math.Pow(10, Within(-2, 2));

    internal double[] Vector(int size, double scale = 1) => [.. Enumerable.Range(0, size).Select(_ => scale * rng.NextGaussian())];

    internal LocalModel Model(int size) => new(Positive() * rng.NextGaussian(), Vector(size, Positive()));

    /// <summary>A model near another one, as near as the draw has it.</summary>
    internal LocalModel Near(LocalModel model)
    {
        double step = Positive() / 100;
        return new(model.Score + step * rng.NextGaussian(), [.. model.Weights.Select(w => w + step * rng.NextGaussian())]);
    }
}
