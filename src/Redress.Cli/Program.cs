using Redress.Cli;

using var cancel = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C lets commands finish what they are writing; a second one ends the process.
    pressed.Cancel = !cancel.IsCancellationRequested;
    cancel.Cancel();
};
// A container that is stopped gets the same chance to finish what is being written.
using var stopped = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    cancel.Cancel();
});
return CommandLine.Run(args, Terminal.OfProcess(), cancel.Token);
