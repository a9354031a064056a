using Redress.Data;

namespace Redress.Models;

/// <summary>One epoch of training, for loss curves.</summary>
/// <param name="Number">1-based.</param>
/// <param name="TrainLoss">The mean objective over the epoch's steps.</param>
/// <param name="ValidationLoss">The mean weighted cross-entropy of the validation rows; where the loss chooses the epoch, the mean of the whole objective.</param>
/// <param name="ValidationF1">F1 of the validation rows at this epoch's θ.</param>
/// <param name="Threshold">This epoch's θ, as a logit.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation rows at this epoch's θ; null in files written before it was kept.</param>
/// <param name="Losses">The means of an objective's parts over the epoch's steps, such as CounterNet's L1, L2 and L3; null where it has none.</param>
public sealed record EpochRecord(
    int Number, double TrainLoss, double ValidationLoss, double ValidationF1, double Threshold, double? ValidationAccuracy = null,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? Losses = null);

/// <summary>How a model was trained: enough to train it again and to know which rows it has seen.</summary>
/// <param name="Objective">The objective's slug.</param>
/// <param name="Lambda">λ, the weight of the recourse loss; 0 for the standard objective.</param>
/// <param name="Settings">The training settings as JSON.</param>
/// <param name="Encoding">How the encoding was fitted.</param>
/// <param name="Actions">The action set the objective used, as JSON.</param>
/// <param name="Seed">The seed.</param>
/// <param name="DataFingerprint">SHA-256 over the keys of all rows of the data.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Epochs">All epochs.</param>
/// <param name="ObjectiveOptions">The objective's other settings as JSON, such as the attack of adversarial training, or null where there are none.</param>
public sealed record TrainingRecord(
    string Objective, double Lambda, string Settings, EncodingOptions Encoding, string Actions, ulong Seed, string DataFingerprint,
    int BestEpoch, IReadOnlyList<EpochRecord> Epochs,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? ObjectiveOptions = null)
{
    /// <summary>The keys of the rows in each part of the data (<see cref="Table.Key"/>).</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public SplitKeys Keys { get; init; } = new([], [], [], []);
}

/// <summary>Which rows went where, by key; each ascending.</summary>
/// <param name="Train">Rows that fitted the weights.</param>
/// <param name="Validation">Rows that chose epoch and θ.</param>
/// <param name="Calibration">Rows set aside for certificates.</param>
/// <param name="Test">Rows set aside for evaluation.</param>
public sealed record SplitKeys(ulong[] Train, ulong[] Validation, ulong[] Calibration, ulong[] Test)
{
    /// <summary>True where a row took part in training: it fitted the weights or chose epoch and θ.</summary>
    public bool Saw(ulong key) => Array.BinarySearch(Train, key) >= 0 || Array.BinarySearch(Validation, key) >= 0;
}
