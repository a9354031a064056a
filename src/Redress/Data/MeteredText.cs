namespace Redress.Data;

/// <summary>Passes text on and counts it, so that one endless row cannot fill the memory of the parser that reads it.</summary>
/// <param name="from">The text.</param>
/// <param name="limit">The most characters between two calls of <see cref="Restart"/>.</param>
internal sealed class MeteredText(TextReader from, int limit) : TextReader
{
    /// <summary>Stands where bytes were no text; Unicode reserves it for uses such as this.</summary>
    internal const char NoText = '\uffff';
    private long passed;

    /// <summary>True once <see cref="NoText"/> has passed.</summary>
    internal bool HasNoText { get; private set; }

    /// <summary>Starts counting again.</summary>
    internal void Restart() => passed = 0;

    /// <exception cref="InvalidOperationException">More than the limit has passed since the last restart.</exception>
    public override int Read(char[] buffer, int index, int count)
    {
        if (passed > limit) throw new InvalidOperationException("more text than the limit");
        int read = from.Read(buffer, index, count);
        passed += read;
        HasNoText |= buffer.AsSpan(index, read).Contains(NoText);
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) from.Dispose();
        base.Dispose(disposing);
    }
}
