using Redress.Data;
using Redress.Methods;
using Redress.Tensors;

namespace Redress.Tests.Search;

public sealed class FallbackTests
{
    private static readonly Schema Schema = new([Feature.Numeric("x", Change.Any) with { Minimum = -10, Maximum = 10 }], "y", "yes");
    private static readonly Redress.Models.NetworkModel Model = Sample.Linear(Sample.Table(Schema, [[-1], [1]]), [1], 0);

    /// <summary>One tiny step a descent: the search never comes near θ, the best action lies at the limit.</summary>
    private static readonly GradientOptions Lame = new(SearchLambda: false, MaxSteps: 1, LearningRate: 1e-6);

    [Fact]
    public void Where_the_search_fails_the_highest_scoring_action_is_given()
    {
        var finder = new Gradient(Lame).Prepare(new(Model), new Rng(1));
        var people = Sample.Table(Schema, [[-5]]);
        var record = finder.Find(new(people), new Rng(1)).Records[0];
        Assert.Equal(Outcome.Found, record.Outcome);
        Assert.Equal(10, record.Answers[0].Changes[0].To.Number);
        Assert.Equal(finder.HighestScores(new(people), new Rng(1))[0], record.Answers[0].Score);
    }

    [Fact]
    public void A_budget_counts_the_fallback_and_what_was_tried_is_attached()
    {
        var finder = new Gradient(Lame).Prepare(new(Model), new Rng(1));
        var people = Sample.Table(Schema, [[-5]]);
        for (int calls = 2; calls <= 12; calls++)
        {
            var record = finder.Find(new(people, Budget: new(ModelCalls: calls)), new Rng(1)).Records[0];
            Assert.InRange(record.ModelCalls, 1, calls);
            Assert.Equal(record.Outcome == Outcome.Found, record.Attempt is null && record.Answers.Count == 1);
        }
        // Without a step to spare the gradient's best point is the person's own row, and the linear step is the fallback that remains.
        Assert.True(finder.Find(new(people, Budget: new(Steps: 1)), new Rng(1)).Records[0].Steps <= 1);
        var hopeless = finder.Find(new(Sample.Table(Schema, [[-5]])), new Rng(1));
        Assert.Equal(1, hopeless.Count(Outcome.Found));
        var strict = new Gradient(Lame).Prepare(new(Model.With(50, [])), new Rng(1)).Find(new(people), new Rng(1)).Records[0];
        Assert.Equal((Outcome.NotFound, 10), (strict.Outcome, strict.Attempt!.Changes[0].To.Number));
    }

    [Fact]
    public void Highest_scores_are_of_the_favourable_outcome()
    {
        var finder = new LinearStep().Prepare(new(Model), new Rng(1));
        Assert.Equal("Highest scores are of the favourable outcome; ask for no other.",
            Sample.Message<OptionsException>(() => finder.HighestScores(new(Sample.Table(Schema, [[1]]), Desired: Desired.OtherThanPredicted), new Rng(1))));
        double[] scores = finder.HighestScores(new(Sample.Table(Schema, [[1], [double.NaN], [99]])), new Rng(1));
        Assert.Equal([10, double.NaN, 99], scores);
    }
}
