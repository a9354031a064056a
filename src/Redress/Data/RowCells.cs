using System.Collections;

namespace Redress.Data;

/// <summary>One row of a table as a person reads it, made when it is looked at.</summary>
internal sealed class RowCells(Table table, int row) : IReadOnlyList<Cell>
{
    public int Count => table.Schema.Features.Count;

    public Cell this[int index] => Cell.Of(table.Schema.Features[index], table.Row(row)[index]);

    public IEnumerator<Cell> GetEnumerator()
    {
        for (int f = 0; f < Count; f++) yield return this[f];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
