using System.Buffers.Binary;
using System.Text.Json.Serialization;

namespace Redress.Studies;

/// <summary>What the file of a finished part holds: enough to know that it is this part's, and whole.</summary>
internal sealed record PartFile(string Key, string Part, IReadOnlyList<Measure> Measures, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SeriesFile>? Series = null)
{
    /// <summary>What the part kept, or null where something is missing of it.</summary>
    internal PartOutput? Output()
    {
        if (Key is null || Measures is null || Measures.Contains(null!)) return null;
        var series = (Series ?? []).Select(s => s?.Series()).ToList();
        return series.Contains(null) ? null : new(Measures, [.. series.OfType<StudySeries>()]);
    }

    internal static PartFile Of(string key, string part, PartOutput output) =>
        new(key, part, output.Measures, output.Series.Count == 0 ? null : [.. output.Series.Select(SeriesFile.Of)]);
}

/// <summary>A series in a part's file: its numbers as base64 of little-endian doubles, exact and a tenth of the lines that digits would take.</summary>
internal sealed record SeriesFile(string Table, string Dataset, string Model, string Method, string Metric, int Count, string Values)
{
    internal static SeriesFile Of(StudySeries series)
    {
        byte[] bytes = new byte[sizeof(double) * series.Values.Count];
        for (int i = 0; i < series.Values.Count; i++) BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(double) * i), series.Values[i]);
        return new(series.Table, series.Dataset, series.Model, series.Method, series.Metric, series.Values.Count, Convert.ToBase64String(bytes));
    }

    /// <summary>The series, or null where the file is not of as many numbers as it says.</summary>
    internal StudySeries? Series()
    {
        // The length is checked before anything is allocated by it.
        if (Table is null || Dataset is null || Model is null || Method is null || Metric is null || Values is null || Count is < 0 or > PartOutput.MostNumbers) return null;
        long bytes = (long)sizeof(double) * Count;
        if (Values.Length != (bytes + 2) / 3 * 4) return null;
        byte[] buffer = new byte[bytes];
        if (!Convert.TryFromBase64String(Values, buffer, out int read) || read != bytes) return null;
        double[] values = new double[Count];
        for (int i = 0; i < Count; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(buffer.AsSpan(sizeof(double) * i));
        return new(Table, Dataset, Model, Method, Metric, values);
    }
}

/// <summary>What marks a folder as the output of one study.</summary>
internal sealed record StudyMark(string Study, string Title, int Version);

/// <summary>The files of studies, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<StudyRow>)), JsonSerializable(typeof(PartFile)), JsonSerializable(typeof(StudyMark)), JsonSerializable(typeof(ModelMark)), JsonSerializable(typeof(PaperFigure[]))]
internal sealed partial class StudyJson : JsonSerializerContext;
