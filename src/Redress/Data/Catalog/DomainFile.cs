namespace Redress.Data.Catalog;

/// <summary>A domain's file whose columns are those of the schema: numbers and names by feature, outcomes by target.</summary>
internal static class DomainFile
{
    /// <summary>Reads all rows. A row is called by its domain and its number, unless people have names of their own.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="domain">The domain.</param>
    /// <param name="schema">The data set's schema.</param>
    /// <param name="other">The target's value that is not the favourable one.</param>
    /// <param name="id">What names a person in every domain, or null where nobody stands in two.</param>
    internal static Table Read(string folder, Domain domain, Schema schema, string other, Func<SourceTable.Source, string>? id = null)
    {
        var table = new SourceTable(schema, $"{domain.Name}-");
        var person = new double[schema.Features.Count];
        SourceTable.Each(Path.Combine(folder, domain.File), [.. schema.Features.Select(f => f.Name), schema.Target], row =>
        {
            for (int f = 0; f < person.Length; f++) person[f] = row.Value(schema.Features[f]);
            table.Add(person, row.Is(schema.Target, schema.Favourable, other), [domain.Name], id?.Invoke(row));
        });
        return table.Table();
    }
}
