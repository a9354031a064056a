using Redress.Search;

namespace Redress.Methods;

/// <summary>Every method, one line each. The command line, the contract tests and the studies walk this list.</summary>
public static class MethodCatalog
{
    /// <summary>All methods.</summary>
    public static IReadOnlyList<Method> All { get; } =
    [
        Method.Of(Gradient.About, OptionsJson.Default.GradientOptions, o => new Gradient(o), ("carla", GradientOptions.Carla)),
        Method.Of(LinearStep.About, OptionsJson.Default.LinearStepOptions, o => new LinearStep(o), ("whole-steps", LinearStepOptions.Whole)),
        Method.Of(ActionableRecourse.About, OptionsJson.Default.ActionableRecourseOptions, o => new ActionableRecourse(o)),
        Method.Of(ScoreMatching.About, OptionsJson.Default.ScoreMatchingOptions, o => new ScoreMatching(o)),
        Method.Of(VanillaCf.About, OptionsJson.Default.VanillaCfOptions, o => new VanillaCf(o), ("relax", VanillaCfOptions.Relax), ("random", VanillaCfOptions.Random)),
        Method.Of(Roar.About, OptionsJson.Default.RoarOptions, o => new Roar(o), ("lime", RoarOptions.Lime), ("unit", RoarOptions.Unit)),
        Method.Of(Rbr.About, OptionsJson.Default.RbrOptions, o => new Rbr(o), ("plain", RbrOptions.Plain)),
        Method.Of(GrowingSpheres.About, OptionsJson.Default.GrowingSpheresOptions, o => new GrowingSpheres(o), ("carla", GrowingSpheresOptions.Carla)),
        Method.Of(NearestNeighbour.About, OptionsJson.Default.NearestNeighbourOptions, o => new NearestNeighbour(o), ("label", NearestNeighbourOptions.OfLabel), ("confident", NearestNeighbourOptions.OfConfidence)),
        Method.Of(Face.About, OptionsJson.Default.FaceOptions, o => new Face(o)),
        Method.Of(Cchvae.About, OptionsJson.Default.CchvaeOptions, o => new Cchvae(o), ("carla", CchvaeOptions.Carla)),
        Method.Of(Revise.About, OptionsJson.Default.ReviseOptions, o => new Revise(o), ("carla", ReviseOptions.Carla)),
        Method.Of(Cruds.About, OptionsJson.Default.CrudsOptions, o => new Cruds(o), ("carla", CrudsOptions.Carla), ("garg2025", CrudsOptions.Garg2025)),
        Method.Of(Tap.About, OptionsJson.Default.TapOptions, o => new Tap(o), ("garg2025", TapOptions.Garg2025)),
        Method.Of(CounterNet.About, OptionsJson.Default.CounterNetOptions, _ => new CounterNet()),
        Method.Of(RoCourseNet.About, OptionsJson.Default.RoCourseNetOptions, _ => new RoCourseNet()),
        Method.Of(CfModel.About, OptionsJson.Default.CfModelOptions, o => new CfModel(o), ("robust", CfModelOptions.AgainstShifts)),
        Method.Of(VaeCf.About, OptionsJson.Default.VaeCfOptions, o => new VaeCf(o), ("robust", VaeCfOptions.AgainstShifts)),
    ];

    /// <summary>The method with a slug.</summary>
    /// <exception cref="OptionsException">There is none; the message lists those there are.</exception>
    public static Method Get(string slug) =>
        All.FirstOrDefault(m => m.Info.Slug == slug) ?? throw new OptionsException($"Method '{slug}' is not known; there are {string.Join(", ", All.Select(m => m.Info.Slug))}.");

    /// <summary>Reads a preparation back (<see cref="IRecourseFinder.Save"/>).</summary>
    /// <param name="from">The file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="task">The task it was prepared for.</param>
    /// <param name="rng">The stream of the preparation.</param>
    /// <exception cref="Models.ModelFileException">The file is damaged, no preparation, or of another model.</exception>
    public static IRecourseFinder Load(Stream from, string name, RecourseTask task, Tensors.Rng rng)
    {
        var read = Preparation.Read(from, name, task.Model);
        IRecourseMethod method;
        try
        {
            method = Get(read.Method).Create(read.Options);
        }
        catch (OptionsException e)
        {
            throw new Models.ModelFileException($"{name}: damaged ({e.Message.ReplaceLineEndings(" ")})", e);
        }
        return (method, read.Learnt) switch
        {
            (ILearningMethod learner, { } learnt) => learner.Restore(task, learnt),
            (ILearningMethod, null) => throw new Models.ModelFileException($"{name}: damaged (what '{read.Method}' learnt is missing)."),
            (_, { }) => throw new Models.ModelFileException($"{name}: damaged ('{read.Method}' learns nothing, and the file holds what it learnt)."),
            _ => method.Prepare(task, rng),
        };
    }
}
