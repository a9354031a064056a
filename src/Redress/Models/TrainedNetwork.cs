using Redress.Data;
using Redress.Tensors.Layers;

namespace Redress.Models;

/// <summary>What training makes, and a model file holds.</summary>
/// <param name="Schema">The columns it reads.</param>
/// <param name="Encoding">Fitted on the training rows.</param>
/// <param name="Statistics">Of the training rows.</param>
/// <param name="Network">One logit, or one a class.</param>
/// <param name="Threshold">θ, as a logit; 0 where there are several.</param>
/// <param name="Training">How it was trained.</param>
/// <param name="Certificates">What was certified about it.</param>
/// <param name="Generator">The generator of recourse trained with it, or null.</param>
internal sealed record TrainedNetwork(
    Schema Schema, Encoding Encoding, TrainingStatistics Statistics, FeedForward Network, double Threshold, TrainingRecord Training,
    IReadOnlyList<Certificate> Certificates, RecourseGenerator? Generator)
{
    internal static TrainedNetwork Of(NetworkModel model) =>
        new(model.Schema, model.Encoding, model.Statistics, model.Network, model.Threshold, model.Training, model.Certificates, model.Generator);
}
