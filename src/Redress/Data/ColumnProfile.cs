using System.Globalization;

namespace Redress.Data;

/// <summary>What a first look at a column finds: is it numbers, how many values, is it unique, what is missing. Memory is bounded.</summary>
internal sealed class ColumnProfile(string name, NumberFormatInfo numbers)
{
    internal const int MaxValues = 200, MaxCodedRows = 200_000, MaxUnique = 5_000_000;
    private readonly Dictionary<string, int> values = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> seen = [];
    private readonly List<int> codes = [];
    private int missing, notNumbers;

    internal string Name => name;

    internal int Rows { get; private set; }

    /// <summary>Cells that a reader takes for missing; NaN and null are so among numbers, and names among names.</summary>
    internal int Missing => missing + (IsNumber ? notNumbers : 0);

    internal bool IsNumber { get; private set; } = true;

    internal bool IsWhole { get; private set; } = true;

    internal double Minimum { get; private set; } = double.PositiveInfinity;

    internal double Maximum { get; private set; } = double.NegativeInfinity;

    internal int LongestCell { get; private set; }

    /// <summary>True while no value came twice.</summary>
    internal bool IsUnique { get; private set; } = true;

    /// <summary>True where the column has more than <see cref="MaxValues"/> values, which are then not kept.</summary>
    internal bool HasManyValues { get; private set; }

    /// <summary>The values in the order they were met, with their rows.</summary>
    internal IReadOnlyDictionary<string, int> Values => values;

    /// <summary>For the first rows the place of each value in the order they were met, -1 where missing; only where values are kept.</summary>
    internal IReadOnlyList<int> Codes => codes;

    internal bool IsConstant => !HasManyValues && values.Count <= 1 || IsEmpty;

    /// <summary>True where every cell is missing.</summary>
    internal bool IsEmpty => Missing == Rows;

    internal void Add(string cell)
    {
        Rows++;
        if (CsvLayout.MeansMissing(cell, number: false))
        {
            missing++;
            Code(-1);
            return;
        }
        cell = cell.Trim();
        LongestCell = Math.Max(LongestCell, cell.Length);
        if (IsNumber) AddNumber(cell);
        if (IsUnique && (seen.Count >= MaxUnique || !seen.Add(ContentHash.Of(cell)))) IsUnique = false;
        if (!IsUnique) seen.Clear();
        if (HasManyValues) return;
        if (values.TryGetValue(cell, out int rows)) values[cell] = rows + 1;
        else if (values.Count < MaxValues) values[cell] = 1;
        else
        {
            HasManyValues = true;
            codes.Clear();
            return;
        }
        if (codes.Count < MaxCodedRows) Code(IndexOf(cell));
    }

    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    private int IndexOf(string cell)
    {
        if (!places.TryGetValue(cell, out int place)) places[cell] = place = places.Count;
        return place;
    }

    private void Code(int code)
    {
        if (!HasManyValues && codes.Count < MaxCodedRows) codes.Add(code);
    }

    private void AddNumber(string cell)
    {
        if (CsvLayout.MeansMissing(cell, number: true))
        {
            notNumbers++;
            return;
        }
        if (!double.TryParse(cell, NumberStyles.Float, numbers, out double number) || !double.IsFinite(number))
        {
            IsNumber = IsWhole = false;
            return;
        }
        IsWhole &= number == Math.Floor(number);
        Minimum = Math.Min(Minimum, number);
        Maximum = Math.Max(Maximum, number);
    }

    /// <summary>True where each of this column's values goes with one value of another, over the rows that were coded.</summary>
    /// <remarks>Values that hardly come twice say nothing: a column of unique values determines every other one.</remarks>
    internal bool Determines(ColumnProfile other)
    {
        if (HasManyValues || other.HasManyValues || values.Count < 3 || other.values.Count < 2 || 2 * values.Count > codes.Count) return false;
        var partner = new int[values.Count + 1];
        Array.Fill(partner, -2);
        for (int row = 0; row < Math.Min(codes.Count, other.codes.Count); row++)
        {
            if (codes[row] < 0) continue;
            ref int known = ref partner[codes[row]];
            if (known == -2) known = other.codes[row];
            else if (known != other.codes[row]) return false;
        }
        return true;
    }
}
