using System.Numerics.Tensors;
using Redress.Guarantees;
using Redress.Models;

namespace Redress.Studies.Krishna2023;

/// <summary>Lemma 1 and theorem 3, which speak of logistic regressions by plain gradient descent, as printed and put right.</summary>
internal sealed class WeightBounds
{
    internal const string Lemma1 = "lemma 1", Theorem3 = "theorem 3";

    private readonly KrishnaModels models;
    private readonly LocalModel[][] near;
    private readonly double[][] rows;   // the people, encoded
    private readonly int epochs;
    private readonly List<Measure> measures = [];

    internal WeightBounds(KrishnaModels models)
    {
        this.models = models;
        near = [.. models.Models.Select(m => LocalModel.Of(m, models.People))];
        rows = Encoded(models.Models[0], models.People);
        epochs = models.Choices.Epochs(models.Data.Train.Rows);
    }

    internal IReadOnlyList<Measure> All()
    {
        double meanNorm = MeanNorm();
        for (int e = 1; e < models.Models.Count; e++)
        {
            double epsilon = models.Choices.Epsilons[e];
            double apart = TensorPrimitives.Distance<double>(Weights(models.Models[0]), Weights(models.Models[e]));
            int steps = epochs * Batches();
            double bound = TrainingShift.Bound(new(steps * (double)KrishnaChoices.LogisticRate, meanNorm, epsilon, Math.Sqrt(rows[0].Length)));
            OfWeights(epsilon, apart, bound);
            OfOrder(e, apart, bound);
        }
        return measures;
    }

    private int Batches() => (models.Data.Train.Rows + KrishnaChoices.BatchSize - 1) / KrishnaChoices.BatchSize;

    private void Add(string table, double epsilon, string metric, double value) => measures.Add(new(models.Preset.Titled(table), models.Dataset, models.At(epsilon), "", metric, value));

    private void OfWeights(double epsilon, double apart, double bound)
    {
        double[] printed = [.. rows.Select((x, i) => Printed(i, epsilon))];
        Add(Lemma1, epsilon, "distance of the weights", apart);
        Add(Lemma1, epsilon, "put right: limit", bound);
        Add(Lemma1, epsilon, "put right: outside", apart <= bound ? 0 : 1);
        Add(Lemma1, epsilon, "printed: mean limit, y = 1", printed.Where((_, i) => models.People.Labels![i]).DefaultIfEmpty(double.NaN).Average());
        Add(Lemma1, epsilon, "printed: share of people outside", printed.Average(p => apart <= p ? 0.0 : 1));
    }

    private double Printed(int person, double epsilon) => PrintedBounds.Lemma1(epochs, KrishnaChoices.LogisticRate, models.People.Labels![person] ? 1 : -1, rows[person], epsilon);

    /// <summary>Theorem 3 on the exact minima of equation 2, for people whom both models reject.</summary>
    private void OfOrder(int e, double apart, double bound)
    {
        double epsilon = models.Choices.Epsilons[e], target = models.Models[0].Threshold;
        int[] people = [.. Enumerable.Range(0, rows.Length).Where(i => near[0][i].Score < target && near[e][i].Score < target)];
        if (people.Length < KrishnaChoices.FewestPeople) return;
        var orders = people.Select(i => OrderOf(i, e, target, apart, bound)).ToList();
        void Share(string metric, Func<Order, bool> of) => Add(Theorem3, epsilon, metric, (double)orders.Count(of) / orders.Count);
        Share("claim true", o => o.Claim);
        Share("printed: condition met", o => o.Condition);
        Share("printed: condition met and claim false", o => o.Condition && !o.Claim);
        Share("put right: decided by the weights' distance", o => o.ByWeights is not null);
        Share("put right: decided by lemma 1", o => o.ByLemma is not null);
        Share("put right: decided wrongly", o => (o.ByWeights ?? o.Claim) != o.Claim || (o.ByLemma ?? o.Claim) != o.Claim);
    }

    /// <summary>Whether the plain model is the surer of its own answer, and what is said of it; null where nothing is.</summary>
    private readonly record struct Order(bool Claim, bool Condition, bool? ByWeights, bool? ByLemma);

    private Order OrderOf(int i, int e, double target, double apart, double bound)
    {
        var (plain, robust) = (near[0][i], near[e][i]);
        double[] own = ScoreMatchingShift.Action(plain, target, KrishnaChoices.Lambda), other = ScoreMatchingShift.Action(robust, target, KrishnaChoices.Lambda);
        double[] robustRow = new double[own.Length];
        TensorPrimitives.Add(rows[i], other, robustRow);
        return new(
            plain.After(own) >= robust.After(other), PrintedBounds.Theorem3(plain.After(other), plain.After(own), Printed(i, models.Choices.Epsilons[e]), robustRow),
            Decided(ScoreOrder.Bounds(plain, robust.Score, own, other, apart)), Decided(ScoreOrder.Bounds(plain, robust.Score, own, other, bound)));
    }

    private static bool? Decided(Limits limits) => limits.Lower >= 0 ? true : limits.Upper < 0 ? false : null;

    /// <summary>
    /// The mean over all steps of a batch's mean ‖x‖₂, intercept included, at most: an epoch visits every row once, and the last batch, which is smaller, is
    /// taken to hold the longest rows.
    /// </summary>
    private double MeanNorm()
    {
        double[] norms = [.. Encoded(models.Models[0], models.Data.Train).Select(x => Math.Sqrt(1 + TensorPrimitives.SumOfSquares<double>(x)))];
        int last = norms.Length % KrishnaChoices.BatchSize;
        double perEpoch = norms.Sum() / KrishnaChoices.BatchSize + (last == 0 ? 0 : (1 - (double)last / KrishnaChoices.BatchSize) * norms.Max());
        return perEpoch / Batches();
    }

    private static double[][] Encoded(NetworkModel model, Data.Table people)
    {
        var row = new float[model.Encoding.Width];
        return [.. Enumerable.Range(0, people.Rows).Select(i =>
        {
            model.Encoding.Encode(people.Row(i), row);
            return Array.ConvertAll(row, v => (double)v);
        })];
    }

    /// <summary>w and the intercept.</summary>
    private static double[] Weights(NetworkModel model)
    {
        var (weights, intercept) = ((IEncodedClassifier)model).Linear()!.Value;
        return [.. weights.Select(w => (double)w), intercept];
    }
}
