using Redress.Studies;

namespace Redress.Reports.Charts;

/// <summary>
/// The smallest areas with given shares of a density on a grid (highest density regions; Hyndman, 1996), each as one closed path by marching squares with
/// linear interpolation. Vega-Lite has no contours of a grid, but fills a path.
/// </summary>
internal static class LevelSets
{
    /// <summary>The density from which on an area has a share of the sum over all places; 0 where the density is 0 everywhere.</summary>
    /// <param name="values">Finite, 0 or more.</param>
    /// <param name="share">More than 0, at most 1.</param>
    internal static double Threshold(IReadOnlyList<double> values, double share)
    {
        double peak = values.Max();
        if (peak == 0) return 0;
        // In units of the peak no sum is beyond what a number holds.
        double[] sorted = [.. values.OrderDescending()];
        double left = share * sorted.Sum(v => v / peak);
        foreach (double v in sorted)
            if ((left -= v / peak) <= 0) return v;
        return sorted.Last(v => v > 0);
    }

    /// <summary>
    /// The edge of where the density is at least a level, level &gt; 0, as one path: what lies within is to its left. Each ring is reached from the first
    /// place of the first one and left again by the same way, which encloses nothing, so that a hole stays a hole and the path is filled as a whole.
    /// </summary>
    internal static IReadOnlyList<(double X, double Y)> Path(DensityGrid grid, double level)
    {
        List<(double X, double Y)> path = [];
        foreach (var ring in new Rings(grid, level).All())
        {
            path.AddRange(ring);
            path.Add(ring[0]);
            if (ring[0] != path[0]) path.Add(path[0]);
        }
        return path;
    }

    /// <summary>
    /// A frame of places with less than any density lies on the grid's edge, so that every ring closes. An edge of a cell goes right (even number) or up
    /// (odd) from a place, and is crossed once at most: into a cell and out of the next.
    /// </summary>
    private sealed class Rings(DensityGrid grid, double level)
    {
        private const double Frame = -1;
        private readonly int columns = grid.Columns + 2, rows = grid.Rows + 2;

        internal IEnumerable<List<(double X, double Y)>> All()
        {
            int[] next = Segments();
            for (int first = 0; first < next.Length; first++)
            {
                if (next[first] < 0) continue;
                List<(double, double)> ring = [];
                for (int edge = first; next[edge] >= 0;)
                {
                    ring.Add(Crossing(edge));
                    (edge, next[edge]) = (next[edge], -1);
                }
                yield return ring;
            }
        }

        /// <summary>For each edge by which the path enters a cell the one by which it leaves it, or -1.</summary>
        private int[] Segments()
        {
            int[] next = new int[2 * columns * rows];
            Array.Fill(next, -1);
            for (int r = 0; r + 1 < rows; r++)
                for (int c = 0; c + 1 < columns; c++) Cell(next, r * columns + c);
            return next;
        }

        private void Cell(int[] next, int at)
        {
            // Corners and edges against the clock from the lower left and the lower edge.
            Span<int> corners = [at, at + 1, at + columns + 1, at + columns];
            Span<int> edges = [2 * at, 2 * (at + 1) + 1, 2 * (at + columns), 2 * at + 1];
            double sum = 0;
            foreach (int corner in corners) sum += Value(corner);
            // Two opposite corners within are one area where the middle is within too: then the path cuts off what is outside.
            int step = sum / 4 >= level ? 1 : 3;
            for (int e = 0; e < 4; e++)
            {
                if (!(Value(corners[e]) >= level) || Value(corners[(e + 1) % 4]) >= level) continue;
                int other = (e + step) % 4;
                while (Value(corners[other]) >= level || !(Value(corners[(other + 1) % 4]) >= level)) other = (other + step) % 4;
                next[edges[e]] = edges[other];
            }
        }

        private double Value(int place)
        {
            int r = place / columns - 1, c = place % columns - 1;
            return r >= 0 && r < grid.Rows && c >= 0 && c < grid.Columns ? grid.Values[r * grid.Columns + c] : Frame;
        }

        private (double X, double Y) Crossing(int edge)
        {
            int from = edge / 2, to = edge % 2 == 0 ? from + 1 : from + columns;
            double share = (level - Value(from)) / (Value(to) - Value(from));
            var (a, b) = (Place(from), Place(to));
            return (a.X + share * (b.X - a.X), a.Y + share * (b.Y - a.Y));
        }

        private (double X, double Y) Place(int place)
        {
            double c = Math.Clamp(place % columns - 1, 0, grid.Columns - 1), r = Math.Clamp(place / columns - 1, 0, grid.Rows - 1);
            return (grid.FromX + (grid.ToX - grid.FromX) * (c / (grid.Columns - 1)), grid.FromY + (grid.ToY - grid.FromY) * (r / (grid.Rows - 1)));
        }
    }
}
