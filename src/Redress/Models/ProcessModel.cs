using System.Diagnostics;
using System.Globalization;
using Redress.Data;

namespace Redress.Models;

/// <summary>
/// A program of the user's as a black box: it is started once a batch, reads the people as CSV with a header on standard input and writes the
/// probability of the favourable outcome on standard output, one a line, in order.
/// </summary>
public sealed class ProcessModel
{
    private readonly string program;
    private readonly IReadOnlyList<string> arguments;
    private readonly Schema schema;

    private ProcessModel(Schema schema, string program, IReadOnlyList<string> arguments) => (this.schema, this.program, this.arguments) = (schema, program, arguments);

    /// <summary>Makes a model of a program.</summary>
    /// <param name="schema">The columns it reads.</param>
    /// <param name="program">The program; it comes from the caller, never from a file.</param>
    /// <param name="arguments">Its arguments, passed as they are, without a shell.</param>
    /// <param name="threshold">θ, a probability.</param>
    public static DelegateModel Create(Schema schema, string program, IReadOnlyList<string> arguments, double threshold = 0.5) =>
        new(schema, new ProcessModel(schema, program, arguments).Score, $"process {program} {string.Join(' ', arguments)}", threshold);

    private IReadOnlyList<double> Score(Table people, CancellationToken cancel)
    {
        using var process = Start();
        using var stop = cancel.Register(() => Kill(process));
        // The whole output is read whatever it says: a program whose output nobody reads would never end.
        var reading = ReadAsync(process.StandardOutput, people.Rows);
        try
        {
            Write(process.StandardInput, people);
        }
        catch (IOException)
        {
            // The program ended, or closed its input, before it had read everyone; its exit code or its output says what is wrong.
        }
        var (scores, fault) = reading.GetAwaiter().GetResult();
        process.WaitForExit();
        cancel.ThrowIfCancellationRequested();
        if (process.ExitCode != 0) throw new InvalidOperationException(Invariant($"'{program}' ended with exit code {process.ExitCode}."));
        return fault is null ? scores : throw new InvalidOperationException(fault);
    }

    private Process Start()
    {
        var utf8 = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, StandardInputEncoding = utf8, StandardOutputEncoding = utf8,
        };
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"'{program}' did not start ({e.Message}).", e);
        }
    }

    private static void Kill(Process process)
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    private void Write(StreamWriter to, Table people)
    {
        using (to)
        {
            to.WriteLine(string.Join(',', schema.Features.Select(f => CsvTable.Quote(f.Name))));
            for (int row = 0; row < people.Rows; row++)
            {
                var values = people.Row(row);
                for (int f = 0; f < values.Length; f++)
                {
                    if (f > 0) to.Write(',');
                    to.Write(CsvTable.Quote(schema.Features[f].Show(values[f])));
                }
                to.WriteLine();
            }
        }
    }

    private async Task<(IReadOnlyList<double> Scores, string? Fault)> ReadAsync(StreamReader from, int rows)
    {
        var scores = new List<double>();
        string? fault = null;
        while (await from.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            if (fault is not null) continue;
            if (scores.Count == rows) fault = Invariant($"'{program}' wrote more than {rows} lines for {rows} people.");
            else if (double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out double score)) scores.Add(score);
            else fault = Invariant($"'{program}' wrote '{line}' where the probability of row {scores.Count + 1} belongs.");
        }
        return (scores, fault);
    }

}
