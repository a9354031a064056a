using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Bench;

/// <summary>Single operations under BenchmarkDotNet, for work on one kernel.</summary>
[MemoryDiagnoser]
public class KernelBench
{
    private Tensor x = null!, weight = null!, bias = null!;
    private Dropout dropout = null!;
    private Rng rng = null!;

    /// <summary>Rows of the input.</summary>
    [Params(15, 128)]
    public int Batch { get; set; }

    public static int Run(string[] options)
    {
        BenchmarkRunner.Run<KernelBench>(args: options);
        return 0;
    }

    [GlobalSetup]
    public void Prepare()
    {
        rng = new Rng(1);
        var values = new float[Batch * 100];
        rng.FillGaussian(values);
        x = Tensor.From(Batch, 100, values);
        var layer = new Affine(100, 100, rng);
        (weight, bias) = (layer.Weight.Alias(tracked: false), layer.Bias.Alias(tracked: false));
        dropout = new Dropout(0.5f);
    }

    [Benchmark]
    public float Affine() => InScope(() => Tensor.Affine(x, weight, bias));

    [Benchmark]
    public float ProductTransposed() => InScope(() => Tensor.MatMul(x, weight, transposeB: true));

    [Benchmark]
    public float Tanh() => InScope(x.Tanh);

    [Benchmark]
    public float Gelu() => InScope(x.Gelu);

    [Benchmark]
    public float LogSoftmax() => InScope(x.LogSoftmax);

    [Benchmark]
    public float Dropout() => InScope(() => dropout.Forward(x, rng));

    private static float InScope(Func<Tensor> work)
    {
        using var scope = TensorScope.Open();
        return work()[0, 0];
    }
}
