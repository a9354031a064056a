namespace Redress;

/// <summary>Something asked for cannot be: an option out of range, an unknown name, an impossible combination. The message lists every problem.</summary>
public sealed class OptionsException : Exception
{
    /// <summary>Creates the exception from all problems, one a line.</summary>
    public OptionsException(IEnumerable<string> problems) : base(string.Join(Environment.NewLine, problems)) { }

    /// <summary>Creates the exception with one problem.</summary>
    public OptionsException(string message) : base(message) { }

    /// <summary>Creates the exception with one problem and what caused it.</summary>
    public OptionsException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Creates the exception.</summary>
    public OptionsException() { }

    /// <summary>Throws where there is at least one problem.</summary>
    /// <exception cref="OptionsException">There is at least one problem.</exception>
    internal static void ThrowIfAny(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        if (all.Count > 0) throw new OptionsException(all);
    }
}
