using static System.FormattableString;

namespace Redress.Actions;

/// <summary>
/// Small dense linear programmes, min c·x subject to A x ≤ b and lower ≤ x ≤ upper, thousands a second and without
/// allocation after construction.
/// </summary>
/// <remarks>
/// The bounded-variable primal simplex on a dense tableau B⁻¹[A I] (Dantzig 1955; Chvátal 1983, chapter 8): a slack a row,
/// bound flips, and a first phase that minimises the sum of infeasibilities from whatever basis it has, so there are no
/// artificial variables. The start is the corner of the box that c likes best. Entering: steepest reduced cost, and Bland's
/// lowest index once steps of length 0 pile up, so it cannot cycle. Rows are scaled by powers of two; before an answer is
/// returned the slacks are computed again from A and b as given, and a drifted tableau is factorised afresh. Columns are not
/// scaled: where coefficients of one row span eight orders of magnitude a status near the border can be wrong, so pass encoded
/// rather than raw units.
/// It serves eq. 2 of "Ensuring actionable recourse via adversarial training" (Ross, Lakkaraju, Bastani 2021), whose step
/// is argmin over δ in Δ of ∇ₓℓ·δ. One instance is for one thread at a time.
/// </remarks>
internal sealed class LinearProgram
{
    private const double Feasible = 1e-9;
    private const double Pivotal = 1e-10;
    private const double Improving = 1e-11;
    private const double Tie = 1e-12;
    private const double Drift = 1e-11;
    private const int PivotsBetweenFactorisations = 64;

    private readonly int maxVariables, maxRows;

    // Structural variables are 0..n-1 and slacks n..n+m-1; row i of the tableau belongs to variable basis[i].
    private readonly double[] tableau, rows, limit, low, high, tolerance, value, cost, rate, basicCost;
    private readonly int[] basis, rowOf;
    private int n, m, total, pivots, stalled;
    private double costTolerance;

    /// <summary>Makes room for programmes up to a size.</summary>
    /// <param name="maxVariables">Most variables a programme may have; 0 or more.</param>
    /// <param name="maxRows">Most rows of A a programme may have; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative.</exception>
    public LinearProgram(int maxVariables, int maxRows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxVariables);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
        (this.maxVariables, this.maxRows) = (maxVariables, maxRows);
        var all = maxVariables + maxRows;
        tableau = new double[maxRows * all];
        rows = new double[maxRows * maxVariables];
        (limit, basicCost, basis) = (new double[maxRows], new double[maxRows], new int[maxRows]);
        (low, high, tolerance, value) = (new double[all], new double[all], new double[all], new double[all]);
        (cost, rate, rowOf) = (new double[all], new double[all], new int[all]);
    }

    /// <summary>min c·x subject to A x ≤ b, lower ≤ x ≤ upper.</summary>
    /// <param name="c">Objective, n finite numbers.</param>
    /// <param name="a">A, row-major, rows × n finite numbers.</param>
    /// <param name="b">Right-hand sides, one a row; +∞ switches the row off, −∞ makes the programme infeasible.</param>
    /// <param name="lower">Lower bounds, n numbers, −∞ for none.</param>
    /// <param name="upper">Upper bounds, n numbers, +∞ for none; lower above upper is infeasible.</param>
    /// <param name="x">Receives the answer, n numbers: inside the bounds exactly, inside the rows to 1e-9 (1 + |b|) of the
    /// row after scaling its largest |coefficient| to about 1; NaN unless the status is Optimal.</param>
    /// <param name="objective">c·x; +∞ when infeasible, −∞ when unbounded.</param>
    /// <returns>Whether an optimum was found, or why there is none.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, the programme is larger than the workspace, or a number is
    /// NaN or infinite where it must not be.</exception>
    /// <exception cref="InvalidOperationException">The numbers are so badly scaled that pivoting did not settle.</exception>
    public LinearProgramStatus Minimise(
        ReadOnlySpan<double> c, ReadOnlySpan<double> a, ReadOnlySpan<double> b,
        ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, Span<double> x, out double objective)
    {
        Check(c, a, b, lower, upper, x);
        (n, m) = (c.Length, b.Length);
        var status = Load(c, a, b, lower, upper) ? m == 0 ? Corner() : Simplex() : LinearProgramStatus.Infeasible;
        if (status != LinearProgramStatus.Optimal)
        {
            x.Fill(double.NaN);
            objective = status == LinearProgramStatus.Infeasible ? double.PositiveInfinity : double.NegativeInfinity;
            return status;
        }

        objective = 0;
        for (var j = 0; j < n; j++)
        {
            x[j] = Math.Clamp(value[j], lower[j], upper[j]);
            objective += c[j] * x[j];
        }

        return status;
    }

    /// <summary>Copies the programme in, rows scaled, every variable at the bound its cost likes; false when a bound or an
    /// empty row already proves infeasibility.</summary>
    private bool Load(
        ReadOnlySpan<double> c, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper)
    {
        var largest = 0.0;
        for (var j = 0; j < n; j++)
        {
            if (lower[j] > upper[j]) return false;
            (cost[j], low[j], high[j]) = (c[j], lower[j], upper[j]);
            var nearest = Math.Abs(lower[j]) <= Math.Abs(upper[j]) ? lower[j] : upper[j];
            var best = c[j] > 0 ? lower[j] : c[j] < 0 ? upper[j] : nearest;
            value[j] = double.IsFinite(best) ? best : double.IsFinite(nearest) ? nearest : 0;
            tolerance[j] = Feasible * (1 + Math.Abs(nearest));
            largest = Math.Max(largest, Math.Abs(c[j]));
        }

        costTolerance = Improving * largest;
        var kept = 0;
        for (var i = 0; i < m; i++)
        {
            var row = a.Slice(i * n, n);
            var size = 0.0;
            foreach (var v in row) size = Math.Max(size, Math.Abs(v));
            if (double.IsPositiveInfinity(b[i])) continue;
            if (double.IsNegativeInfinity(b[i]) || (size == 0 && b[i] < -Feasible)) return false;
            if (size == 0) continue;
            var scale = Math.ScaleB(1, -Math.ILogB(size));
            for (var j = 0; j < n; j++) rows[kept * n + j] = row[j] * scale;
            limit[kept++] = b[i] * scale;
        }

        (m, total) = (kept, n + kept);
        for (var i = 0; i < m; i++)
            (low[n + i], high[n + i], cost[n + i], tolerance[n + i]) = (0, double.PositiveInfinity, 0, Feasible * (1 + Math.Abs(limit[i])));
        return true;
    }

    /// <summary>Without rows each variable goes to the bound that its cost likes: x_j = lower_j if c_j > 0, upper_j if c_j &lt; 0.</summary>
    private LinearProgramStatus Corner()
    {
        for (var j = 0; j < n; j++)
            if ((cost[j] > 0 && double.IsNegativeInfinity(low[j])) || (cost[j] < 0 && double.IsPositiveInfinity(high[j])))
                return LinearProgramStatus.Unbounded;
        return LinearProgramStatus.Optimal;
    }

    private LinearProgramStatus Simplex()
    {
        for (var j = 0; j < n; j++) rowOf[j] = -1;
        for (var i = 0; i < m; i++) (basis[i], rowOf[n + i]) = (n + i, i);
        (pivots, stalled) = (0, 0);
        Factorise();
        for (var budget = 2_000 + 200 * total; budget > 0; budget--)
        {
            if (pivots >= PivotsBetweenFactorisations) Factorise();
            var feasible = PriceBasis();
            var entering = Entering(feasible, out var direction);
            var settled = entering < 0 || !Step(entering, direction);
            if (!settled) continue;
            var residual = Residual();
            if (pivots > 0 && residual > Drift)
            {
                Factorise();
                continue;
            }

            if (residual > Feasible) break;

            return !feasible ? LinearProgramStatus.Infeasible : entering < 0 ? LinearProgramStatus.Optimal : LinearProgramStatus.Unbounded;
        }

        throw new InvalidOperationException(Invariant($"The linear programme of {n} variables and {m} rows did not settle; scale its columns to similar sizes."));
    }

    /// <summary>Sets the cost of each basic variable: c in the second phase, the slope of its infeasibility (−1, 0, 1) in the first.</summary>
    /// <returns>True when every basic variable is inside its bounds, so that c is what counts.</returns>
    private bool PriceBasis()
    {
        var feasible = true;
        for (var i = 0; i < m; i++)
        {
            basicCost[i] = Outside(basis[i]);
            feasible &= basicCost[i] == 0;
        }

        if (feasible)
            for (var i = 0; i < m; i++) basicCost[i] = cost[basis[i]];
        return feasible;
    }

    /// <summary>−1 below the lower bound, 1 above the upper, 0 inside both.</summary>
    private int Outside(int k) =>
        value[k] < low[k] - tolerance[k] ? -1 : value[k] > high[k] + tolerance[k] ? 1 : 0;

    /// <summary>The nonbasic variable whose move lowers the objective most per unit, or under Bland's rule the first that
    /// lowers it; −1 for none. Reduced costs are d = c_N − c_B B⁻¹N.</summary>
    private int Entering(bool feasible, out int direction)
    {
        var d = rate.AsSpan(0, total);
        if (feasible) cost.AsSpan(0, total).CopyTo(d);
        else d.Clear();
        for (var i = 0; i < m; i++)
        {
            var w = basicCost[i];
            if (w == 0) continue;
            var row = tableau.AsSpan(i * total, total);
            for (var j = 0; j < d.Length; j++) d[j] -= w * row[j];
        }

        var (entering, most) = (-1, feasible ? costTolerance : Feasible);
        direction = 0;
        var bland = stalled > m + 4;
        for (var j = 0; j < d.Length; j++)
        {
            if (rowOf[j] >= 0 || Math.Abs(d[j]) <= most || low[j] == high[j]) continue;
            if (d[j] < 0 ? value[j] >= high[j] : value[j] <= low[j]) continue;
            (entering, most, direction) = (j, Math.Abs(d[j]), d[j] < 0 ? 1 : -1);
            if (bland) break;
        }

        return entering;
    }

    /// <summary>Moves the entering variable until it or a basic variable meets a bound; false when nothing stops it.</summary>
    private bool Step(int entering, int direction)
    {
        var (leaving, target, length, strongest) = (-1, 0.0, high[entering] - low[entering], 0.0);
        for (var i = 0; i < m; i++)
        {
            var slope = -direction * tableau[i * total + entering];
            if (Math.Abs(slope) <= Pivotal) continue;
            var k = basis[i];
            var outside = Outside(k);
            // A variable outside a bound stops there on its way in, and nothing stops it on its way out.
            var bound = outside == 0 ? slope < 0 ? low[k] : high[k] : outside < 0 ? slope > 0 ? low[k] : -1 / 0.0 : slope < 0 ? high[k] : 1 / 0.0;
            if (double.IsInfinity(bound)) continue;
            var t = Math.Max(0, (bound - value[k]) / slope);
            var slack = Tie * (1 + t);
            var tied = leaving >= 0 && Math.Abs(t - length) <= slack;
            var preferred = stalled > m + 4 ? leaving < 0 || k < basis[leaving] : Math.Abs(slope) > strongest;
            if (tied ? !preferred : t >= length) continue;
            (leaving, target, length, strongest) = (i, bound, t, Math.Abs(slope));
        }

        if (double.IsInfinity(length)) return false;
        stalled = length <= Tie ? stalled + 1 : 0;
        for (var i = 0; i < m; i++) value[basis[i]] -= direction * length * tableau[i * total + entering];
        if (leaving < 0)
        {
            value[entering] = direction > 0 ? high[entering] : low[entering];
            return true;
        }

        value[entering] += direction * length;
        value[basis[leaving]] = target;
        rowOf[basis[leaving]] = -1;
        Pivot(leaving, entering);
        pivots++;
        return true;
    }

    /// <summary>Gauss–Jordan step that makes the column of <paramref name="entering"/> the unit vector of <paramref name="row"/>.</summary>
    private void Pivot(int row, int entering)
    {
        (basis[row], rowOf[entering]) = (entering, row);
        var chosen = tableau.AsSpan(row * total, total);
        var inverse = 1 / chosen[entering];
        for (var j = 0; j < chosen.Length; j++) chosen[j] *= inverse;
        chosen[entering] = 1;
        for (var i = 0; i < m; i++)
        {
            var other = tableau.AsSpan(i * total, total);
            var factor = other[entering];
            if (i == row || factor == 0) continue;
            for (var j = 0; j < other.Length; j++) other[j] -= factor * chosen[j];
            other[entering] = 0;
        }
    }

    /// <summary>Builds B⁻¹[A I] and the basic values B⁻¹(b − N x_N) from the programme as loaded.</summary>
    private void Factorise()
    {
        pivots = 0;
        for (var i = 0; i < m; i++)
        {
            var row = tableau.AsSpan(i * total, total);
            rows.AsSpan(i * n, n).CopyTo(row);
            row[n..].Clear();
            row[n + i] = 1;
        }

        for (var i = 0; i < m; i++) basis[i] = -1;
        // Slack columns start as unit vectors, so they take their own rows for nothing; the rest choose the largest pivot.
        for (var i = 0; i < m; i++)
            if (rowOf[n + i] >= 0) (basis[i], rowOf[n + i]) = (n + i, i);
        for (var j = 0; j < n; j++)
        {
            if (rowOf[j] < 0) continue;
            var best = -1;
            for (var i = 0; i < m; i++)
                if (basis[i] < 0 && (best < 0 || Math.Abs(tableau[i * total + j]) > Math.Abs(tableau[best * total + j]))) best = i;
            Pivot(best, j);
        }

        // The slack columns of the tableau are B⁻¹ itself.
        for (var i = 0; i < m; i++)
        {
            var row = tableau.AsSpan(i * total, total);
            var v = 0.0;
            for (var k = 0; k < m; k++) v += row[n + k] * limit[k];
            for (var j = 0; j < row.Length; j++)
                if (rowOf[j] < 0) v -= row[j] * value[j];
            value[basis[i]] = v;
        }
    }

    /// <summary>max over rows of |b − A x − s|, relative to the row's largest term: how far the carried values have drifted.</summary>
    private double Residual()
    {
        var worst = 0.0;
        for (var i = 0; i < m; i++)
        {
            var (residual, size) = (limit[i] - value[n + i], 1 + Math.Abs(limit[i]));
            for (var j = 0; j < n; j++)
            {
                residual -= rows[i * n + j] * value[j];
                size = Math.Max(size, Math.Abs(value[j]));
            }

            worst = Math.Max(worst, Math.Abs(residual) / size);
        }

        return double.IsNaN(worst) ? double.PositiveInfinity : worst;
    }

    private void Check(
        ReadOnlySpan<double> c, ReadOnlySpan<double> a, ReadOnlySpan<double> b, ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, ReadOnlySpan<double> x)
    {
        var variables = c.Length;
        if (variables > maxVariables || b.Length > maxRows)
            throw new ArgumentException(Invariant($"The programme is {b.Length} × {variables}; this workspace holds at most {maxRows} rows × {maxVariables} variables."));
        if (a.Length != b.Length * variables)
            throw new ArgumentException(Invariant($"A has {a.Length} numbers; {b.Length} rows × {variables} variables need {b.Length * variables}."), nameof(a));
        if (lower.Length != variables || upper.Length != variables || x.Length != variables)
            throw new ArgumentException(Invariant($"lower, upper and x have {lower.Length}, {upper.Length} and {x.Length} numbers; each needs {variables}."));
        foreach (var v in c) if (!double.IsFinite(v)) throw new ArgumentException("c holds NaN or an infinity; it must be finite.", nameof(c));
        foreach (var v in a) if (!double.IsFinite(v)) throw new ArgumentException("A holds NaN or an infinity; it must be finite.", nameof(a));
        foreach (var v in b) if (double.IsNaN(v)) throw new ArgumentException("b holds NaN.", nameof(b));
        foreach (var v in lower) if (double.IsNaN(v) || double.IsPositiveInfinity(v)) throw new ArgumentException("lower holds NaN or +∞; use −∞ for no bound.", nameof(lower));
        foreach (var v in upper) if (double.IsNaN(v) || double.IsNegativeInfinity(v)) throw new ArgumentException("upper holds NaN or −∞; use +∞ for no bound.", nameof(upper));
    }
}
