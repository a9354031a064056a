using System.Text.Json.Serialization;

namespace Redress.Reports.Specs;

/// <summary>
/// A chart in Vega-Lite's grammar: what of it reports use, as records. Names from data are never names of fields, only values and titles, so nothing in
/// them can mean anything to Vega-Lite. What is null is left out.
/// </summary>
/// <param name="Height">Pixels; the width is the page's.</param>
/// <param name="Data">The rows, or null where every layer has its own.</param>
/// <param name="Encoding">What all layers share.</param>
/// <param name="Layer">The marks, the later above the earlier.</param>
internal sealed record VegaSpec(double Height, ChartRows? Data, Encoding? Encoding, IReadOnlyList<Layer> Layer)
{
    [JsonPropertyName("$schema"), JsonPropertyOrder(-1)]
    public string Schema { get; } = "https://vega.github.io/schema/vega-lite/v6.json";

    /// <summary>As wide as the page gives it.</summary>
    public string Width { get; } = "container";

    public Autosize Autosize { get; } = new("fit-x", "padding");
}

/// <summary>How the chart fits its place.</summary>
internal sealed record Autosize(string Type, string Contains);

/// <summary>Rows of a chart.</summary>
internal sealed record ChartRows(IReadOnlyList<Datum> Values);

/// <summary>A row of a chart's data: one type for all charts, each of which uses some of its fields.</summary>
internal sealed record Datum
{
    public string? Name { get; init; }

    public string? Group { get; init; }

    public double? X { get; init; }

    public double? Y { get; init; }

    public double? Lower { get; init; }

    public double? Upper { get; init; }

    public double? Value { get; init; }
}

/// <summary>The fields of <see cref="Datum"/>.</summary>
internal enum Field
{
    /// <summary><see cref="Datum.Name"/>.</summary>
    Name,

    /// <summary><see cref="Datum.Group"/>.</summary>
    Group,

    /// <summary><see cref="Datum.X"/>.</summary>
    X,

    /// <summary><see cref="Datum.Y"/>.</summary>
    Y,

    /// <summary><see cref="Datum.Lower"/>.</summary>
    Lower,

    /// <summary><see cref="Datum.Upper"/>.</summary>
    Upper,

    /// <summary><see cref="Datum.Value"/>.</summary>
    Value,
}

/// <summary>A mark over the rows that a filter leaves.</summary>
internal sealed record Layer(Mark Mark, Encoding Encoding, ChartRows? Data = null, IReadOnlyList<Filter>? Transform = null);

/// <summary>Rows to leave in.</summary>
internal sealed record Filter([property: JsonPropertyName("filter")] Predicate Of);

/// <summary>What a field must be.</summary>
internal sealed record Predicate(Field Field, bool? Valid = null, double? Gt = null, double? Lte = null);

/// <summary>What is drawn.</summary>
internal sealed record Mark(MarkType Type)
{
    public double? Opacity { get; init; }

    public double? StrokeWidth { get; init; }

    public bool? Filled { get; init; }

    public double? Size { get; init; }

    public string? Color { get; init; }

    public string? Orient { get; init; }

    public string? Align { get; init; }

    public string? Baseline { get; init; }

    public string? Interpolate { get; init; }

    public double? Dx { get; init; }

    public double? Limit { get; init; }

    public double? FontSize { get; init; }

    public MarkHeight? Height { get; init; }

    public bool? Clip { get; init; }

    public string? Stroke { get; init; }

    public string? Shape { get; init; }

    /// <summary>Degrees from up, clockwise.</summary>
    public Expression? Angle { get; init; }

    /// <summary>False for a line through its rows as they come.</summary>
    public bool? Order { get; init; }
}

/// <summary>What Vega's interpreter works out for a row: our own text, in which nothing from data stands.</summary>
internal sealed record Expression(string Expr);

/// <summary>A share of a category's room.</summary>
internal sealed record MarkHeight(double Band);

/// <summary>The kinds of marks.</summary>
internal enum MarkType
{
    /// <summary>A band.</summary>
    Area,

    /// <summary>A bar.</summary>
    Bar,

    /// <summary>A line through points.</summary>
    Line,

    /// <summary>A symbol.</summary>
    Point,

    /// <summary>A cell.</summary>
    Rect,

    /// <summary>A straight line.</summary>
    Rule,

    /// <summary>A short stroke across.</summary>
    Tick,

    /// <summary>Words.</summary>
    Text,
}

/// <summary>Which field each property of a mark shows.</summary>
internal sealed record Encoding
{
    public Channel? X { get; init; }

    public Channel? Y { get; init; }

    public Channel? X2 { get; init; }

    public Channel? Y2 { get; init; }

    public Channel? YOffset { get; init; }

    public Channel? Color { get; init; }

    public Channel? Fill { get; init; }

    public Channel? Shape { get; init; }

    public Channel? StrokeDash { get; init; }

    public Channel? Text { get; init; }

    public IReadOnlyList<Channel>? Tooltip { get; init; }
}

/// <summary>How a field is shown, or a fixed place in pixels.</summary>
internal sealed record Channel(Field? Field = null, FieldType? Type = null)
{
    /// <summary>The title of its axis, or its name in a tooltip; empty for none, and null where the channel has neither.</summary>
    public string? Title { get; init; }

    public Scale? Scale { get; init; }

    public Axis? Axis { get; init; }

    public Legend? Legend { get; init; }

    /// <summary>A number format of d3, our own text.</summary>
    public string? Format { get; init; }

    /// <summary>A fixed place in pixels, where there is no field.</summary>
    public double? Value { get; init; }
}

/// <summary>What a field holds.</summary>
internal enum FieldType
{
    /// <summary>Numbers.</summary>
    Quantitative,

    /// <summary>Names.</summary>
    Nominal,
}

/// <summary>A legend, or none.</summary>
[JsonConverter(typeof(LegendConverter))]
internal sealed record Legend(int Columns, string? Title = null)
{
    /// <summary>The shape of all its symbols, where the mark's own says little.</summary>
    internal string? SymbolType { get; init; }

    /// <summary>No legend, where the chart would have one of itself.</summary>
    internal static Legend None { get; } = new(0);
}

/// <summary>An axis; what is null is as the page's theme says.</summary>
internal sealed record Axis(string? Orient = null, double? LabelLimit = null, double? LabelAngle = null, int? TickCount = null, string? Format = null)
{
    public bool? Labels { get; init; }

    public bool? Ticks { get; init; }

    public bool? Domain { get; init; }

    public bool? Grid { get; init; }

    /// <summary>An axis that is not seen.</summary>
    internal static Axis Hidden { get; } = new() { Labels = false, Ticks = false, Domain = false, Grid = false };
}

/// <summary>From a field's values to places, colours, dashes or shapes.</summary>
[JsonConverter(typeof(ScaleConverter))]
internal sealed record Scale
{
    /// <summary>The names of a nominal field, in order.</summary>
    internal IReadOnlyList<string>? Names { get; init; }

    /// <summary>The ends of a quantitative field.</summary>
    internal (double From, double To)? Span { get; init; }

    /// <summary>True for a logarithmic scale.</summary>
    internal bool Log { get; init; }

    /// <summary>Whether the scale begins at 0; null for Vega-Lite's own choice.</summary>
    internal bool? Zero { get; init; }

    /// <summary>Whether it ends at round numbers; null for Vega-Lite's own choice.</summary>
    internal bool? Nice { get; init; }

    /// <summary>Dashes, one a name, each of alternating pixels drawn and left out.</summary>
    internal IReadOnlyList<double[]>? Dashes { get; init; }

    /// <summary>Colours or shapes.</summary>
    internal IReadOnlyList<string>? Range { get; init; }
}
