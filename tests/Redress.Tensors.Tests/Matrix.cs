namespace Redress.Tensors.Tests;

/// <summary>A matrix in double precision: the twin that operations are checked against.</summary>
internal sealed record Matrix(int Rows, int Cols, double[] Values)
{
    public double this[int i, int j] => Values[i * Cols + j];

    public Matrix T => Of(Cols, Rows, (i, j) => this[j, i]);

    public static Matrix Of(int rows, int cols, Func<int, int, double> entry)
    {
        var values = new double[rows * cols];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < cols; j++) values[i * cols + j] = entry(i, j);
        return new(rows, cols, values);
    }

    public static Matrix Of(Tensor tensor)
    {
        var values = new float[tensor.Size];
        tensor.ReadTo(values);
        return new(tensor.Rows, tensor.Cols, Array.ConvertAll(values, v => (double)v));
    }

    /// <summary>Random entries in [low, high), rounded to float so that tensor and twin start alike.</summary>
    public static Matrix Random(Rng rng, int rows, int cols, double low, double high) => Of(rows, cols, (_, _) => (float)(low + (high - low) * rng.NextDouble()));

    public Tensor ToTensor() => Tensor.From(Rows, Cols, Array.ConvertAll(Values, v => (float)v));

    public Matrix Map(Func<double, double> f) => new(Rows, Cols, Array.ConvertAll(Values, v => f(v)));

    public Matrix With(Matrix other, Func<double, double, double> f) => Of(Rows, Cols, (i, j) => f(this[i, j], other[i, j]));

    public Matrix Times(Matrix other) => Of(Rows, other.Cols, (i, j) => Enumerable.Range(0, Cols).Sum(p => this[i, p] * other[p, j]));

    public double RowSum(int i) => Enumerable.Range(0, Cols).Sum(j => this[i, j]);

    public double Dot(Matrix other) => Values.Zip(other.Values, (a, b) => a * b).Sum();

    /// <summary>Fails unless the largest difference is at most the tolerance times the largest value expected.</summary>
    public void AssertNear(Tensor actual, double tolerance, double absolute = 0)
    {
        Assert.Equal((Rows, Cols), (actual.Rows, actual.Cols));
        var found = Of(actual);
        double largest = Values.Length == 0 ? 0 : Values.Max(Math.Abs), difference = 0;
        for (int i = 0; i < Values.Length; i++)
        {
            double d = Math.Abs(found.Values[i] - Values[i]);
            difference = double.IsNaN(d) ? double.PositiveInfinity : Math.Max(difference, d);
        }
        Assert.True(difference <= tolerance * largest + absolute, FormattableString.Invariant($"largest difference {difference:E2}, largest value {largest:E2}, allowed {tolerance:E1} of it"));
    }
}
