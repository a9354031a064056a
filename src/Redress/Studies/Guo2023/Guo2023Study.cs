using Redress.Models;

namespace Redress.Studies.Guo2023;

/// <summary>
/// "RoCourseNet: Robust Training of a Prediction Aware Recourse Model" again: recourse of one domain's model judged by the models of the others, tables 2, 3
/// and 6 to 11 and the series of figures 3 to 6 and 10 to 12. Ross's recourse-aware models and certificates stand in the same table.
/// </summary>
internal static class Guo2023Study
{
    internal static Study Study { get; } = new(
        "guo2023", "RoCourseNet: Robust Training of a Prediction Aware Recourse Model", "Hangzhi Guo, Feiran Jia, Jinghui Chen, Anna Squicciarini, Amulya Yadav. CIKM 2023", Version: 1,
        [GuoData.Loan, "german-releases", "student", "covariate-shift", "label-shift"], GuoPreset.All, PaperFigures.Embedded("Guo2023"), Plan);

    /// <summary>Models are trained and methods run on the part's own thread: parts are what runs in parallel.</summary>
    internal static Execution OneThread { get; } = new(Threads: 1);

    private static StudyPlan Plan(StudyRequest request)
    {
        var slugs = request.DataSets!;
        // The short form leaves the simulated shifts out, but for a caller who names them.
        if (request.Quick && slugs.Count == Study.DataSets.Count) slugs = [.. slugs.Take(3)];
        var plan = new GuoPlan(request);
        StudyTimes? times = null;
        foreach (var data in GuoData.Load(slugs, request.DataFolder, request.Quick))
        {
            // The short form has no time for the paper's 50 epochs on the loans.
            foreach (string preset in request.Presets!)
                if (!request.Quick || preset == GuoPreset.Chosen || data.Slug != GuoData.Loan) plan.AddTable(preset, data);
            if (!request.Presets.Contains(GuoPreset.Chosen)) continue;
            plan.AddFigures(data);
            times = GuoTimes.With(times, plan, data);
        }
        return new(plan.Parts, results => new GuoConclusions(Study.Paper, results).Rows(), GuoPictures.Of) { Models = plan.Models, Times = times };
    }
}

/// <summary>Gathers a plan: parts, and the models that they read, each once whoever asks for it.</summary>
/// <param name="request">What of the study to run.</param>
internal sealed class GuoPlan(StudyRequest request)
{
    private readonly Dictionary<string, StudyModel> models = [];
    private readonly List<StudyPart> parts = [];

    internal IReadOnlyList<StudyModel> Models => [.. models.Values];

    internal IReadOnlyList<StudyPart> Parts => parts;

    internal bool IsQuick => request.Quick;

    internal ulong Seed => request.Seed;

    private int Most => GuoChoices.People(IsQuick);

    /// <summary>The models of a kind under a preset's settings.</summary>
    internal GuoTraining Training(string preset, GuoData data, GuoKind kind, int repeat) => new(data, kind, GuoChoices.Of(preset, data.Slug), repeat, Seed);

    /// <summary>Tables 2, 3, 6 to 9 and figures 10 and 11. Presets other than the first have the paper's two own methods, or what its public code has, and some years of the loans.</summary>
    internal void AddTable(string preset, GuoData data)
    {
        if (preset != GuoPreset.Chosen) data = data.Only([.. data.Names.Where(n => data.Slug != GuoData.Loan || GuoData.SomeYears.Contains(n))]);
        foreach (var (at, habits) in GuoPreset.Habits(preset))
            for (int repeat = 1; repeat <= (preset == GuoPreset.Written ? 1 : GuoChoices.Repeats(IsQuick)); repeat++)
                AddRepeat(preset, habits.Ordered ? data.InOrder() : data, at, habits.Dropout, repeat);
        if (preset == GuoPreset.Chosen && !IsQuick && data.Slug == GuoData.Loan) AddPaperEpochs(data);
    }

    private void AddRepeat(string preset, GuoData data, string at, bool dropout, int repeat)
    {
        bool isSimulated = data.Slug.EndsWith("-shift", StringComparison.Ordinal);
        var methods = preset switch
        {
            GuoPreset.Chosen => GuoMethod.All.Where(m => m.Table == GuoMethod.Table2 || data.Slug == GuoData.Loan),
            GuoPreset.Published => GuoMethod.Published.Where(m => at != GuoHabits.Off || m.Searches),
            _ => [GuoMethod.CounterNet, GuoMethod.RoCourseNet],
        };
        foreach (var method in methods)
            AddMethod(Training(preset, data, method.Kind, repeat), method, preset, GuoPreset.Titled(preset, (isSimulated && method.Table == GuoMethod.Table2 ? "table 9" : method.Table) + at), method.Kind.Name, whole: true, dropout && method.Searches);
        if (at.Length > 0) return;
        foreach (var kind in methods.Select(m => m.Kind).Prepend(GuoKind.Base).Distinct()) AddModels(Training(preset, data, kind, repeat), preset, kind.Name);
    }

    /// <summary>Table 2 at the epochs that the paper names for the loans.</summary>
    private void AddPaperEpochs(GuoData data)
    {
        const string preset = GuoPreset.Chosen;
        foreach (var method in new[] { GuoMethod.CounterNet, GuoMethod.RoCourseNet })
        {
            var training = Training(preset, data, method.Kind, 1);
            training = training with { Choice = training.Choice with { Epochs = GuoChoices.PaperEpochs } };
            AddMethod(training, method, preset, Invariant($"table 2, {GuoChoices.PaperEpochs} epochs"), method.Kind.Name, whole: true);
            AddModels(training, preset, Invariant($"{method.Kind.Name}, {GuoChoices.PaperEpochs} epochs"));
        }
    }

    /// <summary>Figures 3 to 6 and 12.</summary>
    internal void AddFigures(GuoData data)
    {
        foreach (var point in GuoSweeps.Of(this, data.Slug == GuoData.Loan ? data.Only(GuoData.SomeYears) : data)) AddMethod(point.Training, point.Method, GuoPreset.Chosen, point.Figure, point.Model, whole: false);
        if (data.Slug != GuoData.Loan) return;
        foreach (var method in new[] { GuoMethod.CounterNet, GuoMethod.RoCourseNet })
        {
            var training = Training(GuoPreset.Chosen, data.Only(GuoData.SomeYears), method.Kind, 1);
            Add(training, $"attack.{method.Label}", GuoSweeps.AttackersOf(training, IsQuick), GuoPreset.Chosen, 20, (read, cancel) => GuoSweeps.Attacked(training, method, read, Most, IsQuick, cancel));
        }
    }

    private void AddMethod(GuoTraining training, GuoMethod method, string preset, string table, string model, bool whole, bool dropout = false)
    {
        // Seconds, about: a search takes 5 ms a person, a step of training a generator 3.
        double work = 1 + (method.Searches ? 0.005 * Most * training.Data.Domains.Count : 0) + (method.Table == GuoMethod.Table3 ? 0.003 * Enumerable.Range(0, training.Data.Domains.Count).Sum(training.StepsOf) : 0);
        Add(training, $"{Plain(table)}.{Plain(model)}.{method.Label}", $"{method.Options?.Invoke(training.Choice)}{(dropout ? " dropout left on" : "")}", preset, work, (read, cancel) =>
            new GuoMeasures(training, Most, cancel).OfMethod(read, method, table, model, whole, dropout));
    }

    private void AddModels(GuoTraining training, string preset, string model) =>
        Add(training, $"models.{Plain(model)}", "", preset, 1, (read, cancel) => new GuoMeasures(training, Most, cancel).OfModels(read, preset, model));

    /// <summary>A part, and the models of all domains that it reads; what else its figures hang on is its <paramref name="options"/>.</summary>
    private void Add(GuoTraining training, string what, string options, string preset, double work, Func<IReadOnlyList<NetworkModel>, CancellationToken, PartOutput> run)
    {
        var own = training.Models().ToList();
        foreach (var model in own) models.TryAdd(model.Name, model);
        string[] names = [.. own.Select(m => m.Name)];
        string name = Invariant($"{(IsQuick ? "quick." : "")}{preset}.{training.Data.Slug}.{what}.repeat{training.Repeat}");
        parts.Add(new StudyPart(name, preset, Invariant($"{training.Data.Fingerprint}\n{Most}\n{options}"), work, (read, cancel) => run([.. names.Select(n => read[n])], cancel)) { Models = names });
    }

    /// <summary>A part's file is called by it.</summary>
    private static string Plain(string words) => words.Replace(", ", ".", StringComparison.Ordinal).Replace("%", "percent", StringComparison.Ordinal).Replace(' ', '-');
}
