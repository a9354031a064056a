using Redress.Data;
using Redress.Models;

namespace Redress.Training;

/// <summary>The part of the data that a step after training works on.</summary>
public enum SetAside
{
    /// <summary>Rows for certificates.</summary>
    Calibration,

    /// <summary>Rows for evaluation.</summary>
    Test,
}

/// <summary>Rows that training has not seen: of the training file the part that was set aside, of any other file all rows.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="IsTrainingFile">True where the file is the one the model was trained on.</param>
public sealed record SetAsideRows(Table Rows, bool IsTrainingFile)
{
    /// <summary>Chooses the rows of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">All rows of the file.</param>
    /// <param name="part">The part to take where it is the training file.</param>
    /// <exception cref="DataException">It is the training file, and training set nothing aside for this.</exception>
    public static SetAsideRows Of(ITrainedModel model, Table file, SetAside part)
    {
        ulong[] keys = KeysOf(file);
        if (!IsOfTraining(model, keys)) return new(file, false);
        ulong[] aside = part == SetAside.Calibration ? model.Training.Keys.Calibration : model.Training.Keys.Test;
        if (aside.Length == 0) throw new DataException($"Training set no {part.ToString().ToLowerInvariant()} rows of this file aside; give a file of rows that it has not seen.");
        return new(Among(aside, keys, file), true);
    }

    /// <summary>The rows that fitted the model's weights, where the file is the one it was trained on; else null.</summary>
    /// <param name="model">The model.</param>
    /// <param name="file">All rows of the file.</param>
    public static Table? Fitted(ITrainedModel model, Table file)
    {
        ulong[] keys = KeysOf(file);
        return IsOfTraining(model, keys) ? Among(model.Training.Keys.Train, keys, file) : null;
    }

    private static ulong[] KeysOf(Table file) => [.. Enumerable.Range(0, file.Rows).Select(file.Key)];

    private static bool IsOfTraining(ITrainedModel model, ulong[] keys) => Trainer.FingerprintOf(keys) == model.Training.DataFingerprint;

    private static Table Among(ulong[] part, ulong[] keys, Table file) => file.Select([.. Enumerable.Range(0, keys.Length).Where(r => Array.BinarySearch(part, keys[r]) >= 0)]);
}
