using Redress.Cli;

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C lets commands finish what they are writing; a second one ends the process.
    pressed.Cancel = !cancel.IsCancellationRequested;
    cancel.Cancel();
};
return CommandLine.Run(args, Terminal.OfProcess(), cancel.Token);
