using Redress.Data;
using Redress.Models;

namespace Redress.Metrics;

/// <summary>How many recourses hold.</summary>
/// <param name="Held">Those that are still valid.</param>
/// <param name="Issued">All of them.</param>
public readonly record struct HeldShare(int Held, int Issued)
{
    /// <summary>0 to 1, or null where none was issued.</summary>
    public double? Share => Issued == 0 ? null : (double)Held / Issued;

    /// <summary>The Clopper-Pearson lower bound of the share, one-sided; null where none was issued.</summary>
    /// <param name="confidence">Between 0 and 1.</param>
    public double? LowerBound(double confidence = 0.95) => Issued == 0 ? null : ClopperPearson.LowerBound(Held, Issued, confidence);
}

/// <summary>
/// Which recourses hold under which models: robust validity (Guo et al. 2023, section 4). A recourse is robustly valid under a model that was trained
/// on other rows where that model, at its own θ, gives the outcome that was asked for.
/// </summary>
/// <remarks>The paper's figure is <see cref="Mean"/>: the share of a model's recourses that a shifted model honours, averaged over the shifted models. It counts every test person, and rows that its method
/// offers though they are not valid under the model itself; Redress issues valid ones only, so give such rows as <see cref="IssuedRows"/> to repeat the paper.</remarks>
public sealed class Robustness
{
    private readonly bool[][] holds;

    private Robustness(bool[][] holds, int issued) => (this.holds, Issued) = (holds, issued);

    /// <summary>Recourses.</summary>
    public int Issued { get; }

    /// <summary>Models.</summary>
    public int Models => holds.Length;

    /// <summary>Scores every row by every model.</summary>
    /// <param name="issued">The rows.</param>
    /// <param name="models">The models, each with its own θ.</param>
    /// <param name="execution">Threads; they never change a figure.</param>
    /// <param name="cancel">Stops between chunks.</param>
    /// <exception cref="OptionsException">A model has other columns than the rows.</exception>
    public static Robustness Of(IssuedRows issued, IReadOnlyList<IModel> models, Execution? execution = null, CancellationToken cancel = default)
    {
        var holds = new bool[models.Count][];
        for (int j = 0; j < holds.Length; j++)
        {
            var model = models[j];
            if (!model.Schema.HasColumnsOf(issued.Rows.Schema)) throw new OptionsException(Invariant($"Model {j + 1} of those to judge by has other columns than the recourse."));
            double[] scores = Scores.Favourable(model, issued.Rows, execution ?? new(), cancel);
            holds[j] = [.. scores.Select((s, i) => issued.Holds(i, s, model))];
        }
        return new(holds, issued.Rows.Rows);
    }

    /// <summary>True where a recourse holds under a model.</summary>
    public bool Holds(int recourse, int model) => holds[model][recourse];

    /// <summary>How many hold under a model.</summary>
    public HeldShare Under(int model) => new(holds[model].Count(h => h), Issued);

    /// <summary>How many hold under every model.</summary>
    public HeldShare UnderAll => new(Enumerable.Range(0, Issued).Count(i => holds.All(h => h[i])), Issued);

    /// <summary>The mean over the models of the share that holds; null where there are no recourses or no models.</summary>
    public double? Mean => Issued == 0 || Models == 0 ? null : Enumerable.Range(0, Models).Average(j => Under(j).Share!.Value);

    /// <summary>The models that a recourse breaks under.</summary>
    public IEnumerable<int> BreaksUnder(int recourse) => Enumerable.Range(0, Models).Where(j => !holds[j][recourse]);

    /// <summary>The same for some of the recourses, such as those of people whom no model has seen.</summary>
    /// <param name="recourses">Their positions.</param>
    public Robustness Among(IReadOnlyList<int> recourses) => new([.. holds.Select(h => recourses.Select(i => h[i]).ToArray())], recourses.Count);

    /// <summary>The people whom no model was trained on: their rows neither fitted its weights nor chose its epoch or θ (<see cref="SplitKeys.Saw"/>).</summary>
    /// <param name="people">The people, by the keys of their rows (<see cref="Table.Key"/>): their ids, or their content where they have none.</param>
    /// <param name="models">The models.</param>
    /// <returns>Their positions, ascending.</returns>
    public static int[] Unseen(Table people, IReadOnlyList<ITrainedModel> models) =>
        [.. Enumerable.Range(0, people.Rows).Where(r => models.All(m => !m.Training.Keys.Saw(people.Key(r))))];
}
