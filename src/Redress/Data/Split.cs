using Redress.Tensors;

namespace Redress.Data;

/// <summary>The shares of a table that training, validation, calibration and test get.</summary>
/// <param name="Train">Share of the training part.</param>
/// <param name="Validation">Share of the part that chooses epoch and θ.</param>
/// <param name="Calibration">Share of the part that certificates are computed on.</param>
/// <param name="Test">Share of the part that nothing is chosen by.</param>
public sealed record SplitShares(double Train = 0.60, double Validation = 0.15, double Calibration = 0.15, double Test = 0.10)
{
    internal IEnumerable<string> Problems()
    {
        foreach (var (name, share) in new[] { ("train", Train), ("validation", Validation), ("calibration", Calibration), ("test", Test) })
            if (!(share is >= 0 and <= 1)) yield return Invariant($"The {name} share is {share}; must be 0 to 1.");
        double sum = Train + Validation + Calibration + Test;
        if (!(Math.Abs(sum - 1) < 1e-9)) yield return Invariant($"The shares of the split add up to {sum:0.######}; must be 1.");
        if (!(Train > 0) || !(Validation > 0)) yield return "The train and validation shares must be more than 0.";
    }
}

/// <summary>How rows come to their part.</summary>
public enum SplitRule
{
    /// <summary>Drawn by seed, each outcome in its own share.</summary>
    Stratified,

    /// <summary>As they stand: the first rows train, the last test. For rows in the order of time, so that people are judged by a model of earlier ones.</summary>
    Ordered,
}

/// <summary>A table cut into four parts: row positions, each ascending.</summary>
/// <param name="Train">Rows that fit the weights and the encoding.</param>
/// <param name="Validation">Rows that choose epoch and θ.</param>
/// <param name="Calibration">Rows that certificates are computed on.</param>
/// <param name="Test">Rows that nothing is chosen by.</param>
public sealed record Split(int[] Train, int[] Validation, int[] Calibration, int[] Test)
{
    /// <summary>Cuts a labelled table by seed so that every part has the same share of favourable outcomes, or of each class where the schema declares them, up to one row.</summary>
    /// <exception cref="OptionsException">The shares are no shares.</exception>
    /// <exception cref="DataException">The target has one class, or a class has fewer rows than the parts need.</exception>
    public static Split Stratified(Table rows, SplitShares shares, Rng rng)
    {
        OptionsException.ThrowIfAny(shares.Problems());
        double[] parts = [shares.Train, shares.Validation, shares.Calibration, shares.Test];
        var cut = new[] { new List<int>(), new List<int>(), new List<int>(), new List<int>() };
        RequireBothClasses(rows, parts.Count(p => p > 0));
        foreach (var (members, order) in Strata(rows, rng))
        {
            order.Shuffle<int>(members);
            double upTo = 0;
            int start = 0;
            for (int p = 0; p < 4; p++)
            {
                upTo += parts[p];
                int end = p == 3 ? members.Length : (int)Math.Round(upTo * members.Length);
                cut[p].AddRange(members.AsSpan(start, end - start));
                start = end;
            }
        }
        foreach (var part in cut) part.Sort();
        return new([.. cut[0]], [.. cut[1]], [.. cut[2]], [.. cut[3]]);
    }

    /// <summary>Cuts a table where it stands, without a draw: the first rows train, then validation, calibration, and the last test. What is no whole row goes to the later part.</summary>
    /// <remarks>An outcome may be missing in a part; training refuses parts that it cannot learn from.</remarks>
    /// <exception cref="OptionsException">The shares are no shares.</exception>
    public static Split Ordered(Table rows, SplitShares shares)
    {
        OptionsException.ThrowIfAny(shares.Problems());
        // 0.6 + 0.15 + 0.15 of ten rows are nine, whatever the sum is in binary.
        int UpTo(double share) => (int)Math.Floor(share * rows.Rows + 1e-6);
        int train = UpTo(shares.Train), validation = UpTo(shares.Train + shares.Validation), calibration = UpTo(shares.Train + shares.Validation + shares.Calibration);
        int[] Part(int from, int to) => [.. Enumerable.Range(from, to - from)];
        return new(Part(0, train), Part(train, validation), Part(validation, calibration), Part(calibration, rows.Rows));
    }

    /// <summary>The rows of each outcome, or of each class where they are known, and the stream that puts them in order.</summary>
    private static IEnumerable<(int[] Members, Rng Order)> Strata(Table rows, Rng rng)
    {
        int[] all = [.. Enumerable.Range(0, rows.Rows)];
        if (rows.Classes is { } classes)
            return Enumerable.Range(0, rows.Schema.Classes.Count).Select(c => (all.Where(r => classes[r] == c).ToArray(), rng.Split("class").Split((ulong)c)));
        return new[] { true, false }.Select(favourable => (all.Where(r => rows.Labels![r] == favourable).ToArray(), rng.Split(favourable ? "favourable" : "unfavourable")));
    }

    /// <summary>Refuses training rows from which not every class can be learnt, or validation rows that cannot judge it.</summary>
    /// <exception cref="DataException">Classes are unknown, or have fewer rows than <paramref name="least"/>; the message lists every one.</exception>
    internal static void RequireEveryClass(Table rows, string part, int least)
    {
        var schema = rows.Schema;
        if (rows.Classes is not { } classes) throw new DataException($"The {part} rows do not say which class of '{schema.Target}' they have; a multi-class model needs it.");
        int[] counts = new int[schema.Classes.Count];
        foreach (int c in classes) counts[c]++;
        string[] few = [.. counts.Select((n, c) => (n, c)).Where(p => p.n < least)
            .Select(p => Invariant($"Class '{schema.Classes[p.c]}' of '{schema.Target}' has {(p.n == 0 ? "no" : Invariant($"{p.n}"))} {part} row; it needs at least {least}."))];
        if (few.Length > 0) throw new DataException(string.Join(Environment.NewLine, few));
    }

    /// <summary>Refuses a table from which nothing can be learnt.</summary>
    /// <exception cref="DataException">The target is missing, has one class, or a class has fewer rows than <paramref name="parts"/>.</exception>
    internal static void RequireBothClasses(Table rows, int parts)
    {
        var (schema, labels) = (rows.Schema, rows.Labels);
        if (labels is null) throw new DataException($"The target column '{schema.Target}' is missing; training needs outcomes.");
        int favourable = labels.Count(l => l), other = rows.Rows - favourable;
        if (favourable == 0) throw new DataException(Invariant($"No row has the favourable outcome '{schema.Favourable}' in '{schema.Target}' ({rows.Rows} rows); a classifier needs both outcomes."));
        if (other == 0) throw new DataException(Invariant($"Every row has the favourable outcome '{schema.Favourable}' in '{schema.Target}' ({rows.Rows} rows); a classifier needs both outcomes."));
        int least = Math.Min(favourable, other);
        string rarer = rows.Classes is not null && favourable < other ? $"favourable class '{schema.Favourable}' of" : "rarer outcome in";
        if (least < 2 * parts)
            throw new DataException(parts > 1
                ? Invariant($"The {rarer} '{schema.Target}' has {least} rows; a split into {parts} parts needs at least {2 * parts}.")
                : Invariant($"The {rarer} '{schema.Target}' has {least} row; training and validation need at least 2 each."));
    }
}
