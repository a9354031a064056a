using System.Buffers;
using Redress.Data;

namespace Redress.Models;

/// <summary>Trees, and what calibrates their mean.</summary>
/// <param name="Trees">One or more.</param>
/// <param name="Calibrator">Null where the mean of the trees is the probability.</param>
internal sealed record CalibratedTrees(DecisionTree[] Trees, Calibrator? Calibrator);

/// <summary>
/// A random forest (Breiman 2001): the mean of its trees' probabilities; or several forests, each calibrated on rows that it was not fitted on, and the mean of theirs.
/// It gives probabilities, many of them equal, and no gradients.
/// </summary>
public sealed class ForestModel : ICertifiableModel
{
    // Rows that go down together: enough that trees, larger than the caches, are read seldom, few enough that the rows stay near.
    private const int BlockValues = 1 << 15, LeastBlockRows = 64, MostBlockRows = 4096;
    private readonly CalibratedTrees[] members;

    /// <summary>Joins the parts of a trained forest.</summary>
    internal ForestModel(
        Schema schema, Encoding encoding, TrainingStatistics statistics, CalibratedTrees[] members, double threshold,
        TrainingRecord training, double? outOfBag, IReadOnlyList<Certificate>? certificates = null)
    {
        if (members.Length == 0 || members.Any(m => m.Trees.Length == 0)) throw new ArgumentException("A forest has at least one tree.", nameof(members));
        (Schema, Encoding, Statistics, Training, Threshold, OutOfBag, Certificates) = (schema, encoding, statistics, training, threshold, outOfBag, certificates ?? []);
        this.members = members;
        Classes = [$"not {schema.Favourable}", schema.Favourable];
        Fingerprint = ForestFile.FingerprintOf(this);
    }

    /// <summary>The same forest with another threshold and certificates; the fingerprint stays.</summary>
    private ForestModel(ForestModel of, double threshold, IReadOnlyList<Certificate> certificates)
    {
        (Schema, Encoding, Statistics, Training, OutOfBag, Classes, Fingerprint) = (of.Schema, of.Encoding, of.Statistics, of.Training, of.OutOfBag, of.Classes, of.Fingerprint);
        members = of.members;
        (Threshold, Certificates) = (threshold, certificates);
    }

    /// <inheritdoc/>
    public Schema Schema { get; }

    /// <inheritdoc/>
    public Encoding Encoding { get; }

    /// <inheritdoc/>
    public TrainingStatistics Statistics { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public ScoreKind ScoreKind => ScoreKind.Probability;

    /// <inheritdoc/>
    public double Threshold { get; }

    /// <inheritdoc/>
    public string Fingerprint { get; }

    /// <inheritdoc/>
    public TrainingRecord Training { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>
    /// The out-of-bag accuracy: the share of training rows whose outcome is likelier than not by the mean, before calibration, of the trees that did not draw them; 0 to 1. Rows that every tree drew do not
    /// count (scikit-learn takes them for the first class). The mean over the folds where calibrated; null without bootstrap.
    /// </summary>
    public double? OutOfBag { get; }

    /// <summary>The trees of all folds.</summary>
    public int Trees => members.Sum(m => m.Trees.Length);

    /// <summary>The nodes of all trees.</summary>
    public long Nodes => members.Sum(m => m.Trees.Sum(t => (long)t.Nodes.Length));

    /// <summary>The edges from a root to the leaf farthest from it, in the deepest tree.</summary>
    public int Depth => members.Max(m => m.Trees.Max(t => t.Depth));

    /// <summary>The trees and their calibrators.</summary>
    internal IReadOnlyList<CalibratedTrees> Members => members;

    /// <inheritdoc cref="ICertifiableModel.Certified"/>
    public ForestModel Certified(Certificate certificate) => certificate.Model == Fingerprint
        ? With(certificate.Threshold, [.. Certificates, certificate])
        : throw new ArgumentException("The certificate is of another model.", nameof(certificate));

    ICertifiableModel ICertifiableModel.Certified(Certificate certificate) => Certified(certificate);

    /// <summary>The same forest with another threshold and certificates.</summary>
    internal ForestModel With(double threshold, IReadOnlyList<Certificate> certificates) => new(this, threshold, certificates);

    /// <inheritdoc/>
    public void Score(Table people, Span2D scores, CancellationToken cancel = default)
    {
        if (scores.Rows != people.Rows || scores.Columns != 2)
            throw new ArgumentException(Invariant($"Scores are {scores.Rows} × {scores.Columns}; {people.Rows} people need {people.Rows} × 2."), nameof(scores));
        int block = Math.Min(BlockRows(Encoding.Width), people.Rows);
        float[] encoded = ArrayPool<float>.Shared.Rent(block * Encoding.Width);
        double[] probabilities = ArrayPool<double>.Shared.Rent(block);
        for (int start = 0; start < people.Rows; start += block)
        {
            cancel.ThrowIfCancellationRequested();
            int count = Math.Min(block, people.Rows - start);
            Encoding.Encode(people, start, count, encoded);
            Probabilities(members, encoded, Encoding.Width, count, probabilities);
            for (int i = 0; i < count; i++) (scores[start + i, 0], scores[start + i, 1]) = (1 - probabilities[i], probabilities[i]);
        }
        ArrayPool<float>.Shared.Return(encoded);
        ArrayPool<double>.Shared.Return(probabilities);
    }

    /// <summary>Rows of this width that are scored together.</summary>
    internal static int BlockRows(int width) => Math.Clamp(BlockValues / width, LeastBlockRows, MostBlockRows);

    /// <summary>The mean over the members of their calibrated means.</summary>
    /// <param name="members">Trees and calibrators.</param>
    /// <param name="rows">At least count × width, encoded.</param>
    /// <param name="width">Columns.</param>
    /// <param name="count">Rows.</param>
    /// <param name="probabilities">At least count values, written.</param>
    private static void Probabilities(CalibratedTrees[] members, ReadOnlySpan<float> rows, int width, int count, Span<double> probabilities)
    {
        double[] means = ArrayPool<double>.Shared.Rent(count);
        probabilities[..count].Clear();
        foreach (var member in members)
        {
            Mean(member.Trees, rows, width, count, means);
            for (int i = 0; i < count; i++) probabilities[i] += member.Calibrator?.Of(means[i]) ?? means[i];
        }
        for (int i = 0; i < count; i++) probabilities[i] /= members.Length;
        ArrayPool<double>.Shared.Return(means);
    }

    /// <summary>The mean of trees' probabilities, summed in their order.</summary>
    internal static void Mean(DecisionTree[] trees, ReadOnlySpan<float> rows, int width, int count, Span<double> means)
    {
        float[] one = ArrayPool<float>.Shared.Rent(count);
        int[] work = ArrayPool<int>.Shared.Rent(2 * count);
        means[..count].Clear();
        foreach (var tree in trees)
        {
            tree.Probabilities(rows, width, count, one, work);
            for (int i = 0; i < count; i++) means[i] += one[i];
        }
        for (int i = 0; i < count; i++) means[i] /= trees.Length;
        ArrayPool<float>.Shared.Return(one);
        ArrayPool<int>.Shared.Return(work);
    }
}
