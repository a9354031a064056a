using Redress.Data;
using Redress.Methods;
using Redress.Tensors;
using Redress.Tests.Training;

namespace Redress.Tests.Methods;

public sealed class MulticlassRecourseTests
{
    private static readonly Table People = ThreeClasses.Rows(60, 78), Training = ThreeClasses.Rows(200, 79);

    private static readonly string[] Desired = [.. Enumerable.Range(0, 60).Select(i => ThreeClasses.Schema.Classes[i % 3])];

    private static MulticlassBatch Find(string method, Table? people = null, string[]? desired = null) =>
        MulticlassRecourse.Find(ThreeClasses.Model, MethodCatalog.Get(method).Create(), new(people ?? People), desired ?? Desired, 5, Training);

    [Theory]
    [InlineData("counternet")]
    [InlineData("growing-spheres")]
    [InlineData("nearest-neighbour")]
    [InlineData("face")]
    [InlineData("actionable-recourse")]
    [InlineData("roar")]
    public void Everybody_is_told_of_the_class_they_want(string method)
    {
        var model = ThreeClasses.Model;
        var batch = Find(method);
        int[] predicted = model.Predict(People);
        Assert.Equal(Desired, batch.Desired);
        Assert.Equal(["high", "low", "mid"], batch.Runs.Keys.Order(StringComparer.Ordinal));
        int found = 0;
        for (int i = 0; i < 60; i++)
        {
            var record = batch.Records[i];
            Assert.Equal(Invariant($"{i + 1}"), record.PersonId);
            Assert.Equal(People.Row(i)[0], record.Person[0].In(model.Schema.Features[0]));
            Assert.Equal(model.Classes[predicted[i]] == Desired[i], record.Outcome == Outcome.AlreadyDesired);
            if (record.Outcome != Outcome.Found) continue;
            found++;
            double[] row = People.Row(i).ToArray();
            foreach (var change in record.Answers[0].Changes) row[model.Schema.IndexOf(change.Feature)] = change.To.In(model.Schema.Features[model.Schema.IndexOf(change.Feature)]);
            Assert.Equal(Desired[i], model.Classes[model.Predict(new(model.Schema, row))[0]]);
        }
        Assert.InRange(found, 10, 60);
    }

    [Fact]
    public void A_record_does_not_depend_on_what_others_want()
    {
        var all = Find("growing-spheres").Records;
        int[] few = [7, 3, 20, 41];
        var some = Find("growing-spheres", People.Select(few), [.. few.Select(i => Desired[i])]).Records;
        for (int i = 0; i < few.Length; i++) Assert.Equal((all[few[i]] with { PersonId = "" }).ToString(), (some[i] with { PersonId = "" }).ToString());
        Assert.Equal(all.Select(r => r.ToString()), Enumerable.Range(0, 60).Select(i => all[i].ToString()));
    }

    [Fact]
    public void Neighbours_are_those_with_the_class_by_their_own_label()
    {
        var batch = MulticlassRecourse.Find(ThreeClasses.Model, new NearestNeighbour(NearestNeighbourOptions.OfLabel), new(People), Desired, 5, Training);
        Assert.Contains(batch.Records, r => r.Outcome == Outcome.Found);
    }

    [Fact]
    public void A_generator_does_not_tell_how_to_leave_a_class()
    {
        var records = new CounterNet().Prepare(new(ThreeClasses.Model.For("mid")), new Rng(1)).Find(new(People, Desired: Redress.Desired.OtherThanPredicted), new Rng(1)).Records;
        int[] predicted = ThreeClasses.Model.Predict(People);
        int mid = ThreeClasses.Model.Classes.ToList().IndexOf("mid"), left = 0;
        for (int i = 0; i < 60; i++)
        {
            if (predicted[i] != mid) continue;
            left++;
            Assert.Equal((Outcome.NotFound, "The generator writes rows of a class, and this person is to leave 'mid'; ask for the class they should have."), (records[i].Outcome, records[i].Reason));
        }
        Assert.InRange(left, 5, 55);
        Assert.Contains(records, r => r.Outcome == Outcome.Found);
    }

    [Fact]
    public void What_cannot_be_done_is_refused_at_once()
    {
        Assert.Equal("Method 'gradient' needs gradients, and the model gives scores only; methods without that need run on any model.", Sample.Message<OptionsException>(() => Find("gradient")));
        Assert.Equal(
            "Method 'rocoursenet' needs a model trained together with its generator, and this one has one trained as counternet; train it by 'redress train --objective rocoursenet'.",
            Sample.Message<OptionsException>(() => Find("rocoursenet")));
        Assert.Equal(
            """
            There are 3 desired classes for 60 people.
            The request asks for the outcome favourable; the desired class of each person stands beside it.
            Desired class 'best' is no class of the model; there are 'low', 'high', 'mid'.
            """,
            Sample.Message<OptionsException>(() => MulticlassRecourse.Find(
                ThreeClasses.Model, new CounterNet(), new(People, Desired: Redress.Desired.Favourable), ["best", "low", "best"], 5)));
    }
}
