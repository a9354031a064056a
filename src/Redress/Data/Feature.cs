namespace Redress.Data;

/// <summary>What kind of values a feature takes.</summary>
public enum FeatureKind
{
    /// <summary>Any real number; may change by fractions.</summary>
    Numeric,

    /// <summary>Whole numbers; a recourse shows whole numbers only.</summary>
    Integer,

    /// <summary>Named values in an order, such as levels of schooling.</summary>
    Ordinal,

    /// <summary>Named values without an order.</summary>
    Categorical,
}

/// <summary>In which direction a person can change a feature.</summary>
public enum Change
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>To any value within the other limits.</summary>
    Any,

    /// <summary>Upwards only (numbers, and ordinal values along their order).</summary>
    Increase,

    /// <summary>Downwards only.</summary>
    Decrease,
}

/// <summary>The unit in which <see cref="LargestChange"/> is declared.</summary>
public enum ChangeUnit
{
    /// <summary>The feature's own unit (for ordinal features: places in the order).</summary>
    Raw,

    /// <summary>Standard deviations of the feature over the training rows.</summary>
    StandardDeviations,

    /// <summary>Percentile points of the feature's distribution over the training rows, 0 to 100.</summary>
    Percentiles,
}

/// <summary>How far a feature may move from the person's present value.</summary>
/// <param name="Amount">The largest change, more than 0.</param>
/// <param name="Unit">The unit of <paramref name="Amount"/>.</param>
public readonly record struct LargestChange(double Amount, ChangeUnit Unit);

/// <summary>One feature of a model: its values and what a person can change about it.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">What kind of values it takes.</param>
/// <param name="Values">The names of an ordinal (in order) or categorical feature's values; empty for numbers. A table stores the index.</param>
/// <param name="Change">The direction in which it may change.</param>
/// <param name="Allowed">The only values a changed feature may take, ascending (for named values: indices), or null. The present value may always stay.</param>
/// <param name="Minimum">The lowest value a recourse may show, or null.</param>
/// <param name="Maximum">The highest value a recourse may show, or null.</param>
/// <param name="LargestChange">How far the value may move, or null.</param>
/// <param name="CostWeight">The factor of this feature's part in every cost; more than 0.</param>
/// <param name="SameAs">The feature that determines this one, so that both move together, or null.</param>
public sealed record Feature(
    string Name,
    FeatureKind Kind,
    IReadOnlyList<string> Values,
    Change Change = Change.None,
    IReadOnlyList<double>? Allowed = null,
    double? Minimum = null,
    double? Maximum = null,
    LargestChange? LargestChange = null,
    double CostWeight = 1,
    string? SameAs = null)
{
    /// <summary>A number that may take any real value.</summary>
    public static Feature Numeric(string name, Change change = Change.None, LargestChange? largestChange = null) =>
        new(name, FeatureKind.Numeric, [], change, LargestChange: largestChange);

    /// <summary>A whole number.</summary>
    public static Feature Integer(string name, Change change = Change.None, LargestChange? largestChange = null) =>
        new(name, FeatureKind.Integer, [], change, LargestChange: largestChange);

    /// <summary>A feature with named values and no order.</summary>
    public static Feature Categorical(string name, IReadOnlyList<string> values, Change change = Change.None) =>
        new(name, FeatureKind.Categorical, values, change);

    /// <summary>A feature with named values, lowest first.</summary>
    public static Feature Ordinal(string name, IReadOnlyList<string> order, Change change = Change.None) =>
        new(name, FeatureKind.Ordinal, order, change);

    /// <summary>True where values are names and a table stores their index.</summary>
    public bool IsNamed => Kind is FeatureKind.Ordinal or FeatureKind.Categorical;

    /// <summary>True where a recourse may show whole steps only: integers and named values.</summary>
    public bool IsDiscrete => Kind is not FeatureKind.Numeric;

    /// <summary>True where the schema allows some change, by this feature's own declaration or through the one it follows.</summary>
    public bool IsActionable => Change != Change.None;

    /// <summary>True if <paramref name="value"/> is a value this feature can hold: finite, whole where it must be, a known name.</summary>
    public bool Holds(double value) => Kind switch
    {
        FeatureKind.Numeric => double.IsFinite(value),
        FeatureKind.Integer => double.IsFinite(value) && value == Math.Floor(value),
        _ => value >= 0 && value < Values.Count && value == Math.Floor(value),
    };

    /// <summary>The value as a person reads it: a name, or the shortest number that reads back the same, with a decimal point.</summary>
    public string Show(double value) =>
        IsNamed && Holds(value) ? Values[(int)value] : value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
