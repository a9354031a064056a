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

    /// <summary>The rows of a file, so that time left can be told; 0 where that would take reading it twice through a pipe or decompression.</summary>
    internal static long RowsOf(string path)
    {
        if (path == "-" || path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) || !File.Exists(path)) return 0;
        using var file = File.OpenRead(path);
        var buffer = new byte[1 << 16];
        long lines = 0;
        for (int read = file.Read(buffer); read > 0; read = file.Read(buffer)) lines += buffer.AsSpan(0, read).Count((byte)'\n');
        return Math.Max(0, lines - 1);
    }

    /// <summary>Progress of a part, told as progress of the whole.</summary>
    internal static IProgress<Progress>? Part(IProgress<Progress>? whole, long before, long total) => whole is null ? null : new Share(whole, before, total);

    /// <summary>Progress of one of several pieces of work that take about as long, told as progress of them all.</summary>
    internal static IProgress<Progress>? Nth(IProgress<Progress>? whole, int index, int count, string name) => whole is null ? null : new Piece(whole, index, count, name);

    private sealed class Piece(IProgress<Progress> whole, int index, int count, string name) : IProgress<Progress>
    {
        private const int Parts = 1000;

        public void Report(Progress value) => whole.Report(value with
        {
            Done = index * Parts + (value.Total > 0 ? Parts * value.Done / value.Total : 0), Total = count * Parts, Note = Invariant($"{name}, {index + 1} of {count}"),
        });
    }

    private sealed class Share(IProgress<Progress> whole, long before, long total) : IProgress<Progress>
    {
        public void Report(Progress value) => whole.Report(value with { Done = before + value.Done, Total = total, Note = Invariant($"{before + value.Done:#,0} people") });
    }

    private sealed class Bar(string name, ProgressTask task) : IProgress<Progress>
    {
        public void Report(Progress value)
        {
            lock (task)
            {
                task.IsIndeterminate = value.Total == 0;
                // Chunks finish in any order: the bar never goes back, and quoted line ends make a row count too high, never too low.
                task.MaxValue = Math.Max(1, Math.Max(value.Total, value.Done));
                task.Value = Math.Max(task.Value, value.Done);
                task.Description = Markup.Escape(value.Note is { } note ? $"{name} ({note})" : name);
            }
        }
    }
}
