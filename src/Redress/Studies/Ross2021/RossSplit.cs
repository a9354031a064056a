using Redress.Data;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Ross2021;

/// <summary>The paper's random splits (section 4.1): 80 % train, 20 % validation, of which 500 (german: 100) are held out as test; bail is tested on 500 of its own test file.</summary>
/// <remarks>
/// The paper names no calibration rows for its guarantee. As written, an eighth of the training part is set aside for it, since a certificate over rows
/// that chose the epoch would promise too much; as published, calibration rows are the validation rows.
/// </remarks>
internal static class RossSplit
{
    internal static TrainingData Of(StudyData data, int split, RossPreset preset, ulong seed)
    {
        var rng = new Rng(seed).Split("ross2021").Split(data.Slug).Split((ulong)split);
        var rows = data.Tables.Rows;
        // Keys count copies over the whole table; once derived, they go with the rows to their parts.
        if (rows.Rows > 0) rows.Key(0);
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        rng.Split("split").Shuffle<int>(order);
        int held = rows.Rows / 5, test = data.Tables.Test is null ? Math.Min(data.Slug == "german" ? 100 : 500, held / 2) : 0;
        int calibration = preset.IsWrong ? 0 : (rows.Rows - held) / 8;
        Table Part(int start, int count) => rows.Select(order.AsSpan(start, count).ToArray().Order().ToArray());
        var validation = Part(test, held - test);
        return new(
            Part(held + calibration, rows.Rows - held - calibration), validation,
            preset.IsWrong ? validation : Part(held, calibration), data.Tables.Test is { } own ? Sample(own, rng.Split("test")) : Part(0, test));
    }

    /// <summary>The table with every outcome turned round: the public code's german takes bad credit for the favourable label.</summary>
    internal static Table Inverted(Table rows) => new(rows.Schema, rows.Values.ToArray(), rows.Ids, [.. rows.Labels!.Select(l => !l)], rows.Groups, rows.Faults);

    private static Table Sample(Table rows, Rng rng)
    {
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        rng.Shuffle<int>(order);
        return rows.Select(order[..Math.Min(500, rows.Rows)].Order().ToArray());
    }
}
