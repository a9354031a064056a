namespace Redress.Records;

/// <summary>Writes records as they come; every record is whole or absent.</summary>
public interface IRecordWriter : IDisposable
{
    /// <summary>Adds one person's record.</summary>
    void Write(RecourseRecord record);
}
