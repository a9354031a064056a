using Redress.Data;

namespace Redress.Models;

/// <summary>A model that carries what its training rows say: how rows are encoded, and the units of limits and costs.</summary>
public interface IFittedModel : IModel
{
    /// <summary>The map from raw rows to its inputs.</summary>
    Encoding Encoding { get; }

    /// <summary>The statistics of its training rows.</summary>
    TrainingStatistics Statistics { get; }
}

/// <summary>A model that knows how it was trained and what was certified about it.</summary>
public interface ITrainedModel : IFittedModel
{
    /// <summary>How it was trained.</summary>
    TrainingRecord Training { get; }

    /// <summary>What was certified about it.</summary>
    IReadOnlyList<Certificate> Certificates { get; }

    /// <summary>This model under a certificate: with its θ, and the certificate among its own. The fingerprint stays.</summary>
    /// <param name="certificate">A certificate of this model.</param>
    /// <exception cref="ArgumentException">The certificate is of another model.</exception>
    ITrainedModel Certified(Certificate certificate);
}
