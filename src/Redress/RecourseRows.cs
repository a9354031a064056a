using Redress.Data;

namespace Redress;

/// <summary>Rebuilds rows from records, so that issued recourse can be scored again.</summary>
public static class RecourseRows
{
    /// <summary>The person's row after an answer, raw.</summary>
    /// <param name="schema">The model's schema.</param>
    /// <param name="record">The person's record.</param>
    /// <param name="answer">One of its answers.</param>
    /// <exception cref="OptionsException">The record names a feature or value that the schema does not have.</exception>
    public static double[] Changed(Schema schema, RecourseRecord record, RecourseAnswer answer)
    {
        double[] row = Present(schema, record);
        foreach (var change in answer.Changes)
        {
            int f = schema.IndexOf(change.Feature);
            if (f < 0) throw new OptionsException($"Person '{record.PersonId}': the model has no feature '{change.Feature}'.");
            row[f] = ValueOf(schema.Features[f], change.To, record.PersonId);
        }
        return row;
    }

    /// <summary>The person's present row, raw.</summary>
    /// <exception cref="OptionsException">The record has other features or values than the schema.</exception>
    public static double[] Present(Schema schema, RecourseRecord record)
    {
        if (record.Person.Count != schema.Features.Count)
            throw new OptionsException(Invariant($"Person '{record.PersonId}' has {record.Person.Count} features; the model has {schema.Features.Count}."));
        var row = new double[schema.Features.Count];
        for (int f = 0; f < row.Length; f++) row[f] = ValueOf(schema.Features[f], record.Person[f], record.PersonId);
        return row;
    }

    private static double ValueOf(Feature feature, Cell cell, string person)
    {
        double value = cell.In(feature);
        return double.IsNaN(value) ? throw new OptionsException($"Person '{person}': '{cell}' is no value of '{feature.Name}' in this model.") : value;
    }
}
