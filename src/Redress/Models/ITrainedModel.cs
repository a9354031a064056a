namespace Redress.Models;

/// <summary>A model that holds the record of its training: it can be trained again by that recipe, and rows that it has seen are known.</summary>
public interface ITrainedModel
{
    /// <summary>How it was trained.</summary>
    TrainingRecord Training { get; }
}

/// <summary>A trained model as methods and judges see it: of one outcome, or seen for one of its classes.</summary>
public interface ITrainedClassifier : IFittedModel, ITrainedModel;

/// <summary>A trained model that a certificate can be issued for.</summary>
public interface ICertifiableModel : ITrainedClassifier
{
    /// <summary>What was certified about it.</summary>
    IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>This model under a certificate: with its θ, and the certificate among its own. The fingerprint stays.</summary>
    /// <param name="certificate">A certificate of this model.</param>
    /// <exception cref="ArgumentException">The certificate is of another model.</exception>
    ICertifiableModel Certified(Certificate certificate);
}
