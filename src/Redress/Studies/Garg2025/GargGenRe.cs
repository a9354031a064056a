using System.Text.Json;
using Redress.Data;
using Redress.Methods;
using Redress.Models;
using Redress.Search;

namespace Redress.Studies.Garg2025;

/// <summary>A GenRe that is trained for one setting, and asked under several rules of sampling.</summary>
internal sealed class GargGenRe
{
    private readonly GargSetting setting;
    private readonly GenReOptions options;
    private readonly Learnt learnt;

    private GargGenRe(GargSetting setting, GenReOptions options, IRecourseFinder finder)
    {
        (this.setting, this.options, Finder) = (setting, options, finder);
        using var saved = new MemoryStream();
        finder.Save(saved);
        saved.Position = 0;
        learnt = Preparation.Read(saved, options.ToString()).Learnt!;
        Epochs = JsonDocument.Parse(learnt.Json).RootElement.GetProperty("epochs").GetArrayLength();
    }

    /// <summary>As it is asked in the tables.</summary>
    internal IRecourseFinder Finder { get; }

    /// <summary>Epochs until the validation loss no longer fell.</summary>
    internal int Epochs { get; }

    internal static GargGenRe Train(GargSetting setting, GenReOptions options, CancellationToken cancel, Table? rows = null) => new(setting, options,
        new GenRe(options).Prepare(new(setting.H, rows ?? setting.Train) { Execution = Garg2025Study.OneThread }, setting.Rng.Split("prepare"), null, cancel));

    /// <summary>The same transformer under another rule of sampling.</summary>
    internal IRecourseFinder With(Func<GenReOptions, GenReOptions> change) => ((ILearningMethod)new GenRe(change(options))).Restore(new(setting.H), learnt);
}
