using Redress.Data;
using Redress.Guarantees;
using Redress.Methods;
using Redress.Tensors;

namespace Redress.Tests.Guarantees;

public sealed class PromiseTests
{
    private static readonly Schema OneFeature = new([Feature.Numeric("x", Change.Any, new LargestChange(1, ChangeUnit.Raw))], "y", "yes");

    [Fact]
    public void Recourse_is_scored_again_by_the_other_model()
    {
        var training = Sample.Table(OneFeature, [[-1], [1]]);
        var model = Sample.Linear(training, [1], 0);
        var people = Sample.Table(OneFeature, [[-0.9], [-0.5], [-0.1], [-5], [3]], ids: ["a", "b", "c", "d", "e"]);
        var batch = new LinearStep().Prepare(new(model), new Rng(1)).Find(new(people), new Rng(1));
        Assert.Equal("3 Found, 1 AlreadyDesired, 1 NotFound", batch.ToString());
        var kept = Promise.Check(batch.Records, model);
        Assert.Equal((3, 3, 1.0, 3), (kept.Kept, kept.Issued, kept.Share, kept.People));
        Assert.Equal(Math.Pow(0.05, 1 / 3.0), kept.LowerBound, 1e-9);

        // The retrained model asks for 0.4 more: a's 0.1 breaks, b's 0.5 and c's 0.9 hold.
        var broken = Promise.Check(batch.Records, Sample.Linear(training, [1], -0.4f));
        Assert.Equal((2, 3), (broken.Kept, broken.Issued));
        Assert.Equal("a", Assert.Single(broken.Broken).PersonId);
        Assert.Equal(-0.3, broken.Broken[0].Score, 1e-6);
        Assert.Equal(1, Promise.Check([], model).Share);
    }
}
