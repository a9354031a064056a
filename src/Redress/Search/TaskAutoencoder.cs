using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Search;

/// <summary>What methods share that search in the codes of an autoencoder: which it is, whether it fits, and how it is read back.</summary>
internal static class TaskAutoencoder
{
    /// <summary>The task's own, or one trained on the task's training rows with the stream's seed.</summary>
    /// <exception cref="OptionsException">The training rows are of other columns than the model's, or the training diverged.</exception>
    internal static Autoencoder Of(RecourseTask task, Rng rng, IProgress<Progress>? progress, CancellationToken cancel) =>
        task.Autoencoder ?? Autoencoder.Train(RowsOf(task), rng.Seed, execution: task.Execution, progress: progress, cancel: cancel);

    /// <summary>The training rows under the model's declarations: those say what is generated and what is given.</summary>
    /// <exception cref="OptionsException">They are of other columns than the model's.</exception>
    internal static Table RowsOf(RecourseTask task)
    {
        var (rows, schema) = (task.TrainingRows!, task.Model.Schema);
        if (!rows.Schema.HasColumnsOf(schema)) throw new OptionsException("The training rows have other columns than the model's.");
        return new Table(schema, rows.Values.ToArray(), rows.Ids, rows.Labels, faults: rows.Faults);
    }

    /// <summary>Refuses an autoencoder of other columns or immutables than the model's, and another than the one that the options want.</summary>
    /// <param name="slug">The method.</param>
    /// <param name="task">The task.</param>
    /// <param name="autoencoder">The one at hand.</param>
    /// <param name="wanted">The fingerprint in the options; null for any.</param>
    /// <exception cref="OptionsException">It does not fit; the message says why.</exception>
    internal static void Check(string slug, RecourseTask task, Autoencoder autoencoder, string? wanted)
    {
        if (autoencoder.WhyNotFor(task.Model.Schema) is { } why) throw new OptionsException(why);
        if (wanted is not null && wanted != autoencoder.Fingerprint)
            throw new OptionsException($"Options of '{slug}': autoencoder is '{wanted}', and the one at hand is '{autoencoder.Fingerprint}'.");
    }

    /// <summary>Reads one back from a preparation.</summary>
    /// <param name="slug">The method.</param>
    /// <param name="learnt">What was saved.</param>
    /// <param name="finderOf">Makes the finder; an <see cref="OptionsException"/> of it is a damaged file.</param>
    /// <exception cref="ModelFileException">The file is damaged.</exception>
    internal static IRecourseFinder Restore(string slug, Learnt learnt, Func<Autoencoder, IRecourseFinder> finderOf)
    {
        var autoencoder = AutoencoderFile.Read(learnt.Json, learnt.Tensors, learnt.File ?? slug);
        try
        {
            return finderOf(autoencoder);
        }
        catch (OptionsException e)
        {
            throw learnt.Damaged(e.Message.ReplaceLineEndings(" "));
        }
    }
}
