using Redress.Data;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>The search of <see cref="TabSynSvdd"/>: one person after the other, whose chains and candidates go through the denoiser together.</summary>
/// <remarks>Neither θ nor the request's cost plays a part in what is drawn, so what is offered is also the row of the highest score.</remarks>
internal sealed class TabSynSvddSearch : ISearch
{
    private const double Penalty = 100;

    private readonly TabSynSvddOptions options;
    private readonly TabSynTraining training;
    private readonly Diffusion? favourable, other;
    private readonly Encoding unit;

    internal TabSynSvddSearch(RecourseTask task, TabSynSvddOptions options, TabSynTraining training, Diffusion? favourable, Diffusion? other, Learnt learnt)
    {
        (this.options, this.training, this.favourable, this.other, Learnt) = (options, training, favourable, other, learnt);
        unit = Encoding.Fit(task.Model.Schema, task.Statistics, new(NumberScaling.MinMax));
    }

    public Learnt Learnt { get; }

    Learnt? ISearch.Learnt => Learnt;

    public bool HighestIsTheSame => true;

    public void Search(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, cancel);

    public void SearchHighest(SearchChunk chunk, CancellationToken cancel) => Offer(chunk, cancel);

    private void Offer(SearchChunk chunk, CancellationToken cancel)
    {
        var best = new BestOfSamples(chunk, "Within the person's action set, every row that was drawn is the person's own row.");
        int features = chunk.People.Schema.Features.Count;
        for (int i = 0; i < chunk.Rows && !cancel.IsCancellationRequested; i++)
        {
            if ((chunk.Signs[i] > 0 ? favourable : other) is not { } diffusion)
            {
                chunk.Reasons[i] = training.WhyNone(chunk.Signs[i]);
                continue;
            }
            int steps = Math.Min(options.Steps, chunk.StepsLeft(i));
            if (steps < 1) continue;
            chunk.Steps[i] += steps;
            var rows = new double[options.Samples * features];
            if (!Draw(chunk, i, diffusion, steps, rows, cancel)) return;
            best.Begin(i);
            for (int s = 0; s < options.Samples; s++)
            {
                double[] row = rows.AsSpan(s * features, features).ToArray();
                if (Reach.Pull(chunk.ActionsOf(i), chunk.People.Row(i), row) && !chunk.People.Row(i).SequenceEqual(row)) best.Add(row);
            }
            best.Offer();
        }
    }

    /// <summary>Draws a person's rows; false where the caller cancelled.</summary>
    private bool Draw(SearchChunk chunk, int person, Diffusion diffusion, int steps, Span<double> rows, CancellationToken cancel)
    {
        int latent = diffusion.Options.Latent, features = chunk.People.Schema.Features.Count;
        double[] present = chunk.People.Row(person).ToArray();
        int[] immutables = chunk.ActionsOf(person).Schema.Immutables;
        var stream = chunk.StreamOf(person);
        var streams = new Rng[options.Samples];
        for (int s = 0; s < streams.Length; s++) streams[s] = stream.Split((ulong)s);
        var z = new float[streams.Length * latent];
        var decoded = new double[options.Samples * options.Candidates * features];
        bool done = SoftValueDecoding.Sample(diffusion.Denoiser.Denoise, steps, options.Candidates, options.Lambda, (codes, count, rewards) =>
        {
            diffusion.Decode(codes, count, decoded.AsSpan(0, count * features));
            for (int r = 0; r < count; r++) rewards[r] = Reward(present, decoded.AsSpan(r * features, features), immutables);
        }, latent, streams, z, cancel);
        if (done) diffusion.Decode(z, streams.Length, rows);
        return done;
    }

    /// <summary>r(x') = -ℓ2(x', x) - 100 · 1[immutables differ], over rows whose numbers are scaled to 0 and 1 at the training minimum and maximum.</summary>
    private double Reward(ReadOnlySpan<double> x, ReadOnlySpan<double> changed, int[] immutables)
    {
        double sum = 0;
        for (int f = 0; f < x.Length; f++)
        {
            if (changed[f] == x[f]) continue;
            ref readonly var at = ref unit.At(f);
            // Of a changed category two columns differ by 1.
            sum += at.IsOneHot ? 2 : (changed[f] - x[f]) / at.Scale * ((changed[f] - x[f]) / at.Scale);
        }
        double reward = -Math.Sqrt(sum);
        foreach (int f in immutables)
            if (changed[f] != x[f]) return reward - Penalty;
        return reward;
    }
}
