using Utf8 = System.Text.Encoding;
using System.Text.Json;
using Redress.Data;

namespace Redress.Actions;

/// <summary>
/// Δ: what a person may change, in raw units. It joins the schema's declarations with the statistics of the training rows,
/// which give limits in standard deviations and percentiles their size, and the values a tied column can take.
/// </summary>
/// <remarks>Where a schema sets no limit on a changeable number, the values seen in training limit it, so that Δ is bounded.</remarks>
public sealed class ActionSet
{
    private readonly Feature[] features;
    private readonly Tie[] ties;
    private readonly LinearConstraint[] constraints;
    private readonly int[] actionable, leaders;
    private readonly (double Lower, double Upper, double Reach)[] limits;
    private readonly Tie[][] followers;
    private readonly double[]?[] listed;

    /// <summary>Creates the action set that a schema declares.</summary>
    /// <param name="schema">The declarations; its columns must be those of the statistics.</param>
    /// <param name="statistics">The statistics of the training rows.</param>
    /// <exception cref="ArgumentException">The statistics are of another number of features.</exception>
    /// <exception cref="OptionsException">The schema ties columns (same_as) that the statistics do not, or the other way round.</exception>
    public ActionSet(Schema schema, TrainingStatistics statistics)
    {
        if (statistics.Mean.Count != schema.Features.Count)
            throw new ArgumentException(Invariant($"The statistics are of {statistics.Mean.Count} features, the schema has {schema.Features.Count}."), nameof(statistics));
        for (int f = 0; f < schema.Features.Count; f++)
        {
            int known = statistics.Ties.FirstOrDefault(t => t.Follower == f)?.Leader ?? -1;
            if (known != schema.Leaders[f])
                throw new OptionsException($"The action set says that '{schema.Features[f].Name}' follows {Named(schema, schema.Leaders[f])}; in the training rows' statistics it follows {Named(schema, known)}.");
        }
        Schema = schema;
        Statistics = statistics;
        (features, ties, constraints) = ([.. schema.Features], [.. statistics.Ties], [.. schema.Constraints]);
        leaders = [.. schema.Leaders];
        actionable = [.. Enumerable.Range(0, features.Length).Where(f => features[f].IsActionable)];
        limits = [.. Enumerable.Range(0, features.Length).Select(LimitsOf)];
        followers = [.. schema.Features.Select((_, f) => statistics.Ties.Where(t => t.Leader == f).ToArray())];
        listed = [.. schema.Features.Select((_, f) => Listed(f))];
        if (WhyEmpty(schema) is { } empty) throw new OptionsException(empty);
        IsBox = schema.Constraints.Count == 0 && statistics.Ties.Count == 0 && !schema.Features.Any(f => f.IsActionable && f.Kind == FeatureKind.Categorical);
        Json = WriteJson();
        Fingerprint = ContentHash.Hex(Utf8.UTF8.GetBytes(Json));
    }

    /// <summary>The declarations.</summary>
    public Schema Schema { get; }

    /// <summary>The statistics that limits refer to.</summary>
    public TrainingStatistics Statistics { get; }

    /// <summary>The action set as JSON: every changeable feature with its limits in raw units or percentiles, and the constraints.</summary>
    public string Json { get; }

    /// <summary>SHA-256 of <see cref="Json"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>True where a person can change at least one feature.</summary>
    public bool HasActions => actionable.Length > 0;

    /// <summary>The features that may change, ascending.</summary>
    internal ReadOnlySpan<int> Actionable => actionable;

    /// <summary>Every follower with its leader.</summary>
    internal ReadOnlySpan<Tie> Ties => ties;

    /// <summary>The schema's constraints.</summary>
    internal ReadOnlySpan<LinearConstraint> Constraints => constraints;

    /// <summary>True where the relaxed set is a product of intervals: no changeable category, tie or linear constraint.</summary>
    internal bool IsBox { get; }

    /// <summary>The ties whose leader is the given feature.</summary>
    internal ReadOnlySpan<Tie> FollowersOf(int feature) => followers[feature];

    /// <summary>The interval that contains every value a feature may take for a person; the present value is always in it.</summary>
    /// <param name="feature">The feature's index.</param>
    /// <param name="present">The person's present value, raw.</param>
    /// <returns>Lowest and highest value, raw; equal where the feature is frozen.</returns>
    public (double Lower, double Upper) Interval(int feature, double present)
    {
        var f = features[feature];
        if (!f.IsActionable) return (present, present);
        if (f.Kind == FeatureKind.Categorical) return (0, f.Values.Count - 1);
        var (lower, upper, reach) = limits[feature];
        if (!double.IsNaN(reach)) (lower, upper) = (Math.Max(lower, present - reach), Math.Min(upper, present + reach));
        else if (f.LargestChange is { } points)
        {
            var (down, up) = ReachOfPercentiles(Statistics.Distributions[feature], present, points.Amount);
            (lower, upper) = (Math.Max(lower, down), Math.Min(upper, up));
        }
        if (f.Change == Change.Increase) lower = present;
        if (f.Change == Change.Decrease) upper = present;
        if (f.IsDiscrete) (lower, upper) = (Math.Ceiling(lower - 1e-9), Math.Floor(upper + 1e-9));
        return (Math.Min(lower, present), Math.Max(upper, present));
    }

    /// <summary>The values a changed feature may take where they are few and declared: allowed values, a tied column's, categories; else null.</summary>
    /// <remarks>A person's own value may stay even where it is not among them.</remarks>
    internal ReadOnlySpan<double> ListedValues(int feature) => listed[feature];

    /// <summary>True for whole steps and named values.</summary>
    internal bool IsDiscrete(int feature) => features[feature].IsDiscrete;

    /// <summary>True for named values without an order.</summary>
    internal bool IsCategory(int feature) => features[feature].Kind == FeatureKind.Categorical;

    /// <summary>True where only <see cref="ListedValues"/> may be taken.</summary>
    internal bool IsListed(int feature) => listed[feature] is not null;

    /// <summary>True where a feature may take a value, given the person's present one.</summary>
    internal bool MayTake(int feature, double present, double value)
    {
        if (value == present) return true;
        var f = features[feature];
        if (!f.IsActionable || !f.Holds(value)) return false;
        // All categories are listed at their own places, as a rule.
        if (listed[feature] is { } values && !(value >= 0 && value < values.Length && values[(int)value] == value) && Array.BinarySearch(values, value) < 0) return false;
        var (lower, upper) = Interval(feature, present);
        return value >= lower && value <= upper;
    }

    /// <summary>Moves every follower of a changed leader along; a leader that stays leaves its followers as they are.</summary>
    /// <param name="present">The person's present row, raw.</param>
    /// <param name="changed">The row after the action, raw; followers are overwritten.</param>
    internal void Follow(ReadOnlySpan<double> present, Span<double> changed)
    {
        foreach (var tie in ties)
            changed[tie.Follower] = changed[tie.Leader] == present[tie.Leader] ? present[tie.Follower] : tie.Follow(changed[tie.Leader]);
    }

    /// <summary>True where the changed row is in x + Δ: every declared limit, tie and constraint holds, in raw units.</summary>
    /// <param name="present">The person's present row, raw.</param>
    /// <param name="changed">The row after the action, raw.</param>
    public bool Allows(ReadOnlySpan<double> present, ReadOnlySpan<double> changed)
    {
        for (int f = 0; f < present.Length; f++)
            if (leaders[f] < 0 && !MayTake(f, present[f], changed[f])) return false;
        foreach (var tie in ties)
        {
            double follows = changed[tie.Leader] == present[tie.Leader] ? present[tie.Follower] : tie.Follow(changed[tie.Leader]);
            if (changed[tie.Follower] != follows) return false;
        }
        foreach (var constraint in constraints)
            if (!constraint.Holds(changed)) return false;
        return true;
    }

    /// <summary>Says why "no change" is not in a person's action set, or null where it is (the paper's assumption 0 ∈ Δ).</summary>
    /// <param name="present">The person's present row, raw.</param>
    internal string? WhyNotZero(ReadOnlySpan<double> present)
    {
        for (int i = 0; i < present.Length; i++)
        {
            var f = features[i];
            if (f.Minimum is { } minimum && present[i] < minimum || f.Maximum is { } maximum && present[i] > maximum)
                return Invariant($"column '{f.Name}' is {f.Show(present[i])}, outside its range {Show(f, f.Minimum)} to {Show(f, f.Maximum)}, so 'no change' is not in the action set");
        }
        foreach (var constraint in constraints)
            if (!constraint.Holds(present))
            {
                string columns = string.Join(", ", constraint.Terms.Select(t => $"'{Schema.Features[t.Feature].Name}'"));
                return $"the constraint '{constraint.Text}' does not hold for the person's own {columns}, so 'no change' is not in the action set";
            }
        return null;
    }

    private static string Named(Schema schema, int feature) => feature < 0 ? "none" : $"'{schema.Features[feature].Name}'";

    /// <summary>Says why Δ would be empty for everyone: no row within the declared ranges obeys all constraints; null where one does.</summary>
    internal static string? WhyEmpty(Schema schema)
    {
        int n = schema.Features.Count, m = schema.Constraints.Count;
        if (m == 0) return null;
        var rows = new double[m * n];
        for (int i = 0; i < m; i++)
            foreach (var (feature, coefficient) in schema.Constraints[i].Terms) rows[i * n + feature] = coefficient;
        double[] lower = [.. schema.Features.Select(f => f.IsNamed ? 0 : f.Minimum ?? double.NegativeInfinity)];
        double[] upper = [.. schema.Features.Select(f => f.IsNamed ? 0 : f.Maximum ?? double.PositiveInfinity)];
        double[] bounds = [.. schema.Constraints.Select(c => c.Bound)];
        if (new LinearProgram(n, m).Minimise(new double[n], rows, bounds, lower, upper, new double[n], out _) != LinearProgramStatus.Infeasible) return null;
        string texts = string.Join(", ", schema.Constraints.Select(c => $"'{c.Text}'").Distinct(StringComparer.Ordinal));
        return $"No row obeys all constraints and ranges together ({texts}): the action set is empty.";
    }

    private static string Show(Feature f, double? limit) => limit is { } value ? f.Show(value) : "(no limit)";

    /// <summary>The interval that is the same for everyone, and the largest change in raw units: NaN for none and for one in percentiles.</summary>
    private (double Lower, double Upper, double Reach) LimitsOf(int feature)
    {
        var (f, seen) = (features[feature], Statistics.Distributions[feature]);
        bool open = f.LargestChange is null;
        return (
            f.Minimum ?? (f.IsNamed ? 0 : open ? seen.Minimum : double.NegativeInfinity),
            f.Maximum ?? (f.IsNamed ? f.Values.Count - 1 : open ? seen.Maximum : double.PositiveInfinity),
            f.LargestChange switch
            {
                { Unit: ChangeUnit.Raw } raw => raw.Amount,
                { Unit: ChangeUnit.StandardDeviations } deviations => deviations.Amount * Statistics.DeviationOf(feature),
                _ => double.NaN,
            });
    }

    private static (double Down, double Up) ReachOfPercentiles(EmpiricalDistribution distribution, double present, double points)
    {
        double percentile = distribution.PercentileOf(present);
        return (distribution.ValueAt(percentile - points), distribution.ValueAt(percentile + points));
    }

    private double[]? Listed(int feature)
    {
        var f = Schema.Features[feature];
        if (!f.IsActionable) return null;
        double[]? values = f.Allowed?.ToArray();
        if (values is null && f.Kind == FeatureKind.Categorical) values = [.. Enumerable.Range(0, f.Values.Count)];
        foreach (var tie in followers[feature])
            values = [.. values is null ? tie.Keys : values.Where(v => tie.IndexOf(v) >= 0)];
        return values;
    }

    private string WriteJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("features");
            for (int f = 0; f < Schema.Features.Count; f++)
                if (Schema.Features[f].IsActionable) WriteFeature(json, f);
            json.WriteEndArray();
            json.WriteStartArray("constraints");
            foreach (var constraint in Schema.Constraints) json.WriteStringValue(constraint.Text);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Utf8.UTF8.GetString(buffer.ToArray());
    }

    private void WriteFeature(Utf8JsonWriter json, int feature)
    {
        var f = Schema.Features[feature];
        json.WriteStartObject();
        json.WriteString("feature", f.Name);
        json.WriteString("change", f.Change.ToString().ToLowerInvariant());
        if (f.Minimum is { } minimum) json.WriteNumber("minimum", minimum);
        if (f.Maximum is { } maximum) json.WriteNumber("maximum", maximum);
        if (f.LargestChange is { } largest)
        {
            bool points = largest.Unit == ChangeUnit.Percentiles;
            double amount = largest.Unit == ChangeUnit.StandardDeviations ? largest.Amount * Statistics.StandardDeviation[feature] : largest.Amount;
            json.WriteNumber(points ? "largest_change_percentiles" : "largest_change", amount);
        }
        if (listed[feature] is { } values)
        {
            json.WriteStartArray("values");
            foreach (double value in values) JsonSerializer.Serialize(json, Cell.Of(f, value), CellJson.Default.Cell);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
