namespace Redress.Studies.Hardy2022;

/// <summary>Figure 5: networks of four sizes, trained naturally and adversarially, epoch by epoch.</summary>
internal static class HardySizes
{
    internal const string Figure = "figure 5";

    /// <summary>Accuracy on test images after every epoch, and on training images after the last.</summary>
    internal static PartOutput Of(HardyModel model)
    {
        string size = Invariant($"{model.Name}, expansion {model.Network.Expansion}");
        return new(
        [
            new(Figure, Hardy2022Study.Images, size, "", "accuracy on training images", model.Accuracy(model.Train)),
            .. model.Model.Training!.Epochs.Select(e => new Measure(Figure, Hardy2022Study.Images, Invariant($"{size}, epoch={e.Number}"), "", "accuracy on test images", e.ValidationAccuracy!.Value)),
        ]);
    }
}
