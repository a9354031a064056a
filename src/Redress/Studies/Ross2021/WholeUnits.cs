using Redress.Data;
using Redress.Methods;
using Redress.Models;

namespace Redress.Studies.Ross2021;

/// <summary>
/// Beyond the paper: recourse in whole units. Its recourse asks for 1.397 years of schooling or two thirds of a prior crime; here the same models and
/// people, with what people can change declared as whole numbers: rounded after the search, and searched in whole units.
/// </summary>
internal static class WholeUnits
{
    internal const string Table = "whole units", Fractions = "in fractions", Rounded = "rounded to whole units", Searched = "searched in whole units";

    /// <summary>Recourse rates of one model three ways, by the linear step and by gradient descent.</summary>
    internal static IEnumerable<Measure> Of(RossModel model, CancellationToken cancel)
    {
        var whole = Whole(model.Model.Schema);
        var wholeModel = new NetworkModel(whole, model.Model.Encoding, model.Model.Statistics, model.Model.Network, model.Model.Threshold, model.Model.Training);
        var people = new Table(whole, model.Test.Values.ToArray(), model.Test.Ids, model.Test.Labels);
        (string Kind, NetworkModel Model, Table People, IRecourseMethod Method)[] ways =
        [
            (Fractions, model.Model, model.Test, new LinearStep()), (Rounded, wholeModel, people, new LinearStep()), (Searched, wholeModel, people, new LinearStep(LinearStepOptions.Whole)),
            (Fractions, model.Model, model.Test, new Gradient(model.Preset.Gradient())), (Rounded, wholeModel, people, new Gradient(model.Preset.Gradient())),
        ];
        foreach (var (kind, way, rows, method) in ways)
        {
            var batch = method.Prepare(new RecourseTask(way), model.Rng, cancel: cancel).Find(new RecourseRequest(rows, Execution: RossModel.OneThread), model.Rng, cancel: cancel);
            cancel.ThrowIfCancellationRequested();
            int rejected = rows.Rows - batch.Count(Outcome.AlreadyDesired), found = batch.Count(Outcome.Found);
            string name = $"{RossMeasures.Name(model.Lambda)}, {kind}";
            yield return new(Table, model.Dataset, name, method.Info.Slug, "recourse-neg", rejected == 0 ? double.NaN : (double)found / rejected);
            yield return new(Table, model.Dataset, name, method.Info.Slug, "recourse-all", (double)(rows.Rows - rejected + found) / rows.Rows);
        }
    }

    /// <summary>The schema with every number that people can change a whole number; in these data sets all of them are.</summary>
    internal static Schema Whole(Schema schema) => new(
        [.. schema.Features.Select(f => f is { Kind: FeatureKind.Numeric, IsActionable: true } ? f with { Kind = FeatureKind.Integer } : f)],
        schema.Target, schema.Favourable, schema.Id, schema.Groups, schema.Ignored, schema.Constraints);
}
