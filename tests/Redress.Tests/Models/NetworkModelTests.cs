using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress.Tests.Models;

public class NetworkModelTests
{
    /// <summary>People are screened by the one and their recourse is judged by the other.</summary>
    [Fact]
    public void A_kept_pass_has_the_bits_of_scores()
    {
        var people = Sample.Random(new([Feature.Numeric("a"), Feature.Integer("b"), Feature.Categorical("c", ["x", "y", "z"])], "y", "yes"), 300, 3);
        var model = Sample.Network(people, [7, 5], 2);
        using var scope = TensorScope.Open();
        var pass = ((IDifferentiableClassifier)model).Pass(people);
        Assert.Equal(Scores.Favourable(model, people), pass.Outputs.ToArray().Select(v => (double)v));
    }
}
