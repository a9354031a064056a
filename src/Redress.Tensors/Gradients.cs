using static System.FormattableString;

namespace Redress.Tensors;

/// <summary>Reverse-mode differentiation.</summary>
public static class Gradients
{
    // Marks are compared across threads when tensors travel, so the stamps are unique in the process.
    private static long lastStamp;

    [ThreadStatic] private static List<Tensor>? spareOrder;
    [ThreadStatic] private static Stack<(Tensor Node, int Next)>? sparePath;

    /// <summary>Whether this thread records nothing.</summary>
    [field: ThreadStatic] internal static bool IsOff { get; set; }

    /// <summary>Stops recording on this thread until the returned value is disposed; scopes nest.</summary>
    public static NoGradients Off()
    {
        var scope = new NoGradients(IsOff);
        IsOff = true;
        return scope;
    }

    /// <summary>The gradient of the 1x1 tensor <paramref name="y"/> in each of <paramref name="wrt"/>.</summary>
    /// <param name="y">The value to differentiate, 1x1.</param>
    /// <param name="wrt">
    /// Tracked tensors, leaves or not, taken as independent variables: the search from <paramref name="y"/> stops at them, so a
    /// path from one through another does not count.
    /// </param>
    /// <param name="createGraph">Whether the gradients are themselves recorded, so that they can be differentiated.</param>
    /// <returns>One gradient a tensor, of its shape; zeros where <paramref name="y"/> does not depend on it.</returns>
    /// <exception cref="ArgumentException"><paramref name="y"/> is not 1x1, or one of <paramref name="wrt"/> is not tracked.</exception>
    public static Tensor[] Of(Tensor y, ReadOnlySpan<Tensor> wrt, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (y.Size != 1) throw new ArgumentException($"Only a 1x1 tensor has a gradient by itself; this one is {y.Shape}: sum it, or give the output's gradient.", nameof(y));
        return Of(y, Tensor.Full(1, 1, 1f), wrt, createGraph);
    }

    /// <summary>The product of <paramref name="outputGradient"/> and the Jacobian of <paramref name="y"/> in each of <paramref name="wrt"/>.</summary>
    /// <param name="y">The value to differentiate, of any shape.</param>
    /// <param name="outputGradient">The gradient of something in <paramref name="y"/>, of the same shape.</param>
    /// <param name="wrt">As in the other overload.</param>
    /// <param name="createGraph">As in the other overload.</param>
    /// <returns>One gradient a tensor, of its shape; zeros where <paramref name="y"/> does not depend on it.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or one of <paramref name="wrt"/> is not tracked.</exception>
    public static Tensor[] Of(Tensor y, Tensor outputGradient, ReadOnlySpan<Tensor> wrt, bool createGraph = false)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(outputGradient);
        return Of([y], [outputGradient], wrt, createGraph);
    }

    /// <summary>The sum over several outputs of the products of their gradients and their Jacobians.</summary>
    /// <param name="ys">The values to differentiate, of any shapes.</param>
    /// <param name="outputGradients">The gradient of something in each, of its shape.</param>
    /// <param name="wrt">As in the other overloads.</param>
    /// <param name="createGraph">As in the other overloads.</param>
    /// <returns>One gradient a tensor, of its shape; zeros where no output depends on it.</returns>
    /// <exception cref="ArgumentException">The numbers or the shapes differ, or one of <paramref name="wrt"/> is not tracked.</exception>
    internal static Tensor[] Of(ReadOnlySpan<Tensor> ys, ReadOnlySpan<Tensor> outputGradients, ReadOnlySpan<Tensor> wrt, bool createGraph = false)
    {
        if (ys.Length != outputGradients.Length) throw new ArgumentException(Invariant($"{ys.Length} outputs have {ys.Length} gradients, not {outputGradients.Length}."), nameof(outputGradients));
        for (int i = 0; i < ys.Length; i++) Tensor.RequireSameShape("the output and its gradient", ys[i], outputGradients[i]);
        long stamp = Interlocked.Increment(ref lastStamp);
        for (int i = 0; i < wrt.Length; i++)
        {
            if (!wrt[i].Tracked) throw new ArgumentException(Invariant($"Tensor {i} ({wrt[i].Shape}) is not tracked: make it with Parameter or Track."), nameof(wrt));
            wrt[i].Begin(stamp, needed: true);
        }

        bool before = IsOff;
        IsOff = !createGraph;
        var order = spareOrder ?? new List<Tensor>(64);
        spareOrder = null;
        try
        {
            // Searched one after the other, the lists still name inputs before what is made of them.
            foreach (var y in ys) Search(y, stamp, order);
            for (int i = 0; i < ys.Length; i++) ys[i].Receive(outputGradients[i]);
            for (int i = order.Count - 1; i >= 0; i--) order[i].Propagate(stamp);
            return Collect(wrt);
        }
        finally
        {
            IsOff = before;
            order.Clear();   // holds no graph alive between calls
            spareOrder = order;
        }
    }

    private static Tensor[] Collect(ReadOnlySpan<Tensor> wrt)
    {
        var gradients = new Tensor[wrt.Length];
        for (int i = 0; i < wrt.Length; i++) gradients[i] = wrt[i].Received ?? Tensor.Zeros(wrt[i].Rows, wrt[i].Cols);
        foreach (var tensor in wrt) tensor.Forget();
        return gradients;
    }

    /// <summary>Depth-first search from y that stops at wrt; lists, inputs first, the nodes on a path to one of them. Without recursion: unrolled loops make long chains.</summary>
    private static void Search(Tensor y, long stamp, List<Tensor> order)
    {
        if (y.Mark == stamp) return;
        var path = sparePath ??= new Stack<(Tensor, int)>(64);
        y.Begin(stamp, needed: false);
        path.Push((y, 0));
        while (path.Count > 0)
        {
            var (node, next) = path.Pop();
            if (next < Tensor.MaxInputs)
            {
                path.Push((node, next + 1));
                if (node.TrackedInput(next) is { } input && input.Mark != stamp)
                {
                    input.Begin(stamp, needed: false);
                    path.Push((input, 0));
                }
                continue;
            }
            if (node.SettleNeed(stamp)) order.Add(node);
        }
    }
}
