using System.Collections.Concurrent;
using Redress.Data;
using Redress.Generative;
using Redress.Methods;
using Redress.Models;
using Redress.Tensors;
using Redress.Tensors.Layers;
using Redress.Training;

namespace Redress.Tests.Methods;

/// <summary>A random schema with random people and a random model: what the contract suite runs every method over.</summary>
internal sealed class Scenario
{
    internal const int People = 14, TrainingRows = 60;

    private static readonly ConcurrentDictionary<int, Lazy<Autoencoder>> Autoencoders = new();
    private static readonly ConcurrentDictionary<int, Lazy<ForestModel>> Forests = new();
    private readonly int seed;

    private Scenario(int seed, Schema schema, Table training, Table people, IModel model) => (this.seed, Schema, Training, PeopleTable, Model) = (seed, schema, training, people, model);

    internal Schema Schema { get; }

    internal Table Training { get; }

    internal Table PeopleTable { get; }

    internal IModel Model { get; }

    /// <summary>Builds the scenario of a seed; the same seed gives the same scenario.</summary>
    internal static Scenario Of(int seed, string kind)
    {
        var rng = new Rng((ulong)seed).Split("scenario");
        var schema = SchemaOf(rng.Split("schema"));
        var training = Rows(schema, TrainingRows, rng.Split("training"), ids: false);
        var people = Rows(schema, People, rng.Split("people"), ids: true);
        var network = NetworkOf(schema, training, kind == "linear" ? [] : [8, 6], rng.Split("network"));
        IModel model = kind switch
        {
            "black-box" => new DelegateModel(schema, (t, c) => [.. Scores.Favourable(network, t, c).Select(z => 1 / (1 + Math.Exp(-z)))], "delegate " + network.Fingerprint,
                1 / (1 + Math.Exp(-network.Threshold))),
            "forest" => Forests.GetOrAdd(seed, _ => new(() => ForestTrainer.Train(new(training, training), new(Trees: 7, MaxDepth: 4, Threshold: new(0.5)), 1, new Execution(1)))).Value,
            _ => network,
        };
        return new(seed, schema, training, people, model);
    }

    /// <summary>The task for a method: the model with a generator of the method's name where it needs one. What a model scores is the same with and without.</summary>
    internal RecourseTask Task(string slug) => MethodCatalog.Get(slug).Info.Needs.HasFlag(Needs.Generator) && Model is NetworkModel network
        ? new(Sample.WithGenerator(network, slug, (ulong)seed), Training)
        : Task();

    /// <summary>Its autoencoder is trained once for a seed, whatever the model: the suite prepares methods thousands of times.</summary>
    internal RecourseTask Task() => new(Model, Training) { Autoencoder = Autoencoders.GetOrAdd(seed, _ => new(() => Autoencoder.Train(Training, 1, new([12], Latent: 3)))).Value };

    private static Schema SchemaOf(Rng rng)
    {
        var features = new List<Feature>
        {
            Limited(Feature.Numeric("amount", Change.Any), rng),
            Limited(Feature.Integer("count", rng.NextInt(2) == 0 ? Change.Increase : Change.Any), rng),
            Feature.Categorical("colour", ["red", "green", "blue"], rng.NextInt(2) == 0 ? Change.Any : Change.None),
            Feature.Ordinal("level", ["low", "middle", "high", "top"], rng.NextInt(3) == 0 ? Change.None : Change.Increase),
            Feature.Numeric("frozen"),
        };
        if (rng.NextInt(2) == 0) features.Add(Feature.Numeric("choice", Change.Any) with { Allowed = [-1, 0.5, 2] });
        if (rng.NextInt(2) == 0) features.Add(Limited(Feature.Numeric("debt", Change.Decrease), rng));
        // "school" goes with "count", as education goes with education-num.
        bool tied = rng.NextInt(3) == 0;
        if (tied) features.Add(Feature.Categorical("school", ["a", "b", "c", "d", "e"]) with { SameAs = "count" });
        var constraints = new List<LinearConstraint>();
        if (rng.NextInt(2) == 0) constraints.Add(new("amount + count <= 6", [(0, 1.0), (1, 1.0)], 6));
        if (rng.NextInt(3) == 0) constraints.Add(new("2*amount - frozen <= 4.5", [(0, 2.0), (4, -1.0)], 4.5));
        return new(features, "y", "yes", id: "id", constraints: constraints);
    }

    private static Feature Limited(Feature feature, Rng rng) => rng.NextInt(5) switch
    {
        0 => feature with { LargestChange = new(1.5, ChangeUnit.Raw) },
        1 => feature with { LargestChange = new(0.75, ChangeUnit.StandardDeviations) },
        2 => feature with { LargestChange = new(30, ChangeUnit.Percentiles) },
        3 => feature with { Minimum = -4, Maximum = 7 },
        _ => feature,
    };

    private static Table Rows(Schema schema, int rows, Rng rng, bool ids)
    {
        var values = new double[rows * schema.Features.Count];
        for (int row = 0; row < rows; row++)
            for (int f = 0; f < schema.Features.Count; f++)
            {
                var feature = schema.Features[f];
                // Every key of the tie stands in the training rows, whatever is drawn.
                double value = feature.Name == "count" ? (row < 5 ? row : rng.NextInt(5)) : feature.IsNamed ? rng.NextInt(feature.Values.Count) : Math.Round(rng.NextGaussian() * 1.5, 3);
                values[row * schema.Features.Count + f] = feature.SameAs is null ? value : values[row * schema.Features.Count + schema.IndexOf(feature.SameAs)];
            }
        string[] names = [.. Enumerable.Range(0, rows).Select(r => $"person-{r}")];
        bool[] labels = [.. Enumerable.Range(0, rows).Select(r => r % 2 == 0)];
        return new(schema, values, ids ? names : null, labels);
    }

    private static NetworkModel NetworkOf(Schema schema, Table training, int[] hidden, Rng rng)
    {
        var statistics = TrainingStatistics.Of(training);
        var encoding = Encoding.Fit(schema, statistics, new());
        var network = new FeedForward([encoding.Width, .. hidden, 1], Activation.Tanh, 0, rng);
        // Larger weights than training starts from, so that actions matter.
        foreach (var parameter in network.Parameters)
        {
            var values = new float[parameter.Size];
            parameter.ReadTo(values);
            parameter.WriteFrom([.. values.Select(v => 2 * v)]);
        }
        var record = new TrainingRecord("standard", 0, "{}", new(), "{}", 0, "", 1, []);
        double[] scores = Scores.Favourable(new NetworkModel(schema, encoding, statistics, network, 0, record), training);
        Array.Sort(scores);
        return new(schema, encoding, statistics, network, scores[scores.Length * 3 / 5], record);
    }
}
