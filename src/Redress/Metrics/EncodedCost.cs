namespace Redress.Metrics;

/// <summary>A norm of the encoded difference.</summary>
public enum EncodedNorm
{
    /// <summary>Σ |x' - x|.</summary>
    L1,

    /// <summary>√Σ (x' - x)².</summary>
    L2,

    /// <summary>max |x' - x|.</summary>
    LInf,
}

/// <summary>
/// The mean distance ‖x' - x‖ of the recourses found, in encoded units: what papers call cost (Krishna et al. 2023, section 4.1) or distance travelled
/// (Hardy et al. 2022, section 3.3), and by L1 proximity (Guo et al. 2023, section 4). Lower is better; people without recourse are not in it.
/// </summary>
/// <remarks>It is over the model's input columns: a changed category of a one-hot group moves two of them by 1, and a column that follows another counts.
/// The metrics cost-l1 and the like are over features, in standard deviations.</remarks>
/// <param name="norm">The norm.</param>
public sealed class EncodedCost(EncodedNorm norm) : IMetric
{
    /// <inheritdoc/>
    public MetricInfo Info { get; } = new($"encoded-{Name(norm)}", $"Mean {Title(norm)} distance from person to recourse, in the model's input units", "encoded units", Better.Lower);

    /// <inheritdoc/>
    public IEnumerable<MetricValue> Of(Evaluation evaluation)
    {
        double[] distances = Each(evaluation, norm);
        return distances.Length == 0 ? [] : [new(distances.Average(), distances.Length)];
    }

    /// <summary>The distance of every recourse found, in the order of the people.</summary>
    internal static double[] Each(Evaluation evaluation, EncodedNorm norm)
    {
        if (evaluation.Recourse is null) return [];
        var found = evaluation.FoundRows;
        int width = evaluation.Encoding.Width;
        var distances = new double[found.Count];
        for (int i = 0; i < distances.Length; i++)
            for (int c = i * width; c < (i + 1) * width; c++)
            {
                double part = Math.Abs((double)found.After[c] - found.Before[c]);
                distances[i] = norm switch { EncodedNorm.L1 => distances[i] + part, EncodedNorm.L2 => distances[i] + part * part, _ => Math.Max(distances[i], part) };
            }
        return norm == EncodedNorm.L2 ? Array.ConvertAll(distances, Math.Sqrt) : distances;
    }

    private static string Name(EncodedNorm norm) => norm switch { EncodedNorm.L1 => "l1", EncodedNorm.L2 => "l2", _ => "linf" };

    private static string Title(EncodedNorm norm) => norm switch { EncodedNorm.L1 => "L1", EncodedNorm.L2 => "L2", _ => "L∞" };
}
