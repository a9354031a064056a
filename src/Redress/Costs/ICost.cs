using Redress.Data;

namespace Redress.Costs;

/// <summary>How the parts of a cost are joined.</summary>
public enum CostJoin
{
    /// <summary>Added.</summary>
    Sum,

    /// <summary>The largest counts.</summary>
    Maximum,

    /// <summary>The root of the sum of squares.</summary>
    Euclidean,
}

/// <summary>The size of an action: a part for every changed feature, joined. Lower is better; 0 where nothing changes.</summary>
public interface ICost
{
    /// <summary>The name in commands and files.</summary>
    string Slug { get; }

    /// <summary>One line: what it measures, and its unit.</summary>
    string Title { get; }

    /// <summary>How parts are joined.</summary>
    CostJoin Join { get; }

    /// <summary>The part of one feature, its cost weight included; 0 or more.</summary>
    /// <param name="schema">Names the feature's kind and weight.</param>
    /// <param name="statistics">Gives units their size.</param>
    /// <param name="feature">The feature's index.</param>
    /// <param name="from">Its present value, raw.</param>
    /// <param name="to">Its value after the action, raw.</param>
    double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to);
}

/// <summary>Joins the parts of a cost over a whole row.</summary>
public static class CostOfAction
{
    /// <summary>The cost of an action. A feature that follows another (same_as) is no second change and costs nothing.</summary>
    /// <param name="cost">The measure.</param>
    /// <param name="schema">The schema of both rows.</param>
    /// <param name="statistics">The statistics of the training rows.</param>
    /// <param name="from">The present row, raw.</param>
    /// <param name="to">The row after the action, raw.</param>
    public static double Of(this ICost cost, Schema schema, TrainingStatistics statistics, ReadOnlySpan<double> from, ReadOnlySpan<double> to)
    {
        double sum = 0, largest = 0, squares = 0;
        for (int f = 0; f < from.Length; f++)
        {
            if (from[f] == to[f] || schema.Leaders[f] >= 0) continue;
            double part = cost.Part(schema, statistics, f, from[f], to[f]);
            sum += part;
            squares += part * part;
            largest = Math.Max(largest, part);
        }
        return cost.Join switch { CostJoin.Sum => sum, CostJoin.Maximum => largest, _ => Math.Sqrt(squares) };
    }
}
