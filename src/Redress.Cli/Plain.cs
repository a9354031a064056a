using Redress.Data;

namespace Redress.Cli;

/// <summary>Recourse in plain words and raw units.</summary>
internal static class Plain
{
    /// <summary>Such as "raise savings from 2,100 to 3,400 and lower amount from 9,000 to 8,000".</summary>
    internal static string Words(Schema schema, RecourseAnswer answer)
    {
        string[] parts = [.. answer.Changes.Where(c => schema.Features[schema.IndexOf(c.Feature)].SameAs is null).Select(c => Words(schema.Features[schema.IndexOf(c.Feature)], c))];
        return parts.Length <= 1 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
    }

    private static string Words(Feature feature, FeatureChange change)
    {
        bool ordered = feature.Kind != FeatureKind.Categorical;
        string verb = !ordered ? "change" : change.To.In(feature) > change.From.In(feature) ? "raise" : "lower";
        return $"{verb} {feature.Name} from {Show(change.From)} to {Show(change.To)}";
    }

    private static string Show(Cell cell) => cell.Name ?? Output.Number(cell.Number!.Value);
}
