using System.Text.Json;
using Redress.Tensors.Layers;
using Redress.Tensors.Losses;
using Redress.Tensors.Optimizers;

namespace Redress.Tensors.Tests;

/// <summary>Against PyTorch's numbers in tests/golden (make_golden.py beside them).</summary>
public class GoldenTests
{
    private const double Tolerance = 1e-5;

    private static readonly JsonElement Mlp = Read("mlp"), Unrolled = Read("unrolled_gradient"), Transformer = Read("transformer"), TransformerGradients = Read("transformer_gradients");

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

    [Fact]
    public void Transformer_layers()
    {
        var (encoder, decoder) = TransformerLayers();
        int tokens = Transformer.GetProperty("src")[0].GetArrayLength();
        Tensor src = Instances(Transformer.GetProperty("src")).ToTensor().Track(), tgt = Instances(Transformer.GetProperty("tgt")).ToTensor().Track();
        var memory = encoder.Forward(src, tokens);
        Instances(Transformer.GetProperty("memory")).AssertNear(memory, Tolerance);
        var output = decoder.Forward(tgt, tokens, memory, tokens);
        Instances(Transformer.GetProperty("output")).AssertNear(output, Tolerance);
        var loss = output.Square().Mean();
        double expected = Transformer.GetProperty("loss").GetDouble();
        Assert.Equal(expected, loss.Item, Tolerance * expected);
        // Behind a layer norm the mean square hardly moves: these gradients (4e-8) are what is left of terms of 0.03 that cancel, less than single precision
        // resolves. They are compared on the scale of those terms here, and gradients that do not vanish on their own below.
        double terms = Tolerance * Matrix.Of(Gradients.Of(loss, [output])[0]).Values.Max(Math.Abs);
        var gradients = Gradients.Of(loss, [src, tgt]);
        Instances(Transformer.GetProperty("grad_src")).AssertNear(gradients[0], Tolerance, terms);
        Instances(Transformer.GetProperty("grad_tgt")).AssertNear(gradients[1], Tolerance, terms);
    }

    [Fact]
    public void Transformer_gradients()
    {
        var (encoder, decoder) = TransformerLayers();
        int tokens = Transformer.GetProperty("src")[0].GetArrayLength();
        Tensor src = Instances(Transformer.GetProperty("src")).ToTensor().Track(), tgt = Instances(Transformer.GetProperty("tgt")).ToTensor().Track();
        var loss = (decoder.Forward(tgt, tokens, encoder.Forward(src, tokens), tokens) * Instances(TransformerGradients.GetProperty("direction")).ToTensor()).Sum();
        double expected = TransformerGradients.GetProperty("loss").GetDouble();
        Assert.Equal(expected, loss.Item, Tolerance * Math.Abs(expected));
        Tensor[] parameters = [.. encoder.Named.Concat(decoder.Named).Select(p => p.Tensor)];
        var gradients = Gradients.Of(loss, [src, tgt, .. parameters]);
        Instances(TransformerGradients.GetProperty("grad_src")).AssertNear(gradients[0], Tolerance);
        Instances(TransformerGradients.GetProperty("grad_tgt")).AssertNear(gradients[1], Tolerance);
        // PyTorch's gradients in our layout: written to a second pair of layers as its values are.
        var (ofEncoder, ofDecoder) = TransformerLayers(TransformerGradients.GetProperty("grad_encoder"), TransformerGradients.GetProperty("grad_decoder"));
        foreach (var ((name, wanted), actual) in ofEncoder.Named.Concat(ofDecoder.Named).Zip(gradients[2..]))
        {
            Assert.NotEmpty(name);
            Matrix.Of(wanted).AssertNear(actual, Tolerance);
        }
    }

    private static (TransformerEncoderLayer Encoder, TransformerDecoderLayer Decoder) TransformerLayers() => TransformerLayers(Transformer.GetProperty("encoder"), Transformer.GetProperty("decoder"));

    private static (TransformerEncoderLayer Encoder, TransformerDecoderLayer Decoder) TransformerLayers(JsonElement ofEncoder, JsonElement ofDecoder)
    {
        int width = Transformer.GetProperty("d_model").GetInt32(), heads = Transformer.GetProperty("heads").GetInt32(), ff = Transformer.GetProperty("ff").GetInt32();
        var encoder = new TransformerEncoderLayer(width, heads, ff, new Rng(1));
        var decoder = new TransformerDecoderLayer(width, heads, ff, hasMemory: true, new Rng(1));
        FromTorch(ofEncoder, encoder.Projection, encoder.Result, encoder.AttentionNorm, null, encoder.Hidden, encoder.Output, encoder.OutputNorm);
        FromTorch(ofDecoder, decoder.Projection, decoder.Result, decoder.AttentionNorm, decoder.Memory, decoder.Hidden, decoder.Output, decoder.OutputNorm);
        return (encoder, decoder);
    }

    /// <summary>The parameters of a torch.nn layer: weights are [out,in] there, and queries, keys and values always packed.</summary>
    private static void FromTorch(JsonElement state, Affine projection, Affine result, LayerNorm norm, MemoryAttention? memory, Affine hidden, Affine output, LayerNorm outputNorm)
    {
        Matrix Get(string name) => Values(state.GetProperty(name));
        void Set(Affine layer, Matrix weight, Matrix bias)
        {
            layer.Weight.WriteFrom(Floats(weight.T));
            layer.Bias.WriteFrom(Floats(bias));
        }
        void SetNorm(LayerNorm layer, string name)
        {
            layer.Gain.WriteFrom(Floats(Get(name + ".weight")));
            layer.Bias.WriteFrom(Floats(Get(name + ".bias")));
        }
        Set(projection, Get("self_attn.in_proj_weight"), Get("self_attn.in_proj_bias"));
        Set(result, Get("self_attn.out_proj.weight"), Get("self_attn.out_proj.bias"));
        SetNorm(norm, "norm1");
        Set(hidden, Get("linear1.weight"), Get("linear1.bias"));
        Set(output, Get("linear2.weight"), Get("linear2.bias"));
        SetNorm(outputNorm, memory is null ? "norm2" : "norm3");
        if (memory is null) return;
        Matrix packed = Get("multihead_attn.in_proj_weight"), bias = Get("multihead_attn.in_proj_bias");
        int d = packed.Cols;
        Matrix Rows(Matrix m, int first, int count) => Matrix.Of(count, m.Cols, (i, j) => m[first + i, j]);
        Set(memory.Query, Rows(packed, 0, d), Rows(bias, 0, d));
        Set(memory.KeyValue, Rows(packed, d, 2 * d), Rows(bias, d, 2 * d));
        Set(memory.Result, Get("multihead_attn.out_proj.weight"), Get("multihead_attn.out_proj.bias"));
        SetNorm(memory.Norm, "norm2");
    }

    /// <summary>[instances, tokens, d] as rows.</summary>
    private static Matrix Instances(JsonElement array)
    {
        Matrix[] each = [.. array.EnumerateArray().Select(Values)];
        return new(each.Sum(m => m.Rows), each[0].Cols, [.. each.SelectMany(m => m.Values)]);
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
