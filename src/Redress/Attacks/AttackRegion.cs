using Redress.Data;

namespace Redress.Attacks;

/// <summary>An <see cref="AttackBall"/> by encoded columns.</summary>
internal sealed class AttackRegion
{
    /// <param name="schema">The model's columns.</param>
    /// <param name="encoding">Its encoding.</param>
    /// <param name="statistics">Of its training rows.</param>
    /// <param name="ball">The ball; checked.</param>
    /// <exception cref="OptionsException">The ball contradicts itself or the schema.</exception>
    internal AttackRegion(Schema schema, Encoding encoding, TrainingStatistics statistics, AttackBall ball)
    {
        OptionsException.ThrowIfAny(ball.Problems().Concat(ball.Problems(schema)));
        (Epsilon, Norm, Width) = ((float)ball.Epsilon, ball.Norm, encoding.Width);
        (Radius, Lowest, Highest) = (new float[Width], new float[Width], new float[Width]);
        for (int f = 0; f < schema.Features.Count; f++)
        {
            var feature = schema.Features[f];
            var at = encoding.Features[f];
            var (low, high) = at.IsOneHot ? (0, 1) : RangeOf(feature, statistics.Distributions[f]);
            for (int c = at.Offset; c < at.Offset + at.Width; c++)
                (Radius[c], Lowest[c], Highest[c]) = ((float)ball.RadiusOf(feature), (float)((low - at.Shift) / at.Scale), (float)((high - at.Shift) / at.Scale));
        }
        Columns = [.. Enumerable.Range(0, Width).Where(c => Radius[c] > 0)];
    }

    /// <summary>ε.</summary>
    internal float Epsilon { get; }

    internal AttackNorm Norm { get; }

    /// <summary>Columns of an encoded row.</summary>
    internal int Width { get; }

    /// <summary>The columns that may move.</summary>
    internal int[] Columns { get; }

    /// <summary>r of each column, 0 where it stays.</summary>
    internal float[] Radius { get; }

    /// <summary>The lowest valid value of each column.</summary>
    internal float[] Lowest { get; }

    /// <summary>The highest valid value of each column.</summary>
    internal float[] Highest { get; }

    private static (double Low, double High) RangeOf(Feature feature, EmpiricalDistribution training) => feature.IsNamed
        ? (0, feature.Values.Count - 1)
        : (feature.Minimum ?? training.Minimum, feature.Maximum ?? training.Maximum);
}
