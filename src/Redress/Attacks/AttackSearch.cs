using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Attacks;

/// <summary>What an attack made of people.</summary>
/// <param name="Fooled">True a row for which an adversarial example was found.</param>
/// <param name="Points">rows × encoding width: the example, or where the search ended; empty where it was not asked for.</param>
internal sealed record AttackOutcome(bool[] Fooled, float[] Points);

/// <summary>An attack on many people of one model, over chunks of rows on several threads; the same answers whatever these are.</summary>
internal sealed class AttackSearch
{
    private readonly IDifferentiableClassifier model;
    private readonly IAttack attack;
    private readonly AttackRegion region;

    /// <summary>Checks model, attack and ball against each other.</summary>
    /// <exception cref="OptionsException">The model has no gradients, or an option is wrong; the message lists every problem.</exception>
    internal AttackSearch(IModel model, IAttack attack, AttackBall ball)
    {
        OptionsException.ThrowIfAny(attack.Problems().Concat(ball.Problems()).Concat(ball.Problems(model.Schema)).Concat(UnmetNeeds(model, attack)));
        (this.model, this.attack) = ((IDifferentiableClassifier)model, attack);
        region = new(model.Schema, this.model.Encoding, this.model.Statistics, ball);
        Epsilon = ball.Epsilon;
    }

    private double Epsilon { get; }

    internal static IEnumerable<string> UnmetNeeds(IModel model, IAttack attack)
    {
        if (model is not IDifferentiableClassifier) yield return $"Attack '{attack.Info.Slug}' needs gradients, and the model gives scores only.";
    }

    /// <summary>Attacks people whom the model decides rightly.</summary>
    /// <param name="people">The people.</param>
    /// <param name="labels">Their outcomes, which are the model's decisions too.</param>
    /// <param name="rng">The stream of starts; a person's is keyed by their id or raw content.</param>
    /// <param name="keepPoints">True to return the points.</param>
    /// <param name="execution">Threads; they never change an answer.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal AttackOutcome Run(Table people, bool[] labels, Rng rng, bool keepPoints, Execution execution, CancellationToken cancel)
    {
        var steps = attack.StepsIn(Epsilon);
        var root = rng.Split("attack").Split(attack.Info.Slug);
        var fooled = new bool[people.Rows];
        var points = new float[keepPoints ? people.Rows * region.Width : 0];
        Chunks.Run(people.Rows, execution, (start, count) =>
        {
            using var scope = TensorScope.Open();
            var x = new float[count * region.Width];
            model.Encoding.Encode(people, start, count, x);
            Rng? StartOf(int row, int restart) => steps.RandomStart ? root.Split(people.StreamKey(start + row)).Split((ulong)restart) : null;
            new GradientAttack(region, steps).Search(
                model.Lanes(), x, labels.AsSpan(start, count), model.Threshold, StartOf, fooled.AsSpan(start, count),
                keepPoints ? points.AsSpan(start * region.Width, count * region.Width) : default, cancel);
        }, cancel);
        return new(fooled, points);
    }
}
