using Redress.Attacks;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Studies.Guo2023;

/// <summary>Figures 4a, 4d and 12a: algorithm 1 against recourse that exists. It finds θ' for the test people, a batch each, and their recourse is judged by it.</summary>
/// <remarks>The paper attacks "all hold-out test-sets"; batches are of the training's size, since so many rows is what the attacker was made for.</remarks>
internal static class GuoAttack
{
    /// <summary>The share of recourse that is still valid under θ'.</summary>
    /// <param name="recourse">The recourse of labelled people.</param>
    /// <param name="shift">The attacker.</param>
    /// <param name="batch">Rows that are shifted together.</param>
    /// <param name="rng">The attacker's stream; does not advance.</param>
    /// <param name="cancel">Stops between steps.</param>
    internal static double ValidityUnder(GuoRecourse recourse, DataShiftOptions shift, int batch, Rng rng, CancellationToken cancel)
    {
        var network = recourse.Model.Network;
        int width = recourse.Model.Encoding.Width, held = 0;
        float[] x = recourse.Encoded(recourse.People), written = recourse.Encoded(recourse.Rows);
        using var gang = new Chunks.Gang(threads: 1, most: 1);
        var hard = shift with { Soften = false };
        var attacker = new VirtualDataShift(network, hard, hard.Moves(recourse.People.Schema, recourse.Model.Encoding, numbersAlone: false), null, gang, 1);
        for (int start = 0; start < recourse.People.Rows; start += batch)
        {
            int rows = Math.Min(batch, recourse.People.Rows - start);
            float[] Part(float[] of) => of.AsSpan(start * width, rows * width).ToArray();
            float[] y = [.. recourse.People.Labels!.Skip(start).Take(rows).Select(l => l ? 1f : 0f)], desired = [.. recourse.Above.AsSpan(start, rows).ToArray().Select(a => a ? 1f : 0f)];
            attacker.Run(network, [new(new(rows, width, Part(x)), y, new(rows, width, Part(written)), desired)], (float)shift.Epsilon, rng.Split((ulong)start), wantShift: false, cancel);
            held += Held(network, attacker.Shifted(), Part(written), rows, recourse, start);
        }
        return (double)held / recourse.People.Rows;
    }

    private static int Held(FeedForward network, Tensor[] shifted, float[] written, int rows, GuoRecourse recourse, int start)
    {
        using var scope = TensorScope.Open();
        using var off = Gradients.Off();
        var logits = network.Forward(Tensor.From(rows, network.Sizes[0], written), shifted);
        return Enumerable.Range(0, rows).Count(i => logits[i, 0] >= recourse.Model.Threshold == recourse.Above[start + i]);
    }
}
