using Redress.Costs;
using Redress.Data;

namespace Redress.Studies.Krishna2023;

/// <summary>Section 4.1's cost: the Euclidean length of a change in the models' own units.</summary>
internal sealed class EncodedLength(Encoding encoding) : ICost
{
    public string Slug => "l2-encoded";

    public string Title => "Euclidean length of the change in the model's units";

    public CostJoin Join => CostJoin.Euclidean;

    public double Part(Schema schema, TrainingStatistics statistics, int feature, double from, double to) => Math.Abs(to - from) / encoding.Features[feature].Scale;
}
