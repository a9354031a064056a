namespace Redress.Tensors;

/// <summary>The size of a matrix.</summary>
/// <param name="Rows">Number of rows, 0 or more; instances stand on rows.</param>
/// <param name="Cols">Number of columns, 0 or more.</param>
public readonly record struct Shape(int Rows, int Cols)
{
    /// <summary>Shows the shape as error messages do, for example <c>3x4</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Rows}x{Cols}");
}
