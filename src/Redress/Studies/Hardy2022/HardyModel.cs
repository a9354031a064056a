using Redress.Data;
using Redress.Models;
using Redress.Tensors;
using Redress.Training;

namespace Redress.Studies.Hardy2022;

/// <summary>A trained model of the study with its data.</summary>
/// <param name="Network">Its network.</param>
/// <param name="Adversarial">False where it is trained naturally.</param>
/// <param name="Model">The model, θ at probability 0.5.</param>
/// <param name="Train">The rows it was trained on.</param>
/// <param name="Test">The publisher's test rows.</param>
/// <param name="Shared">The stream that natural and adversarial models of a seed share.</param>
internal sealed record HardyModel(HardyNetwork Network, bool Adversarial, NetworkModel Model, Table Train, Table Test, Rng Shared)
{
    /// <summary>The model's name in the tables.</summary>
    internal string Name => Network.Model(Adversarial);

    /// <summary>Trains a model. The natural and the adversarial one of a seed begin at the same weights and see the same batches.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="options">The study's choices.</param>
    /// <param name="network">The network.</param>
    /// <param name="adversarial">True to attack a share of each batch.</param>
    /// <param name="training">Which of the trainings, from 1.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal static HardyModel Of(StudyData data, HardyOptions options, HardyNetwork network, bool adversarial, int training, ulong seed, CancellationToken cancel)
    {
        var rng = new Rng(seed).Split("hardy2022").Split(data.Slug).Split((ulong)training);
        var train = data.Slug == Hardy2022Study.Images && data.Tables.Rows.Rows > options.ImageRows ? Some(data.Tables.Rows, options.ImageRows, rng.Split("rows")) : data.Tables.Rows;
        // The last epoch is kept and θ is fixed, so the test rows that stand as validation rows choose nothing; they give the accuracy of every epoch.
        var rows = new TrainingData(train, data.Tables.Test!);
        ulong own = rng.Split("train").Seed;
        var model = adversarial
            ? Trainer.Adversarial(rows, options.Settings(network), options.Adversary(data.Slug), own, Hardy2022Study.OneThread, cancel: cancel)
            : Trainer.Standard(rows, options.Settings(network), own, Hardy2022Study.OneThread, cancel: cancel);
        return new(network, adversarial, model, train, data.Tables.Test!, rng.Split("methods"));
    }

    /// <summary>The first people the model rejects, in an order that is the same for every model of a seed.</summary>
    internal Table Rejected(int most)
    {
        double[] scores = Scores.Favourable(Model, Test);
        int[] order = [.. Enumerable.Range(0, Test.Rows)];
        Shared.Split("people").Shuffle<int>(order);
        return Test.Select([.. order.Where(r => scores[r] < Model.Threshold).Take(most).Order()]);
    }

    /// <summary>The share of rows that the model decides rightly.</summary>
    internal double Accuracy(Table rows)
    {
        double[] scores = Scores.Favourable(Model, rows);
        return Enumerable.Range(0, rows.Rows).Count(r => scores[r] >= Model.Threshold == rows.Labels![r]) / (double)rows.Rows;
    }

    private static Table Some(Table rows, int count, Rng rng)
    {
        int[] order = [.. Enumerable.Range(0, rows.Rows)];
        rng.Shuffle<int>(order);
        return rows.Select([.. order.Take(count).Order()]);
    }
}
