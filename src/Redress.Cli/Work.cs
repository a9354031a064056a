using Spectre.Console;

namespace Redress.Cli;

/// <summary>Runs work with a progress bar and the time left, where somebody is watching.</summary>
internal static class Work
{
    /// <summary>Runs a piece of work. Nothing is shown where standard error is no terminal, and little for work of less than a second.</summary>
    internal static T Run<T>(Terminal terminal, string name, Func<IProgress<Progress>?, T> work)
    {
        if (!terminal.ErrorIsTerminal) return work(null);
        T result = default!;
        terminal.Progress.Progress().AutoClear(true).HideCompleted(false)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(name);
                task.IsIndeterminate = true;
                result = work(new Bar(name, task));
            });
        return result;
    }

    private sealed class Bar(string name, ProgressTask task) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            lock (task)
            {
                task.IsIndeterminate = value.Total == 0;
                task.MaxValue = Math.Max(1, value.Total);
                task.Value = value.Done;
                task.Description = Markup.Escape(value.Note is { } note ? $"{name} ({note})" : name);
            }
        }
    }
}
