namespace Redress.Tensors;

/// <summary>While open, nothing is recorded on this thread; made by <see cref="Gradients.Off"/>.</summary>
public readonly ref struct NoGradients : IDisposable
{
    private readonly bool before;

    internal NoGradients(bool before) => this.before = before;

    /// <summary>Returns to recording, if the thread was recording before.</summary>
    public void Dispose() => Gradients.IsOff = before;
}
