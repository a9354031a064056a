using System.Text.Json;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Tensors.Tests;

/// <summary>Against PyTorch's numbers in tests/golden (make_golden.py beside them).</summary>
public class GoldenTests
{
    private const double Tolerance = 1e-5;

    private static readonly JsonElement Mlp = Read("mlp"), Unrolled = Read("unrolled_gradient");

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Mlp.GetProperty("cases").GetArrayLength())];

    public static TheoryData<int, string> OptimizerCases
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (int i in Enumerable.Range(0, Mlp.GetProperty("cases").GetArrayLength()))
                foreach (string name in new[] { "adam", "sgd_momentum", "rmsprop" }) data.Add(i, name);
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Network_loss_and_gradients(int index)
    {
        var golden = Mlp.GetProperty("cases")[index];
        var network = Network(golden);
        var x = Values(golden.GetProperty("x")).ToTensor().Track();
        var logits = network.Forward(x);
        Values(golden.GetProperty("probability")).AssertNear(logits.Sigmoid(), Tolerance);
        var loss = Loss(golden, logits);
        Assert.Equal(golden.GetProperty("loss").GetDouble(), loss.Item, 1e-5 * golden.GetProperty("loss").GetDouble());
        var gradients = Gradients.Of(loss, [x, .. network.Parameters]);
        Values(golden.GetProperty("grad_x")).AssertNear(gradients[0], Tolerance);
        AssertParameters(golden.GetProperty("grad_weights"), golden.GetProperty("grad_biases"), gradients.AsSpan(1));
    }

    [Theory, MemberData(nameof(OptimizerCases))]
    public void Three_optimizer_steps(int index, string name)
    {
        var golden = Mlp.GetProperty("cases")[index];
        var network = Network(golden);
        IOptimizer optimizer = name switch
        {
            "adam" => new Adam(network.Parameters, 0.002f),
            "sgd_momentum" => new Sgd(network.Parameters, 0.05f, 0.9f),
            _ => new RmsProp(network.Parameters, 0.008f),
        };
        var x = Values(golden.GetProperty("x")).ToTensor();
        for (int i = 0; i < 3; i++)
        {
            using var scope = TensorScope.Open();
            optimizer.Step(Gradients.Of(Loss(golden, network.Forward(x)), network.Parameters));
        }
        var after = golden.GetProperty("after_3_steps_" + name);
        AssertParameters(after.GetProperty("weights"), after.GetProperty("biases"), network.Parameters);
    }

    [Fact]
    public void Gradient_through_unrolled_training_steps()
    {
        Matrix Get(string name) => Values(Unrolled.GetProperty(name));
        float eta = Unrolled.GetProperty("eta").GetSingle();
        Tensor[] parameters = [Get("W1").T.ToTensor().Track(), Row(Get("b1")).ToTensor().Track(), Get("W2").T.ToTensor().Track(), Row(Get("b2")).ToTensor().Track()];
        var (x, other, y, target) = (Get("x").ToTensor(), Get("x_cf").ToTensor(), Get("y").ToTensor(), Get("target").ToTensor());
        var delta = Get("delta").ToTensor().Track();
        for (int k = 0; k < Unrolled.GetProperty("K").GetInt32(); k++)
        {
            var loss = SquaredError.Of(FeedForward.Forward(x + delta, parameters, Activation.Tanh).Sigmoid(), y);
            var gradients = Gradients.Of(loss, parameters, createGraph: true);
            parameters = [.. parameters.Zip(gradients, (p, g) => Tensor.Axpy(p, g, -eta))];
        }
        var adversarial = SquaredError.Of(FeedForward.Forward(other, parameters, Activation.Tanh).Sigmoid(), target);
        double expected = Unrolled.GetProperty("adversarial_loss").GetDouble();
        Assert.Equal(expected, adversarial.Item, 1e-5 * expected);
        Get("grad_delta").AssertNear(Gradients.Of(adversarial, [delta])[0], Tolerance);
        var after = Unrolled.GetProperty("theta_prime");
        for (int i = 0; i < 4; i++) (i % 2 == 0 ? Values(after[i]).T : Row(Values(after[i]))).AssertNear(parameters[i], Tolerance);
    }

    private static void AssertParameters(JsonElement weights, JsonElement biases, ReadOnlySpan<Tensor> actual)
    {
        Assert.Equal(actual.Length, 2 * weights.GetArrayLength());
        for (int i = 0; i < weights.GetArrayLength(); i++)
        {
            Values(weights[i]).T.AssertNear(actual[2 * i], Tolerance);
            Row(Values(biases[i])).AssertNear(actual[2 * i + 1], Tolerance);
        }
    }

    private static Tensor Loss(JsonElement golden, Tensor logits) =>
        BinaryCrossEntropy.WithLogits(logits, Values(golden.GetProperty("y")).ToTensor(), Values(golden.GetProperty("sample_weight")).ToTensor());

    private static FeedForward Network(JsonElement golden)
    {
        int[] sizes = [.. golden.GetProperty("sizes").EnumerateArray().Select(e => e.GetInt32())];
        var activation = Enum.Parse<Activation>(golden.GetProperty("activation").GetString()!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        float[][] weights = [.. golden.GetProperty("weights").EnumerateArray().Select(w => Floats(Values(w).T))];
        float[][] biases = [.. golden.GetProperty("biases").EnumerateArray().Select(b => Floats(Values(b)))];
        return FeedForward.FromValues(sizes, activation, 0f, weights, biases);
    }

    private static float[] Floats(Matrix m) => Array.ConvertAll(m.Values, v => (float)v);

    private static Matrix Row(Matrix m) => new(1, m.Values.Length, m.Values);

    private static Matrix Values(JsonElement array)
    {
        var rows = array.EnumerateArray().ToArray();
        if (rows[0].ValueKind == JsonValueKind.Number) return new(rows.Length, 1, [.. rows.Select(r => r.GetDouble())]);
        return new(rows.Length, rows[0].GetArrayLength(), [.. rows.SelectMany(r => r.EnumerateArray()).Select(e => e.GetDouble())]);
    }

    private static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", name + ".json"))).RootElement;
}
