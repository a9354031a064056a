namespace Redress;

/// <summary>What a method needs of its model and task. A method whose needs are not met refuses before work starts.</summary>
[Flags]
public enum Needs
{
    /// <summary>Scores only: any model will do.</summary>
    None = 0,

    /// <summary>Gradients of the score by the encoded row.</summary>
    Gradients = 1,

    /// <summary>The rows the model was trained on, or rows like them.</summary>
    TrainingRows = 2,

    /// <summary>An autoencoder of the model's columns (<see cref="RecourseTask.Autoencoder"/>), or training rows to train one on.</summary>
    Autoencoder = 4,

    /// <summary>A model trained together with a generator of recourse of the method's name (<see cref="Models.NetworkModel.GeneratorSlug"/>).</summary>
    Generator = 8,
}

/// <summary>What a method is called, where it comes from and what it needs.</summary>
/// <param name="Slug">The name in commands and files, such as <c>linear-step</c>.</param>
/// <param name="Title">One line that says what it does.</param>
/// <param name="Citation">Authors, title, venue, year.</param>
/// <param name="Needs">What it needs of model and task.</param>
/// <param name="MaxAnswers">The most different answers it gives a person.</param>
/// <param name="WhenNotToUse">One sentence on when another method serves better.</param>
/// <param name="FixedImmutables">True where what it learns depends on what people cannot change: a request that lets them change more than the task did is refused.</param>
/// <param name="Resumes">True where its preparation is a training that keeps its state in <see cref="RecourseTask.Checkpoint"/> and goes on from there.</param>
public sealed record MethodInfo(string Slug, string Title, string Citation, Needs Needs, int MaxAnswers, string WhenNotToUse, bool FixedImmutables = false, bool Resumes = false);
