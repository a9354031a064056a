using Redress.Data;

namespace Redress.Metrics;

/// <summary>Noise on what people can change: N(0, 0.1²) in standard deviations of each actionable number (Ross, Lakkaraju and Bastani 2021, table 3).</summary>
/// <remarks>Whole-step features get fractional noise as well: the question is how near the border a row lies. Categories stay. Each person has their own stream.</remarks>
internal static class ActionNoise
{
    internal const double StandardDeviation = 0.1;

    /// <summary>Scores rows after noise.</summary>
    /// <param name="evaluation">The model, people and action set.</param>
    /// <param name="rows">Positions of people, and the rows to disturb, raw.</param>
    /// <param name="stream">Names the stream, so that metrics draw apart.</param>
    internal static double[] Scores(Evaluation evaluation, IReadOnlyList<(int Row, double[] Values)> rows, string stream)
    {
        var (schema, statistics) = (evaluation.Actions.Schema, evaluation.Actions.Statistics);
        var values = new double[rows.Count * schema.Features.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            var rng = evaluation.Rng.Split(stream).Split(evaluation.People.StreamKey(rows[i].Row));
            var noisy = values.AsSpan(i * schema.Features.Count, schema.Features.Count);
            rows[i].Values.CopyTo(noisy);
            for (int f = 0; f < noisy.Length; f++)
                if (schema.Features[f] is { IsActionable: true, IsNamed: false }) noisy[f] += StandardDeviation * statistics.StandardDeviation[f] * rng.NextGaussian();
        }
        return Models.Scores.Favourable(evaluation.Model, new Table(evaluation.Model.Schema, values), evaluation.Cancel);
    }
}
