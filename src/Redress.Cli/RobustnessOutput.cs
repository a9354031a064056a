using System.Globalization;
using System.Text;
using System.Text.Json;
using Redress.Data;
using Redress.Reports;

namespace Redress.Cli;

/// <summary>What <c>robustness</c> prints and writes.</summary>
internal static class RobustnessOutput
{
    /// <summary>Lines of a table before the rest is left to JSON, models that are shown one by one, and those shown of more.</summary>
    private const int Shown = 20, Few = 6, Worst = 3;

    internal static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    internal static void Print(Terminal terminal, RobustnessResult result)
    {
        if (result.Rejected == 0)
        {
            terminal.Say(Invariant($"None of {result.People:#,0} people is {Rejected(result)}; there is nothing to recommend, and no model was trained."));
            return;
        }
        terminal.Say(Invariant($"{result.Rejected:#,0} of {result.People:#,0} people are {Rejected(result)}."));
        if (result.Models.Count == 0)
        {
            terminal.Say($"Nobody was found a recourse by {string.Join(" or ", result.Methods.Select(m => m.Method))}; no model was trained.");
            return;
        }
        terminal.Out.WriteLine();
        PrintModels(terminal, result);
        PrintShares(terminal, result);
        foreach (var method in result.Methods) PrintUnseen(terminal, method, result.Confidence);
        PrintBroken(terminal, result);
        if (result.Out is not null) terminal.Say($"Wrote {result.Out}.");
    }

    private static string Rejected(RobustnessResult result) => result.Desired is null ? "rejected" : $"predicted another class than '{result.Desired}'";

    private static void PrintModels(Terminal terminal, RobustnessResult result)
    {
        var models = result.Models;
        if (models.Count > Few)
        {
            string rows = models.Min(m => m.Train) == models.Max(m => m.Train) ? Invariant($"{models[0].Train:#,0} rows each") : Invariant($"{models.Min(m => m.Train):#,0} to {models.Max(m => m.Train):#,0} rows");
            terminal.Say(Invariant($"{models.Count} models were trained again, on {rows}; validation F1 {Output.Figure(models.Min(m => m.ValidationF1))} to {Output.Figure(models.Max(m => m.ValidationF1))}."));
            terminal.Out.WriteLine();
            return;
        }
        var table = Output.Table("trained again on", ">rows", ">validation F1", ">accuracy");
        foreach (var m in models) table.With(m.Name, Output.Number(m.Train), Output.Figure(m.ValidationF1), Show(m.ValidationAccuracy));
        terminal.Show(table);
    }

    private static void PrintShares(Terminal terminal, RobustnessResult result)
    {
        // Of many models the worst ones are shown; what holds under all stands at the end of each method.
        int each = result.Models.Count > Few ? Worst : Few;
        var table = Output.Table("method", "under", ">recourses", ">hold", ">share", ">at least");
        foreach (var m in result.Methods)
        {
            foreach (var u in m.Under.OrderBy(u => u.Share).Take(each)) Line(m.Method, u.Under, u);
            if (m.Under.Count == 1) continue;
            table.With(m.Method, Invariant($"mean of {m.Under.Count}"), Output.Number(m.Recourses), "", Show(m.Mean), "");
            Line(m.Method, Invariant($"all {m.Under.Count}"), m.All);
        }
        terminal.Show(table);
        if (result.Models.Count > Few) terminal.Say(Invariant($"Of each method the {Worst} models that honour least are shown; --json has the others."));
        terminal.Say(Invariant($"At least: with {Output.Percent(result.Confidence)} confidence (Clopper-Pearson). Distances are L1 over the model's input columns."));

        void Line(string method, string under, HeldResult held) => table.With(method, under, Output.Number(held.Recourses), Output.Number(held.Held), Show(held.Share), Show(held.LowerBound));
    }

    private static void PrintUnseen(Terminal terminal, RobustMethodResult method, double confidence)
    {
        var unseen = method.Unseen;
        if (method.Recourses == unseen.Recourses) return;
        terminal.Say(unseen.Recourses == 0
            ? $"{method.Method}: everyone with a recourse stands among the rows that one of the models was trained on."
            : Invariant($"{method.Method}: {unseen.Recourses:#,0} of the {method.Recourses:#,0} recourses are of people whom no model was trained on; {Output.Percent(unseen.Share!.Value)} of these hold under all, at least {Output.Percent(unseen.LowerBound!.Value)} with {Output.Percent(confidence)} confidence."));
    }

    private static void PrintBroken(Terminal terminal, RobustnessResult result)
    {
        foreach (var method in result.Methods.Where(m => m.Recourses > 0))
        {
            var broken = method.Broken;
            terminal.Out.WriteLine();
            terminal.Say(broken.Count == 0
                ? $"{method.Method}: mean distance {Show(method.EncodedL1)}; every recourse holds under every model."
                : Invariant($"{method.Method}: mean distance {Show(method.EncodedL1)}; {broken.Count:#,0} of {method.Recourses:#,0} recourses break:"));
            if (broken.Count == 0) continue;
            terminal.Out.WriteLine();
            var table = Output.Table("person", "breaks under", "would be told");
            foreach (var b in broken.Take(Shown)) table.With(b.PersonId, b.Under.Count == 1 ? b.Under[0] : Invariant($"{b.Under.Count} of {result.Models.Count} models"), string.Join("; ", b.Answer.Changes.Select(c => $"{c.Feature} {Short(c.From)} -> {Short(c.To)}")));
            terminal.Show(table);
            if (broken.Count > Shown) terminal.Say(Invariant($"and {broken.Count - Shown:#,0} more; --json lists them all, and --out writes them."));
        }
    }

    /// <summary>Six digits are enough to read; files and JSON have all of them.</summary>
    private static string Short(Cell cell) => cell.Number is { } number ? number.ToString("G6", CultureInfo.InvariantCulture) : cell.Name!;

    private static string Show(double? share) => share is { } known ? Output.Figure(known) : "";

    /// <summary>Writes the recourses that break: a JSON object a line, or CSV.</summary>
    internal static void Write(string path, RobustnessResult result)
    {
        var text = new StringBuilder();
        if (IsCsv(path)) text.Append("person_id,method,breaks_under,changes,cost,score\n");
        foreach (var b in result.Methods.SelectMany(m => m.Broken))
            text.Append(IsCsv(path)
                ? string.Join(',', new[] { b.PersonId, b.Method, string.Join("; ", b.Under), string.Join("; ", b.Answer.Changes), Text(b.Answer.Cost), Text(b.Answer.Score) }.Select(CsvTable.Quote))
                : JsonSerializer.Serialize(b, CliJson.Line.BrokenResult)).Append('\n');
        AtomicFile.Write(path, text.ToString());
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The page of the report.</summary>
    internal static string Page(RobustnessResult result, string people) => RobustnessReport.Html(
        [
            Invariant($"{result.Rejected:#,0} of {result.People:#,0} people of {Path.GetFileName(people)} are {Rejected(result)}; seed {result.Seed}."), $"Model {result.Model}, trained again by its own recipe.",
            Invariant($"Shares of recourses that a model trained on other rows honours; lower bounds with {Output.Percent(result.Confidence)} confidence (Clopper-Pearson)."),
        ],
        [.. result.Methods.SelectMany(m => m.Under.Append(m.All).Select(u => new HonouredShare(m.Method, u == m.All ? "all models" : u.Under, u.Held, u.Recourses, u.Share, u.LowerBound)))]);
}
