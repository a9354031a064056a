using Redress.Data;

namespace Redress.Actions;

/// <summary>Keeps the encoded columns of features that follow another in step with it, between the values that training rows showed linearly.</summary>
internal static class TiedColumns
{
    /// <summary>Overwrites the followers' columns of an encoded point by what goes with its leaders.</summary>
    internal static void Follow(EncodedActions batch, int row, Span<float> point)
    {
        var actions = batch.ActionsOf(row);
        foreach (var tie in actions.Ties)
        {
            if (!actions.Schema.Features[tie.Leader].IsActionable) continue;
            var (leader, follower) = (batch.Encoding.Features[tie.Leader], batch.Encoding.Features[tie.Follower]);
            var target = point.Slice(follower.Offset, follower.Width);
            batch.XOf(row).Slice(follower.Offset, follower.Width).CopyTo(target);
            if (batch.XOf(row).Slice(leader.Offset, leader.Width).SequenceEqual(point.Slice(leader.Offset, leader.Width))) continue;
            target.Clear();
            foreach (var (key, weight) in Weights(batch, row, tie, point)) AddEncoded(batch.Encoding, tie, key, weight, target);
        }
    }

    /// <summary>Moves the followers' part of a gradient onto their leaders (chain rule through <see cref="Follow"/>) and clears it where it was.</summary>
    internal static void PullBack(EncodedActions batch, int row, ReadOnlySpan<float> point, Span<float> gradient)
    {
        var actions = batch.ActionsOf(row);
        foreach (var tie in actions.Ties)
        {
            var (leader, follower) = (batch.Encoding.Features[tie.Leader], batch.Encoding.Features[tie.Follower]);
            var along = gradient.Slice(follower.Offset, follower.Width);
            if (actions.Schema.Features[tie.Leader].IsActionable)
            {
                if (leader.IsOneHot)
                    for (int k = 0; k < tie.Keys.Count; k++) gradient[leader.Offset + (int)tie.Keys[k]] += Gain(batch.Encoding, tie, k, along);
                else if (tie.Keys.Count > 1)
                {
                    var (low, high) = Segment(tie, leader.Shift + leader.Scale * point[leader.Offset]);
                    double width = (tie.Keys[high] - tie.Keys[low]) / leader.Scale;
                    gradient[leader.Offset] += (float)((Gain(batch.Encoding, tie, high, along) - Gain(batch.Encoding, tie, low, along)) / width);
                }
            }
            along.Clear();
        }
    }

    /// <summary>What a follower's columns at the tie's k-th value are worth along a gradient.</summary>
    internal static float Gain(Encoding encoding, Tie tie, int k, ReadOnlySpan<float> along)
    {
        var at = encoding.Features[tie.Follower];
        return at.IsOneHot ? along[(int)tie.Values[k]] : along[0] * (float)((tie.Values[k] - at.Shift) / at.Scale);
    }

    private static List<(int Key, float Weight)> Weights(EncodedActions batch, int row, Tie tie, Span<float> point)
    {
        var leader = batch.Encoding.Features[tie.Leader];
        if (leader.IsOneHot)
        {
            var weights = new List<(int, float)>();
            for (int k = 0; k < tie.Keys.Count; k++) weights.Add((k, point[leader.Offset + (int)tie.Keys[k]]));
            return weights;
        }
        if (tie.Keys.Count == 1) return [(0, 1f)];
        double raw = Math.Clamp(leader.Shift + leader.Scale * point[leader.Offset], tie.Keys[0], tie.Keys[^1]);
        var (low, high) = Segment(tie, raw);
        float along = (float)((raw - tie.Keys[low]) / (tie.Keys[high] - tie.Keys[low]));
        return [(low, 1 - along), (high, along)];
    }

    private static (int Low, int High) Segment(Tie tie, double raw)
    {
        int high = 1;
        while (high < tie.Keys.Count - 1 && tie.Keys[high] < raw) high++;
        return (high - 1, high);
    }

    private static void AddEncoded(Encoding encoding, Tie tie, int k, float weight, Span<float> target)
    {
        var at = encoding.Features[tie.Follower];
        if (at.IsOneHot) target[(int)tie.Values[k]] += weight;
        else target[0] += weight * (float)((tie.Values[k] - at.Shift) / at.Scale);
    }
}
