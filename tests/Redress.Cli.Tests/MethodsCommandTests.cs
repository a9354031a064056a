using Redress.Costs;
using Redress.Methods;
using Redress.Metrics;

namespace Redress.Cli.Tests;

public sealed class MethodsCommandTests
{
    [Fact]
    public void Methods_costs_and_metrics_are_listed()
    {
        string shown = CliRun.Of("methods").Is(Exit.Done).Out;
        foreach (string name in MethodCatalog.All.Select(m => m.Info.Slug).Concat(CostCatalog.All.Select(c => c.Slug)).Concat(MetricCatalog.All.Select(m => m.Info.Slug)))
            Assert.Contains($"\n {name} ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_shows_options_defaults_and_presets()
    {
        string shown = CliRun.Of("methods", "gradient").Is(Exit.Done).Out;
        Assert.StartsWith("gradient: Gradient descent on the action, nearest valid point kept.\nPaper: Wachter, Mittelstadt, Russell: ", shown, StringComparison.Ordinal);
        Assert.Contains("When not to use it: when most ", shown, StringComparison.Ordinal);
        Assert.Contains("\n max-steps                100   1000\n", shown, StringComparison.Ordinal);
        Assert.Contains("\n search-lambda           true  false\n", shown, StringComparison.Ordinal);
        Assert.Contains("Give them as --option loss=cross-entropy or ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_fixes_the_immutables_says_so()
    {
        string shown = CliRun.Of("methods", "cchvae").Is(Exit.Done).Out;
        Assert.Contains("Needs: autoencoder. Answers a person: 1.\nWhat it learns depends on what people cannot change: a request that lets them change more is refused.\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot change", CliRun.Of("methods", "gradient").Is(Exit.Done).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_method_is_refused() =>
        Assert.Equal("error: Method 'dice' is not known; there are gradient, linear-step, actionable-recourse, score-matching, vanilla-cf, roar, rbr, growing-spheres, nearest-neighbour, face, cchvae, revise, cruds, tap, counternet, rocoursenet, cf-model, vae-cf.\n", CliRun.Of("methods", "dice").Is(Exit.BadUsage).Error);

    [Fact]
    public void Options_shown_in_json_can_be_given_back()
    {
        foreach (var method in CliRun.Of("methods", "--json").Is(Exit.Done).Json().GetProperty("methods").EnumerateArray())
            Assert.NotNull(MethodCatalog.Get(method.GetProperty("method").GetString()!).Create(method.GetProperty("options").GetRawText()));
    }
}
