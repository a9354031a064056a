using Redress.Data;
using Redress.Generative;
using Redress.Models;
using Redress.Neighbours;
using Redress.Search;
using Redress.Tensors;
using Redress.Tensors.Layers;

namespace Redress.Methods;

/// <summary>What <see cref="GenRe"/> and <see cref="GenReUnconditional"/> share: D_h⁺ and D_h⁻, the training in Prepare, and what is saved and read back.</summary>
/// <param name="About">The method.</param>
/// <param name="Lambda">λ of Q, or of the choice among draws.</param>
/// <param name="Confidence">γ.</param>
/// <param name="Partners">K; null for as many as there are, up to <see cref="MostPartners"/>.</param>
/// <param name="Bins">n_j; null for <see cref="MostBins"/> or a value each.</param>
/// <param name="Binning">How numbers are cut.</param>
/// <param name="Shape">Layers.</param>
/// <param name="Training">How they are trained.</param>
/// <param name="Rule">How bins become values.</param>
/// <param name="Samples">Rows drawn a person.</param>
/// <param name="OtherSide">True to learn for people who are to have the unfavourable outcome, too.</param>
internal sealed record GenReSettings(
    MethodInfo About, double Lambda, double Confidence, int? Partners, int? Bins, Binning Binning, EncoderDecoderShape Shape, RecourseTransformerTraining Training, SamplingRule Rule, int Samples, bool OtherSide)
{
    internal const int MostPartners = 50, MostBins = 50;

    private const int BinLimit = 1024, SampleLimit = 10_000, LayerLimit = 64, WidthLimit = 4096, EpochLimit = 100_000, BatchLimit = 1 << 20, PartnerLimit = 10_000;

    /// <summary>The method's options as JSON.</summary>
    internal string Json { get; init; } = "{}";

    private bool IsConditional => Shape.EncoderLayers > 0;

    /// <summary>Problems of options that both have, by their names in JSON.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!(Lambda >= 0 && double.IsFinite(Lambda))) yield return Invariant($"lambda is {Lambda}; must be at least 0 and finite.");
        if (!(Confidence is >= 0 and < 1)) yield return Invariant($"confidence is {Confidence}; must be 0 to below 1.");
        if (Partners is < 1 or > PartnerLimit) yield return Invariant($"partners is {Partners}; must be 1 to {PartnerLimit}.");
        if (Bins is < 1 or > BinLimit) yield return Invariant($"bins is {Bins}; must be 1 to {BinLimit}.");
        if (!Enum.IsDefined(Binning)) yield return Invariant($"binning is {(int)Binning}; must be quantile or equal-width.");
        if (!(Training.Bandwidth >= 0 && double.IsFinite(Training.Bandwidth))) yield return Invariant($"bandwidth is {Training.Bandwidth}; must be at least 0 and finite.");
        foreach (var (name, layers, least) in new[] { ("encoder-layers", Shape.EncoderLayers, IsConditional ? 1 : 0), (IsConditional ? "decoder-layers" : "layers", Shape.DecoderLayers, 1) })
            if (layers < least || layers > LayerLimit) yield return Invariant($"{name} is {layers}; must be {least} to {LayerLimit}.");
        if (Shape.Width is < 1 or > WidthLimit) yield return Invariant($"width is {Shape.Width}; must be 1 to {WidthLimit}.");
        else if (Shape.Heads < 1 || Shape.Width % Shape.Heads != 0) yield return Invariant($"heads is {Shape.Heads}; must be a divisor of the width, {Shape.Width}.");
        if (Shape.FeedForward is < 1 or > WidthLimit) yield return Invariant($"feed-forward is {Shape.FeedForward}; must be 1 to {WidthLimit}.");
        if (Training.Epochs is < 1 or > EpochLimit) yield return Invariant($"epochs is {Training.Epochs}; must be 1 to {EpochLimit}.");
        if (Training.Patience < 1) yield return Invariant($"patience is {Training.Patience}; must be at least 1.");
        if (Training.BatchSize is < 1 or > BatchLimit) yield return Invariant($"batch-size is {Training.BatchSize}; must be 1 to {BatchLimit}.");
        if (!(Training.LearningRate > 0 && double.IsFinite(Training.LearningRate))) yield return Invariant($"learning-rate is {Training.LearningRate}; must be more than 0 and finite.");
        if (!(Rule.Temperature > 0 && double.IsFinite(Rule.Temperature))) yield return Invariant($"temperature is {Rule.Temperature}; must be more than 0 and finite.");
        if (!(Rule.Sigma >= 0 && double.IsFinite(Rule.Sigma))) yield return Invariant($"sigma is {Rule.Sigma}; must be at least 0 and finite.");
        if (Samples is < 1 or > SampleLimit) yield return Invariant($"samples is {Samples}; must be 1 to {SampleLimit}.");
    }

    internal IRecourseFinder Prepare(RecourseTask task, Rng rng, IProgress<Progress>? progress, CancellationToken cancel)
    {
        var favourable = Train(task, 1, rng, progress, cancel);
        return FinderOf(task, favourable, OtherSide ? Train(task, -1, rng, progress, cancel) : null);
    }

    internal IRecourseFinder Restore(RecourseTask task, Learnt learnt)
    {
        long held = learnt.Tensors.Where(t => t.Type == "F32").Sum(t => (long)t.Bytes.Length / sizeof(float));
        RecourseTransformer Read(string suffix) => RecourseTransformerFile.Read(learnt.Json, suffix, learnt.Get, held, task.Model.Schema, Shape, learnt.Damaged);
        return new RecourseFinder(About, Json, task, new GenReSearch(Read(""), OtherSide ? Read(Other) : null, task, this, learnt));
    }

    /// <summary>Learns for people who are to have the favourable outcome (+1) or the other (-1).</summary>
    /// <exception cref="OptionsException">The rows give nothing to learn from, or training diverged.</exception>
    internal TrainedTransformer Train(RecourseTask task, int sign, Rng rng, IProgress<Progress>? progress, CancellationToken cancel)
    {
        RecourseFinder.RefuseUnmet(About, task);
        OptionsException.ThrowIfAny(Problems(task.Model.Schema, task.TrainingRows!).Select(p => $"Options of '{About.Slug}': {p}"));
        var examples = Examples.Of(task, int.MaxValue, rng, cancel);
        var (negatives, positives) = Sides(examples, sign);
        var own = new Rng(rng.Seed).Split(sign > 0 ? About.Slug : About.Slug + Other);
        var tokens = RecourseTokens.Fit(positives, TrainingStatistics.Of(examples.Rows), Bins ?? MostBins, Binning);
        var network = new RecourseTransformer(tokens, Shape, own.Split("weights"));
        var draw = IsConditional ? DrawOf(task, negatives, positives, cancel) : (x, _) => x;
        var checkpoint = sign > 0 || task.Checkpoint is null ? task.Checkpoint : new(task.Checkpoint.Path + Other);
        return new(network, Training.Run(network, IsConditional ? negatives : positives, positives, PairingOf(task.Model.Schema, sign), draw, own.Split("training"), task.Execution.Threads, checkpoint, progress, cancel));
    }

    /// <summary>All that Q hangs on beside the rows.</summary>
    private string PairingOf(Schema schema, int sign) => Invariant($"{About.Slug} {sign}, lambda {Lambda}, confidence {Confidence}, partners {Partners}, bins {Bins}, {Binning}\n{SchemaFile.ToJson(schema)}");

    private const string Other = ".other";

    private RecourseFinder FinderOf(RecourseTask task, TrainedTransformer favourable, TrainedTransformer? other)
    {
        var learnt = new Learnt(RecourseTransformerFile.Json(favourable, other), [.. RecourseTransformerFile.Tensors(favourable.Network, ""), .. other is null ? [] : RecourseTransformerFile.Tensors(other.Network, Other)]);
        return new(About, Json, task, new GenReSearch(favourable.Network, other?.Network, task, this, learnt));
    }

    /// <summary>x⁺ ~ Q(·|x).</summary>
    private Func<int, Rng, int> DrawOf(RecourseTask task, Table negatives, Table positives, CancellationToken cancel)
    {
        var space = new PairSpace(task.Model.Schema, task.Statistics);
        var pairs = PairDistribution.Of(space, space.Points(negatives), new RowBlocks(space.Points(positives), space.Width), Lambda, Partners ?? MostPartners, task.Execution, cancel: cancel);
        return pairs.Draw;
    }

    /// <summary>D_h⁻ = {x : y = 0, h(x) ≤ ½} and D_h⁺ = {x : y = 1, h(x) > γ}; θ plays no part (section 4.1). Where a model rejects nobody at a half, all rows with y = 0 are D_h⁻.</summary>
    private (Table Negatives, Table Positives) Sides(Examples examples, int sign)
    {
        int[] rows = [.. Enumerable.Range(0, examples.Count)];
        int[] positives = [.. rows.Where(r => examples.IsLabelled(r, sign) && examples.IsConfident(r, sign, Confidence))];
        int[] left = [.. rows.Where(r => examples.IsLabelled(r, -sign))];
        int[] negatives = [.. left.Where(r => !examples.IsConfident(r, sign, 0.5))];
        if (negatives.Length == 0) negatives = left;
        var found = (examples.Rows.FeaturesOf(negatives), examples.Rows.FeaturesOf(positives));
        OptionsException.ThrowIfAny(Problems(found.Item1, found.Item2, examples, sign).Select(p => $"Options of '{About.Slug}': {p}"));
        return found;
    }

    private static IEnumerable<string> Problems(Schema schema, Table rows)
    {
        if (!rows.Schema.HasColumnsOf(schema)) yield return "the training rows have other columns than the model's.";
        if (rows.Labels is null) yield return "the training rows have no outcomes; pairs are of rows whose outcomes are known.";
        if (!schema.Features.Any(f => f.IsActionable)) yield return "the schema lets nobody change anything, so there is nothing to write; give at least one feature the change any, increase or decrease.";
    }

    private IEnumerable<string> Problems(Table negatives, Table positives, Examples examples, int sign)
    {
        if (positives.Rows == 0)
        {
            double highest = Enumerable.Range(0, examples.Count).Where(r => examples.IsLabelled(r, sign)).Select(r => sign > 0 ? examples.ProbabilityOf(r) : 1 - examples.ProbabilityOf(r)).DefaultIfEmpty(0).Max();
            yield return Invariant($"confidence is {Confidence}, and no training row of the {Named(sign)} outcome is given it with more; the highest is {highest:0.###}. Ask for less confidence, or train a better model.");
        }
        if (IsConditional && negatives.Rows == 0) yield return $"no training row has the {Named(-sign)} outcome, so there is nobody to learn from; give rows of such people.";
        if (Partners > positives.Rows && positives.Rows > 0) yield return Invariant($"partners is {Partners}, and there are {positives.Rows} training rows to be partners; ask for at most as many, or leave it out.");
        if (Bins is not { } bins || positives.Rows == 0) yield break;
        for (int f = 0; f < positives.Schema.Features.Count; f++)
        {
            var feature = positives.Schema.Features[f];
            if (!feature.IsNamed && ValueBins.Distinct(RecourseTokens.ColumnOf(positives, f)) is var distinct && distinct < bins)
                yield return Invariant($"bins is {bins}, and '{feature.Name}' takes {distinct} values; ask for at most as many, or leave it out to give such features a bin a value.");
        }
    }

    private static string Named(int sign) => sign > 0 ? "favourable" : "unfavourable";
}
