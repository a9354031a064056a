namespace Redress.Tensors.Tests;

/// <summary>Each operation against its double twin: values, first derivatives and second derivatives by central differences.</summary>
public class OperationTests
{
    public static TheoryData<string> Names => Operation.Names;

    public static TheoryData<string> NamesOfAnyOrder => Operation.NamesOfAnyOrder;

    public static TheoryData<string> NamesOfFirstOrder => Operation.NamesOfFirstOrder;

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
    public void Gradients_of_some_inputs_are_those_of_all(string name)
    {
        var operation = Operation.All[name];
        var tensors = Array.ConvertAll(operation.Draw(new Rng(4)), m => m.ToTensor().Track());
        Tensor output = operation.Run(tensors), weights = Matrix.Random(new Rng(5), output.Rows, output.Cols, -1, 1).ToTensor();
        var all = Gradients.Of(output, weights, tensors);
        // The other way round and one by one, over the same graph and in scopes that close.
        for (int k = tensors.Length - 1; k >= 0; k--)
        {
            using var scope = TensorScope.Open();
            Matrix.Of(all[k]).AssertNear(Gradients.Of(output, weights, [tensors[k]])[0], 0);
        }
    }

    [Theory, MemberData(nameof(NamesOfFirstOrder))]
    public void Gradients_that_cannot_be_recorded_are_refused(string name)
    {
        var operation = Operation.All[name];
        var tensors = Array.ConvertAll(operation.Draw(new Rng(1)), m => m.ToTensor().Track());
        string what = name.StartsWith("layer norm", StringComparison.Ordinal) ? "layer normalisation" : "attention";
        var error = Assert.Throws<NotSupportedException>(() => Gradients.Of(operation.Run(tensors).Sum(), tensors, createGraph: true));
        Assert.Equal($"Gradients through {what} cannot themselves be recorded: ask for them without createGraph.", error.Message);
    }

    [Theory, MemberData(nameof(NamesOfAnyOrder))]
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
