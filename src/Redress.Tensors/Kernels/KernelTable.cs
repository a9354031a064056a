namespace Redress.Tensors.Kernels;

/// <summary>
/// The kernels that every operation uses. Forced to the plain ones by the environment variable REDRESS_KERNELS=plain or the
/// AppContext switch <c>Redress.Tensors.PlainKernels</c>, read once.
/// </summary>
internal static class KernelTable
{
    internal static readonly IKernels Current = Choose(
        Environment.GetEnvironmentVariable("REDRESS_KERNELS"),
        AppContext.TryGetSwitch("Redress.Tensors.PlainKernels", out bool plain) && plain);

    /// <summary>The kernels for a value of the variable, which wins, and of the switch.</summary>
    internal static IKernels Choose(string? variable, bool plainSwitch) => variable switch
    {
        null or "" => plainSwitch ? new PlainKernels() : new FastKernels(),
        "plain" => new PlainKernels(),
        "fast" => new FastKernels(),
        _ => throw new InvalidOperationException($"REDRESS_KERNELS is '{variable}'; it may be plain or fast."),
    };
}
