using Redress.Data;

namespace Redress.Training;

/// <summary>Cuts labelled rows into folds with the same share of favourable outcomes, as scikit-learn's StratifiedKFold without shuffling: the rows of each outcome in their order, in blocks.</summary>
internal static class StratifiedFolds
{
    /// <summary>The fold of each row.</summary>
    /// <param name="labels">True a row whose outcome is the favourable one.</param>
    /// <param name="folds">Folds, 2 or more.</param>
    /// <exception cref="DataException">An outcome has fewer rows than there are folds.</exception>
    internal static int[] Of(bool[] labels, int folds)
    {
        int favourable = labels.Count(l => l), least = Math.Min(favourable, labels.Length - favourable);
        if (least < folds) throw new DataException(Invariant($"The rarer outcome has {least} training rows; {folds} folds need at least {folds}."));
        // Rows sorted by outcome, the outcome of the first row first, are dealt out in turn: so many rows of each outcome go to each fold.
        bool first = labels[0];
        int ofFirst = labels.Count(l => l == first);
        var of = new int[labels.Length];
        foreach (bool outcome in new[] { first, !first })
        {
            var (start, end) = outcome == first ? (0, ofFirst) : (ofFirst, labels.Length);
            var places = Enumerable.Range(0, folds).SelectMany(fold => Enumerable.Repeat(fold, Dealt(end, fold, folds) - Dealt(start, fold, folds))).GetEnumerator();
            for (int row = 0; row < labels.Length; row++)
            {
                if (labels[row] != outcome) continue;
                places.MoveNext();
                of[row] = places.Current;
            }
        }
        return of;
    }

    /// <summary>Rows among the first <paramref name="count"/> that are dealt to a fold.</summary>
    private static int Dealt(int count, int fold, int folds) => (count - fold + folds - 1) / folds;
}
