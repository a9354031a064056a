namespace Redress.Tensors.Kernels;

/// <summary>
/// The kernels that every operation uses. Forced to the plain ones by the environment variable REDRESS_KERNELS=plain or the
/// AppContext switch <c>Redress.Tensors.PlainKernels</c>, read once.
/// </summary>
internal static class KernelTable
{
    internal static readonly IKernels Current = Choose();

    private static IKernels Choose()
    {
        bool plain = AppContext.TryGetSwitch("Redress.Tensors.PlainKernels", out bool on) && on;
        return Environment.GetEnvironmentVariable("REDRESS_KERNELS") switch
        {
            null or "" => plain ? new PlainKernels() : new FastKernels(),
            "plain" => new PlainKernels(),
            "fast" => new FastKernels(),
            var other => throw new InvalidOperationException($"REDRESS_KERNELS is '{other}'; it may be plain or fast."),
        };
    }
}
