namespace Redress.Tensors.Tests;

/// <summary>Each operation against its double twin: values, first derivatives and second derivatives by central differences.</summary>
public class OperationTests
{
    public static TheoryData<string> Names => Operation.Names;

    [Theory, MemberData(nameof(Names))]
    public void Values_equal_the_twin(string name)
    {
        var operation = Operation.All[name];
        var inputs = operation.Draw(new Rng(1));
        operation.Twin(inputs).AssertNear(operation.Run(Array.ConvertAll(inputs, m => m.ToTensor())), 1e-6);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_equal_central_differences(string name)
    {
        const double Step = 1e-5;
        var operation = Operation.All[name];
        var rng = new Rng(2);
        var inputs = operation.Draw(rng);
        var tensors = Array.ConvertAll(inputs, m => m.ToTensor().Track());
        var y = operation.Run(tensors);
        var weights = Matrix.Random(rng, y.Rows, y.Cols, -1, 1);
        var gradients = Gradients.Of(y, weights.ToTensor(), tensors);
        double Loss(Matrix[] at) => operation.Twin(at).Dot(weights);
        for (int k = 0; k < inputs.Length; k++)
        {
            var expected = Matrix.Of(inputs[k].Rows, inputs[k].Cols, (i, j) =>
                (Loss(Moved(inputs, k, i, j, Step)) - Loss(Moved(inputs, k, i, j, -Step))) / (2 * Step));
            expected.AssertNear(gradients[k], 1e-5, absolute: 1e-8);
            Assert.False(gradients[k].Tracked);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_of_gradients_equal_central_differences(string name)
    {
        const double Step = 1e-3;
        var operation = Operation.All[name];
        var rng = new Rng(3);
        var inputs = operation.Draw(rng);
        var directions = Array.ConvertAll(inputs, m => Matrix.Random(rng, m.Rows, m.Cols, -1, 1));
        var tensors = Array.ConvertAll(inputs, m => m.ToTensor().Track());
        var y = operation.Run(tensors);
        var weights = Matrix.Random(rng, y.Rows, y.Cols, -1, 1);
        // Squared, so that operations linear in their inputs have second derivatives too.
        var first = Gradients.Of((y.Square() * weights.ToTensor()).Sum(), tensors, createGraph: true);
        var slope = Tensor.Zeros(1, 1);
        for (int k = 0; k < inputs.Length; k++) slope += (first[k] * directions[k].ToTensor()).Sum();
        var second = Gradients.Of(slope, tensors);

        double Loss(Matrix[] at) => operation.Twin(at).Map(v => v * v).Dot(weights);
        Matrix[] Along(double step) => [.. inputs.Zip(directions, (m, d) => m.With(d, (a, b) => a + step * b))];
        for (int k = 0; k < inputs.Length; k++)
        {
            var expected = Matrix.Of(inputs[k].Rows, inputs[k].Cols, (i, j) =>
                (Loss(Moved(Along(Step), k, i, j, Step)) - Loss(Moved(Along(Step), k, i, j, -Step))
                - Loss(Moved(Along(-Step), k, i, j, Step)) + Loss(Moved(Along(-Step), k, i, j, -Step))) / (4 * Step * Step));
            expected.AssertNear(second[k], 1e-4, absolute: 1e-7);
        }
    }

    private static Matrix[] Moved(Matrix[] inputs, int which, int row, int col, double step)
    {
        var moved = (Matrix[])inputs.Clone();
        moved[which] = Matrix.Of(inputs[which].Rows, inputs[which].Cols, (i, j) => inputs[which][i, j] + (i == row && j == col ? step : 0));
        return moved;
    }
}
