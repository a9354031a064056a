using Redress.Data;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Krishna2023;

/// <summary>The rows of one seed: the continuous columns alone (section 4.1: "removing categorical features"), each free to change in any way.</summary>
internal static class KrishnaSplit
{
    /// <summary>Training, validation and test rows: the published split where there is one, else a fifth of the rows for testing; a tenth of the rest chooses nothing but θ.</summary>
    internal static TrainingData Of(StudyData data, Rng rng)
    {
        var rows = Continuous(data.Tables.Rows);
        if (data.Tables.Test is null) return TrainingData.Of(rows, new(0.72, 0.08, 0, 0.2), rng);
        return TrainingData.Of(rows, new(0.9, 0.1, 0, 0), rng) with { Test = Continuous(data.Tables.Test) };
    }

    /// <summary>Some rows of a table, drawn by seed and in its order.</summary>
    internal static Table Sample(Table rows, int most, Rng rng)
    {
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        rng.Shuffle<int>(order);
        return rows.Select(order[..Math.Min(most, rows.Rows)].Order().ToArray());
    }

    /// <summary>The numbers of a table, without limits on what may change.</summary>
    internal static Table Continuous(Table rows)
    {
        var schema = rows.Schema;
        int[] kept = [.. Enumerable.Range(0, schema.Features.Count).Where(f => schema.Features[f].Kind == FeatureKind.Numeric)];
        var numbers = new Schema([.. kept.Select(f => Feature.Numeric(schema.Features[f].Name, Change.Any))], schema.Target, schema.Favourable, schema.Id);
        var values = new double[rows.Rows * kept.Length];
        for (int i = 0; i < rows.Rows; i++)
            for (int c = 0; c < kept.Length; c++) values[i * kept.Length + c] = rows.Row(i)[kept[c]];
        return new(numbers, values, rows.Ids, rows.Labels);
    }
}
