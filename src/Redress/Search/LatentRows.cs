using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Redress.Actions;
using Redress.Generative;
using Redress.Tensors.Kernels;

namespace Redress.Search;

/// <summary>
/// Decoded rows side by side in lanes, in the model's encoded units and in everyone's Δ: categories as shares, whole numbers fractional, so that gradients go
/// through them.
/// </summary>
/// <remarks>Gradients go straight through what puts a row into Δ: they are those at the row in Δ, by the row that was decoded. Columns that a person cannot move have none.</remarks>
internal sealed class LatentRows
{
    private const int Lanes = LanePeople.Lanes;
    private static readonly int Parts = Lanes / Vector512<float>.Count;   // vectors a column

    private readonly EncodedActions batch;
    private readonly LanePeople people;
    private readonly Projection projection;
    private readonly Number[] numbers;
    private readonly Group[] groups;
    private readonly bool bernoulli, byRows;
    private readonly float[] shares, allowed, spare;   // [columns, lanes]; the first two in the decoder's columns
    private readonly LanePeople.RowChange project, tie;

    /// <summary>A generated number: column <paramref name="To"/> of the model is Scale · column <paramref name="From"/> of the decoder + Shift.</summary>
    private readonly record struct Number(int From, int To, float Scale, float Shift);

    /// <summary>A generated category; <paramref name="Values"/> where the model has one column for it, else null.</summary>
    private readonly record struct Group(int Feature, int From, int Width, int To, float[]? Values);

    internal LatentRows(EncodedActions batch, LatentDecoder decoder, LanePeople people)
    {
        (this.batch, this.people, bernoulli) = (batch, people, decoder.Numbers == NumberLikelihood.Bernoulli);
        projection = new(batch);
        var layout = decoder.Layout;
        var (found, categories) = (new List<Number>(), new List<Group>());
        foreach (int f in layout.Features)
        {
            var (theirs, ours) = (decoder.Encoding.At(f), batch.Encoding.At(f));
            if (theirs.IsOneHot)
            {
                float[]? values = ours.IsOneHot ? null : [.. Enumerable.Range(0, theirs.Width).Select(k => (float)((k - ours.Shift) / ours.Scale))];
                categories.Add(new(f, layout.PlaceOf(f), theirs.Width, ours.Offset, values));
            }
            else
            {
                found.Add(new(layout.PlaceOf(f), ours.Offset, (float)(theirs.Scale / ours.Scale), (float)((theirs.Shift - ours.Shift) / ours.Scale)));
            }
        }
        (numbers, groups) = ([.. found], [.. categories]);
        (shares, allowed) = (new float[layout.Generated * Lanes], new float[layout.Generated * Lanes]);
        for (int i = 0; i < batch.Rows; i++) byRows |= batch.ActionsOf(i) is var own && (own.Ties.Length > 0 || own.Constraints.Length > 0);
        Whole = new(batch, people);
        spare = new float[byRows ? batch.Width * Lanes : 0];
        // Who has neither ties nor constraints is in Δ already, and must stay the same in any company.
        project = (person, point, _) =>
        {
            if (batch.ActionsOf(person) is var own && (own.Ties.Length > 0 || own.Constraints.Length > 0)) projection.Apply(person, point);
        };
        tie = (person, point, gradient) => TiedColumns.PullBack(batch, person, point, gradient);
    }

    /// <summary>The whole points.</summary>
    internal WholeLanes Whole { get; }

    /// <summary>Notes what the person in a lane can do; they stand in the lane already.</summary>
    internal void Enter(int lane, int person)
    {
        var actions = batch.ActionsOf(person);
        double[] present = batch.People.Row(person).ToArray();
        foreach (var group in groups)
        {
            bool free = actions.Actionable.Contains(group.Feature) && actions.WhyNotZero(present) is null;
            for (int k = 0; k < group.Width; k++)
                allowed[(group.From + k) * Lanes + lane] = k == (int)present[group.Feature] || (free && actions.MayTake(group.Feature, present[group.Feature], k)) ? 1 : 0;
        }
    }

    /// <summary>Writes where everyone stands.</summary>
    /// <param name="generated">What the decoder made of the codes, [generated, lanes].</param>
    internal void Write(ReadOnlySpan<float> generated)
    {
        generated.CopyTo(shares);
        if (bernoulli && numbers.Length > 0)
        {
            var all = Vectors(shares)[..(numbers.Length * Parts)];
            foreach (ref var value in all) value = VectorMath.Sigmoid(value);
        }
        foreach (ref readonly var number in numbers.AsSpan()) WriteNumber(number);
        foreach (ref readonly var group in groups.AsSpan()) WriteGroup(group);
        if (byRows) people.ForEachRow(spare, project);
        Whole.Write();
    }

    /// <summary>Turns a gradient by where people stand into one by what the decoder generated.</summary>
    /// <param name="descent">[columns, lanes], changed.</param>
    /// <param name="outputs">[generated, lanes], all written.</param>
    internal void PullBack(float[] descent, Span<float> outputs)
    {
        if (byRows) people.ForEachRow(descent, tie);
        var at = Vectors(descent);
        var to = MemoryMarshal.Cast<float, Vector512<float>>(outputs);
        var shared = Vectors(shares);
        var lower = Vectors(people.Lower);
        var upper = Vectors(people.Upper);
        foreach (ref readonly var number in numbers.AsSpan())
            for (int part = 0; part < Parts; part++)
            {
                int i = number.To * Parts + part, from = number.From * Parts + part;
                var gradient = Vector512.ConditionalSelect(Vector512.LessThan(lower[i], upper[i]), at[i] * number.Scale, Vector512<float>.Zero);
                to[from] = bernoulli ? gradient * shared[from] * (VectorMath.One - shared[from]) : gradient;
            }
        foreach (ref readonly var group in groups.AsSpan())
            for (int part = 0; part < Parts; part++)
            {
                var mean = Vector512<float>.Zero;
                for (int k = 0; k < group.Width; k++) mean += shared[(group.From + k) * Parts + part] * GradientOf(group, k, at, part);
                for (int k = 0; k < group.Width; k++)
                {
                    int from = (group.From + k) * Parts + part;
                    to[from] = shared[from] * (GradientOf(group, k, at, part) - mean);
                }
            }
    }

    private static Vector512<float> GradientOf(in Group group, int k, ReadOnlySpan<Vector512<float>> at, int part) =>
        group.Values is null ? at[(group.To + k) * Parts + part] : at[group.To * Parts + part] * group.Values[k];

    private void WriteNumber(in Number number)
    {
        var points = Vectors(people.Points);
        var shared = Vectors(shares);
        var lower = Vectors(people.Lower);
        var upper = Vectors(people.Upper);
        for (int part = 0; part < Parts; part++)
        {
            int i = number.To * Parts + part;
            var x = shared[number.From * Parts + part] * number.Scale + Vector512.Create(number.Shift);
            points[i] = Vector512.Min(Vector512.Max(x, lower[i]), upper[i]);
        }
    }

    /// <summary>The softmax over the categories that the person may take; where the model has one column for them, their mean.</summary>
    private void WriteGroup(in Group group)
    {
        var points = Vectors(people.Points);
        var shared = Vectors(shares);
        var may = Vectors(allowed);
        for (int part = 0; part < Parts; part++)
        {
            int start = group.From * Parts + part, end = start + group.Width * Parts;
            var (largest, sum, mean) = (Vector512.Create(float.NegativeInfinity), Vector512<float>.Zero, Vector512<float>.Zero);
            for (int i = start; i < end; i += Parts) largest = Vector512.ConditionalSelect(Vector512.GreaterThan(may[i], Vector512<float>.Zero), Vector512.Max(largest, shared[i]), largest);
            for (int i = start; i < end; i += Parts) sum += shared[i] = may[i] * VectorMath.Exp(shared[i] - largest);
            for (int k = 0; k < group.Width; k++)
            {
                var share = shared[start + k * Parts] /= sum;
                if (group.Values is null) points[(group.To + k) * Parts + part] = share;
                else mean += share * group.Values[k];
            }
            if (group.Values is not null) points[group.To * Parts + part] = mean;
        }
    }

    private static Span<Vector512<float>> Vectors(float[] values) => MemoryMarshal.Cast<float, Vector512<float>>(values.AsSpan());
}
