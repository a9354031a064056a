namespace Redress.Models;

/// <summary>A model that holds the record of its training: it can be trained again by that recipe, and rows that it has seen are known.</summary>
public interface ITrainedModel
{
    /// <summary>How it was trained.</summary>
    TrainingRecord Training { get; }
}

/// <summary>A trained model as methods and judges see it: of one outcome, or seen for one of its classes.</summary>
internal interface ITrainedClassifier : IEncodedClassifier, ITrainedModel;
