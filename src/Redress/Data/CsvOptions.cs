namespace Redress.Data;

/// <summary>What becomes of rows with missing values (an empty cell, <c>?</c>, <c>NA</c>, <c>N/A</c>; where a number belongs also <c>NaN</c> and <c>null</c>).</summary>
public enum MissingValues
{
    /// <summary>A missing value is a fault.</summary>
    Error,

    /// <summary>Rows with a missing value are left out, and counted.</summary>
    Drop,

    /// <summary>A missing name is read as the value <c>?</c>, which the schema must list; a missing number is a fault.</summary>
    Category,
}

/// <summary>How a CSV file is written.</summary>
/// <param name="Delimiter">What separates columns: one character, not a quote or line end.</param>
/// <param name="Decimal">The decimal sign of numbers: <c>.</c> or <c>,</c>.</param>
/// <param name="Missing">What becomes of rows with missing values.</param>
public sealed record CsvOptions(string Delimiter = ",", char Decimal = '.', MissingValues Missing = MissingValues.Error)
{
    internal IEnumerable<string> Problems()
    {
        if (Delimiter.Length != 1 || Delimiter[0] is '"' or '\r' or '\n') yield return $"Delimiter is '{Delimiter}'; must be one character other than a quote or line end.";
        if (Decimal is not ('.' or ',')) yield return $"Decimal is '{Decimal}'; must be '.' or ','.";
        if (Delimiter == Decimal.ToString()) yield return $"Delimiter and decimal are both '{Decimal}'; they must differ.";
    }
}

/// <summary>What was met while a file was read.</summary>
public sealed class CsvSummary
{
    private readonly SortedDictionary<string, int> missing = new(StringComparer.Ordinal);

    /// <summary>Rows that became part of a table.</summary>
    public long Rows { get; internal set; }

    /// <summary>Rows left out for missing values.</summary>
    public long Dropped { get; internal set; }

    /// <summary>Rows with faults.</summary>
    public long Faulty { get; internal set; }

    /// <summary>Missing values by column.</summary>
    public IReadOnlyDictionary<string, int> Missing => missing;

    /// <summary>Columns of the file that the schema does not name.</summary>
    public IReadOnlyList<string> ExtraColumns { get; internal set; } = [];

    internal void CountMissing(string column) => missing[column] = missing.GetValueOrDefault(column) + 1;
}
