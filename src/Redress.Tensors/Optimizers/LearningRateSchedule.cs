using static System.FormattableString;

namespace Redress.Tensors.Optimizers;

/// <summary>How the learning rate changes over a training.</summary>
public enum LearningRateSchedule
{
    /// <summary>The same at every step.</summary>
    Constant,

    /// <summary>Half a cosine from the rate down to nearly 0 over all steps (Loshchilov and Hutter 2017, eq. 5, without restarts): (1 + cos(πt/T)) / 2 at step t of T.</summary>
    Cosine,
}

/// <summary>What a schedule makes of the learning rate.</summary>
public static class LearningRateSchedules
{
    /// <summary>What the learning rate is multiplied by at a step: 1 at the first, more than 0 and at most 1 at any.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">All steps, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not one of them, or there is no such schedule.</exception>
    public static float Scale(this LearningRateSchedule schedule, long step, long steps)
    {
        if (step < 0 || step >= steps) throw new ArgumentOutOfRangeException(nameof(step), Invariant($"Step {step} is not one of {steps}; they count from 0."));
        return schedule switch
        {
            LearningRateSchedule.Constant => 1f,
            LearningRateSchedule.Cosine => (float)HalfCosine((double)step / steps),
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "There is no such schedule."),
        };
    }

    /// <summary>(1 + cos πx) / 2 = cos²(πx/2) for x from 0 to 1, by its series: the platform's cosine differs in the last bit.</summary>
    private static double HalfCosine(double x)
    {
        double square = x * x * (Math.PI * Math.PI / 4), cosine = 1;
        for (int k = 20; k >= 2; k -= 2) cosine = 1 - cosine * square / (k * (k - 1));
        return cosine * cosine;
    }
}
