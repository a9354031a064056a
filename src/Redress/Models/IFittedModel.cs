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
