using Redress.Actions;
using Redress.Data;
using Redress.Generative;
using Redress.Models;

namespace Redress;

/// <summary>What a method is prepared for: a model, and the rows it may learn from.</summary>
public sealed class RecourseTask
{
    /// <summary>Joins a model and training rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="trainingRows">The rows it was trained on or rows like them; needed for models that carry no statistics, and by methods that say so.</param>
    /// <exception cref="OptionsException">The model carries no statistics and there are no rows.</exception>
    public RecourseTask(IModel model, Table? trainingRows = null)
    {
        Model = model;
        // Rows of a multi-class model's schema say of every class who has it; of these, the one that the model is seen for counts.
        TrainingRows = model is ClassModel && trainingRows is { Classes: not null } rows ? rows.Favouring(model.Schema.Favourable) : trainingRows;
        if (model is IFittedModel fitted) (Encoding, Statistics) = (fitted.Encoding, fitted.Statistics);
        else if (trainingRows is not null)
        {
            Statistics = TrainingStatistics.Of(trainingRows);
            Encoding = Encoding.Fit(model.Schema, Statistics, new());
        }
        else throw new OptionsException("A black-box model carries no statistics of its training rows; give the task rows like them.");
        Actions = new ActionSet(model.Schema, Statistics);
    }

    /// <summary>The model.</summary>
    public IModel Model { get; }

    /// <summary>The rows a method may learn from, or null.</summary>
    public Table? TrainingRows { get; }

    /// <summary>An autoencoder for methods that search in its codes; null to let them train one on the training rows. Give several models the same one to compare them.</summary>
    public Autoencoder? Autoencoder { get; init; }

    /// <summary>
    /// A diffusion model of rows with the favourable outcome, for methods that draw from one; null to let them train theirs on the training rows. It must
    /// have been trained with the options that the method asks for.
    /// </summary>
    public Diffusion? Diffusion { get; init; }

    /// <summary>Threads for what a method learns; they never change what it learns.</summary>
    public Execution Execution { get; init; } = new();

    /// <summary>Where a long training of what a method learns keeps its state after every epoch, and goes on from; null for nowhere. Only methods whose <see cref="MethodInfo.Resumes"/> is true read it.</summary>
    public TrainingCheckpoint? Checkpoint { get; init; }

    /// <summary>The statistics that limits and costs refer to.</summary>
    public TrainingStatistics Statistics { get; }

    /// <summary>What the model's schema lets people change.</summary>
    public ActionSet Actions { get; }

    /// <summary>The model's own encoding, or one fitted to the training rows.</summary>
    internal Encoding Encoding { get; }
}
