using Redress.Models;

namespace Redress.Metrics;

/// <summary>Every model's recourse judged by every model (Guo et al. 2023, figure 10): row i is what model i's people were told, column j who judges. The diagonal is validity, the rest robust validity.</summary>
public sealed class ValidityMatrix
{
    private readonly Robustness[] rows;

    private ValidityMatrix(Robustness[] rows) => this.rows = rows;

    /// <summary>Models.</summary>
    public int Count => rows.Length;

    /// <summary>How many recourses of model i hold under model j.</summary>
    public HeldShare this[int i, int j] => rows[i].Under(j);

    /// <summary>The mean share of recourses that are valid under the model they are of; null where there are none.</summary>
    public double? Validity => Enumerable.Range(0, Count).Average(i => this[i, i].Share);

    /// <summary>The mean over models of <see cref="RobustValidityOf"/>; null where there are no recourses or fewer than two models.</summary>
    public double? RobustValidity => Enumerable.Range(0, Count).Average(RobustValidityOf);

    /// <summary>Judges everything by everyone.</summary>
    /// <param name="issued">Each model's recourses.</param>
    /// <param name="models">The models, in the same order.</param>
    /// <param name="execution">Threads; they never change a figure.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    /// <exception cref="OptionsException">The models have different columns.</exception>
    public static ValidityMatrix Of(IReadOnlyList<IssuedRows> issued, IReadOnlyList<IModel> models, Execution? execution = null, CancellationToken cancel = default) => issued.Count == models.Count
        ? new([.. issued.Select(rows => Robustness.Of(rows, models, execution, cancel))])
        : throw new ArgumentException(Invariant($"There are recourses of {issued.Count} models, and {models.Count} models."), nameof(issued));

    /// <summary>The mean share of model i's recourses that hold under the other models; null where there are no recourses or no others.</summary>
    public double? RobustValidityOf(int i)
    {
        double?[] others = [.. Enumerable.Range(0, Count).Where(j => j != i).Select(j => this[i, j].Share)];
        return others.Length == 0 ? null : others.Average();
    }

}
