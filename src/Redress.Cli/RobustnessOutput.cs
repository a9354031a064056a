using System.Globalization;
using System.Text;
using System.Text.Json;
using Redress.Data;
using Redress.Reports;

namespace Redress.Cli;

/// <summary>What <c>robustness</c> prints and writes.</summary>
internal static class RobustnessOutput
{
    /// <summary>Lines of a table before the rest is left to JSON.</summary>
    private const int Shown = 20;

    internal static bool IsCsv(string path) => path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    internal static void Print(Terminal terminal, RobustnessResult result)
    {
        if (result.Rejected == 0)
        {
            terminal.Say(Invariant($"None of {result.People:#,0} people is rejected; there is nothing to recommend, and no model was trained."));
            return;
        }
        terminal.Say(Invariant($"{result.Rejected:#,0} of {result.People:#,0} people are rejected."));
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

    private static void PrintModels(Terminal terminal, RobustnessResult result)
    {
        var table = Output.Table("trained again on", ">rows", ">validation F1", ">accuracy");
        foreach (var m in result.Models.Take(Shown)) table.With(m.Name, Output.Number(m.Train), Output.Figure(m.ValidationF1), Show(m.ValidationAccuracy));
        terminal.Show(table);
        Rest(terminal, result.Models.Count, "models");
    }

    private static void PrintShares(Terminal terminal, RobustnessResult result)
    {
        // Of many models the worst ones are shown; what holds under all stands at the end of each method.
        int each = Math.Max(3, Shown / result.Methods.Count);
        var table = Output.Table("method", "under", ">recourses", ">hold", ">share", ">at least");
        foreach (var m in result.Methods)
        {
            foreach (var u in m.Under.OrderBy(u => u.Share).Take(each)) Line(m.Method, u.Under, u);
            if (m.Under.Count == 1) continue;
            table.With(m.Method, Invariant($"mean of {m.Under.Count}"), Output.Number(m.Recourses), "", Show(m.Mean), "");
            Line(m.Method, Invariant($"all {m.Under.Count}"), m.All);
        }
        terminal.Show(table);
        int hidden = result.Models.Count - each;
        if (hidden > 0) terminal.Say(Invariant($"Of each method the {each} models that honour least are shown; --json has the other {hidden}."));
        terminal.Say(Invariant($"At least: with {Output.Percent(result.Confidence)} confidence (Clopper-Pearson)."));
        terminal.Out.WriteLine();

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
        var broken = result.Methods.SelectMany(m => m.Broken).ToList();
        if (broken.Count == 0)
        {
            terminal.Say("Every recourse holds under every model.");
            return;
        }
        terminal.Say(Invariant($"{broken.Count:#,0} recourses break:"));
        terminal.Out.WriteLine();
        var table = Output.Table("person", "method", "breaks under", "would be told");
        foreach (var b in broken.Take(Shown)) table.With(b.PersonId, b.Method, Under(b.Under, result.Models.Count), string.Join("; ", b.Answer.Changes));
        terminal.Show(table);
        Rest(terminal, broken.Count, "recourses that break");
    }

    private static string Under(IReadOnlyList<string> names, int models) => names.Count <= 2 ? string.Join(", ", names) : Invariant($"{names.Count} of {models} models");

    private static void Rest(Terminal terminal, int count, string what)
    {
        if (count > Shown) terminal.Say(Invariant($"and {count - Shown:#,0} more {what}; --json lists them all."));
    }

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
            Invariant($"{result.Rejected:#,0} of {result.People:#,0} people of {Path.GetFileName(people)} are rejected; seed {result.Seed}."), $"Model {result.Model}, trained again by its own recipe.",
            Invariant($"Shares of recourses that a model trained on other rows honours; lower bounds with {Output.Percent(result.Confidence)} confidence (Clopper-Pearson)."),
        ],
        [.. result.Methods.SelectMany(m => m.Under.Append(m.All).Select(u => new HonouredShare(m.Method, u == m.All ? "all models" : u.Under, u.Held, u.Recourses, u.Share, u.LowerBound)))]);
}
