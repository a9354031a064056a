using System.Text.Json;

namespace Redress.Studies;

/// <summary>One figure of the paper's text.</summary>
/// <param name="Table">The table or figure.</param>
/// <param name="Dataset">The data set, or null for all.</param>
/// <param name="Model">The model, or null for all.</param>
/// <param name="Method">The recourse method, or null for all.</param>
/// <param name="Metric">What was measured, or null for all.</param>
/// <param name="Value">The figure, or null where the text has none.</param>
/// <param name="Note">The trend that the text claims, or what the figure is of; or null.</param>
internal sealed record PaperFigure(string Table, string? Dataset, string? Model, string? Method, string? Metric, double? Value, string? Note);

/// <summary>The figures of a paper's text, from the one data file that a study has.</summary>
public sealed class PaperFigures
{
    private readonly PaperFigure[] figures;
    private readonly Dictionary<(string, string, string, string, string), double> exact = [];

    internal PaperFigures(IEnumerable<PaperFigure> figures)
    {
        this.figures = [.. figures];
        foreach (var f in this.figures)
            if (f is { Dataset: { } dataset, Model: { } model, Method: { } method, Metric: { } metric, Value: { } value }) exact.Add((f.Table, dataset, model, method, metric), value);
    }

    /// <summary>How many numbers there are.</summary>
    internal int Count => exact.Count;

    /// <summary>Reads the embedded file <c>Studies/FOLDER/paper.json</c>.</summary>
    internal static PaperFigures Embedded(string folder)
    {
        using var stream = typeof(PaperFigures).Assembly.GetManifestResourceStream($"Redress.Studies.{folder}.paper.json")
            ?? throw new InvalidOperationException($"Studies/{folder}/paper.json is not embedded.");
        return new(JsonSerializer.Deserialize(stream, StudyJson.Default.PaperFigureArray)!);
    }

    /// <summary>The paper's figure, or null.</summary>
    internal double? Of(string table, string dataset, string model, string method, string metric) =>
        exact.TryGetValue((table, dataset, model, method, metric), out double value) ? value : null;

    /// <summary>A row with the paper's figure and notes beside it.</summary>
    internal StudyRow Beside(StudyRow row)
    {
        string notes = string.Join(" ", figures.Where(f => f.Note is not null && Fits(f, row)).Select(f => f.Note).Append(row.Note).Where(n => n is not null));
        return row with { Paper = row.Paper ?? Of(row.Table, row.Dataset, row.Model, row.Method, row.Metric), Note = notes.Length == 0 ? null : notes };
    }

    private static bool Fits(PaperFigure figure, StudyRow row) =>
        figure.Table == row.Table && (figure.Dataset ?? row.Dataset) == row.Dataset && (figure.Model ?? row.Model) == row.Model
        && (figure.Method ?? row.Method) == row.Method && (figure.Metric ?? row.Metric) == row.Metric;
}
