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
        var ranges = new ColumnRanges(schema, encoding, statistics);
        (Radius, Lowest, Highest) = (new float[Width], ranges.Lowest, ranges.Highest);
        for (int f = 0; f < schema.Features.Count; f++)
        {
            var at = encoding.Features[f];
            Radius.AsSpan(at.Offset, at.Width).Fill((float)ball.RadiusOf(schema.Features[f]));
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
}
