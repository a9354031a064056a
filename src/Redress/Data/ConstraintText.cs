using System.Globalization;

namespace Redress.Data;

/// <summary>Reads linear rules such as <c>capital_gain - 2*capital_loss &lt;= 5000</c>: terms and numbers on both sides of one relation.</summary>
internal sealed class ConstraintText
{
    private readonly string text;
    private readonly IReadOnlyList<Feature> features;
    private readonly SortedDictionary<int, double> coefficients = [];
    private double constant;
    private int at;

    private ConstraintText(string text, IReadOnlyList<Feature> features) => (this.text, this.features) = (text, features);

    /// <summary>One constraint, or two of opposite sign for an equality.</summary>
    /// <exception cref="SchemaException">The text is no rule; the message says where.</exception>
    internal static LinearConstraint[] Parse(string text, IReadOnlyList<Feature> features)
    {
        if (text.Length > 10_000) throw new SchemaException(Invariant($"A constraint has {text.Length} characters; the limit is 10000."));
        var reading = new ConstraintText(text, features);
        reading.Side(+1);
        string relation = reading.Relation();
        reading.Side(-1);
        if (reading.at < text.Length) throw reading.Fault($"'{text[reading.at..]}' is left over");
        // sum + constant ≤ 0, so sum ≤ -constant; + 0.0 turns -0 into 0.
        var terms = reading.coefficients.Where(c => c.Value != 0).Select(c => (c.Key, c.Value)).ToArray();
        LinearConstraint AtMost(double sign) => new(text, [.. terms.Select(t => (t.Key, sign * t.Value))], -sign * reading.constant + 0.0);
        return relation switch { "<=" => [AtMost(1)], ">=" => [AtMost(-1)], _ => [AtMost(1), AtMost(-1)] };
    }

    /// <summary>Texts that read back as constraints of one text: that text where it does, else one a constraint (programs may name a rule as they like).</summary>
    internal static IEnumerable<string> Write(string text, LinearConstraint[] constraints, IReadOnlyList<Feature> features)
    {
        try
        {
            // An equality is two constraints of the same text.
            if (Parse(text, features).Zip(constraints, (a, b) => a.Bound == b.Bound && a.Terms.SequenceEqual(b.Terms.OrderBy(t => t.Feature))).All(same => same) && Parse(text, features).Length == constraints.Length) return [text];
        }
        catch (SchemaException)
        {
            // A title rather than a rule.
        }
        return constraints.Select(c => string.Join(" + ", c.Terms.Select(t => Invariant($"{t.Coefficient:R}*[{features[t.Feature].Name}]"))) + Invariant($" <= {c.Bound:R}"));
    }

    private void Side(int side)
    {
        Term(side * (Accept('-') ? -1 : 1));
        while (true)
        {
            if (Accept('+')) Term(side * (Accept('-') ? -1 : 1));
            else if (Accept('-')) Term(-side);
            else return;
        }
    }

    /// <summary>A number, a name, number * name or name * number.</summary>
    private void Term(double sign)
    {
        if (Name() is { } feature)
        {
            Add(feature, sign * (Accept('*') ? Number() ?? throw Fault("a number should stand after '*'") : 1));
            return;
        }
        double number = Number() ?? throw Fault(at < text.Length ? "a column name or a number should stand there" : "it ends where a column name or a number should stand");
        bool times = Accept('*');
        if (Name() is { } scaled) Add(scaled, sign * number);
        else if (times) throw Fault("a column name should stand after '*'");
        else constant += sign * number;
    }

    private void Add(int feature, double coefficient) => coefficients[feature] = coefficients.GetValueOrDefault(feature) + coefficient;

    private string Relation()
    {
        Spaces();
        foreach (string relation in new[] { "<=", ">=", "==", "=" })
            if (text.AsSpan(at).StartsWith(relation, StringComparison.Ordinal))
            {
                at += relation.Length;
                return relation;
            }
        if (at < text.Length && text[at] is '<' or '>') throw Fault($"a strict '{text[at]}' cannot be held exactly; write '{text[at]}='");
        throw Fault("'<=', '>=' or '=' should stand there");
    }

    /// <summary>The longest known name that stands here, or a name in brackets.</summary>
    private int? Name()
    {
        Spaces();
        if (at < text.Length && text[at] == '[')
        {
            int end = text.IndexOf(']', at);
            string name = end < 0 ? throw Fault("the bracket is not closed") : text[(at + 1)..end];
            int index = IndexOf(name);
            if (index < 0) throw Fault($"'{name}' is no feature");
            at = end + 1;
            return index;
        }
        int best = -1;
        for (int f = 0; f < features.Count; f++)
            if (text.AsSpan(at).StartsWith(features[f].Name, StringComparison.Ordinal) && !RunsOn(at + features[f].Name.Length)
                && (best < 0 || features[f].Name.Length > features[best].Name.Length)) best = f;
        if (best >= 0)
        {
            at += features[best].Name.Length;
            return best;
        }
        if (at < text.Length && (char.IsLetter(text[at]) || text[at] == '_'))
            throw Fault($"'{text[at..].Split(' ', '*', '+', '<', '>', '=')[0]}' is no feature");
        return null;
    }

    /// <summary>True where a name that ends here would be only the beginning of a longer word.</summary>
    private bool RunsOn(int end) => end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_');

    private int IndexOf(string name)
    {
        for (int f = 0; f < features.Count; f++)
            if (features[f].Name == name) return f;
        return -1;
    }

    private double? Number()
    {
        Spaces();
        int end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.' || text[end] is 'e' or 'E' && end > at || text[end] is '+' or '-' && end > at && text[end - 1] is 'e' or 'E')) end++;
        // "2e" of "2education" is a number before a name.
        for (; end > at; end--)
        {
            if (!double.TryParse(text.AsSpan(at, end - at), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) continue;
            at = end;
            return number;
        }
        return null;
    }

    private bool Accept(char sign)
    {
        Spaces();
        if (at >= text.Length || text[at] != sign) return false;
        at++;
        return true;
    }

    private void Spaces()
    {
        while (at < text.Length && text[at] == ' ') at++;
    }

    private SchemaException Fault(string what) => new(Invariant($"The constraint '{(text.Length <= 200 ? text : text[..197] + "...")}' cannot be read at character {at + 1}: {what}."));
}
