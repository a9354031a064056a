namespace Redress.Data;

/// <summary>Something in a data or record file is wrong; the message names file, line and column, up to twenty faults together.</summary>
public sealed class DataException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public DataException(string message) : base(message) { }

    /// <summary>Creates the exception with its message and what caused it.</summary>
    public DataException(string message, Exception inner) : base(message, inner) { }

    /// <summary>Creates the exception.</summary>
    public DataException() { }
}
