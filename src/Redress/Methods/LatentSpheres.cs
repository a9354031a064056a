using Redress.Costs;
using Redress.Generative;
using Redress.Search;
using Redress.Tensors;

namespace Redress.Methods;

/// <summary>Spheres that grow around the codes of a chunk's people until a decoded row is valid.</summary>
/// <remarks>Everyone's directions come from their own stream, and a person's rows are looked at in the order in which they were drawn: company changes nothing.</remarks>
internal sealed class LatentSpheres
{
    /// <summary>Rounds of following back; each halves the interval in which a ray becomes valid.</summary>
    private const int Halvings = 8;

    private readonly SearchChunk chunk;
    private readonly CchvaeOptions options;
    private readonly LatentBatch batch;
    private readonly bool highest;
    private readonly int latent, features;
    private readonly Rng[] streams;
    private readonly float[][] directions;       // a person each: samples × latent
    private readonly List<Ray>[] hits;           // rays with a valid row
    private readonly bool[] isFound;
    private bool isFollowing;                    // whether rows are of rays that are followed back, by their place among the hits
    private readonly double[] best, bestValue;   // people × features; the row's cost, or its margin with the sign turned where none is valid

    /// <summary>A ray with a valid row.</summary>
    /// <param name="Cost">That row's.</param>
    /// <param name="Number">The ray's.</param>
    /// <param name="From">A radius at which it is not valid, or 0.</param>
    /// <param name="To">The radius of the row.</param>
    private readonly record struct Ray(double Cost, int Number, double From, double To);

    internal LatentSpheres(SearchChunk chunk, CchvaeOptions options, Autoencoder autoencoder, bool highest)
    {
        (this.chunk, this.options, this.highest) = (chunk, options, highest);
        (latent, features) = (autoencoder.Options.Latent, chunk.People.Schema.Features.Count);
        batch = new(chunk, autoencoder, Look);
        directions = new float[chunk.Rows][];
        (streams, hits) = (new Rng[chunk.Rows], new List<Ray>[chunk.Rows]);
        for (int i = 0; i < chunk.Rows; i++) (streams[i], hits[i]) = (chunk.StreamOf(i).Split(highest ? "highest" : "spheres"), []);
        (isFound, Radii) = (new bool[chunk.Rows], new double[chunk.Rows]);
        (best, bestValue) = (new double[chunk.Rows * features], new double[chunk.Rows]);
        Array.Fill(bestValue, double.PositiveInfinity);
        Array.Fill(Radii, double.NaN);
    }

    /// <summary>r* of 003's theorem 2: how far from a person's own the code of their cheapest valid row is; NaN where there is none.</summary>
    internal double[] Radii { get; }

    /// <summary>Grows spheres until everyone has a valid row, or the largest is reached.</summary>
    internal void Grow(CancellationToken cancel)
    {
        if (options.Search == LatentSearch.FixedStep) GrowByStep(cancel);
        else GrowByDoubling(cancel);
    }

    /// <summary>The spheres of doubling radius, all of them, for the row of the highest score; θ and cost are not looked at.</summary>
    internal void Sweep(CancellationToken cancel)
    {
        var people = Enumerable.Range(0, chunk.Rows).ToList();
        Draw(people);
        foreach (double radius in Doublings())
            if (!Sphere(people, radius, cancel)) return;
    }

    /// <summary>Offers a person's best row.</summary>
    internal void Offer(int person)
    {
        if (double.IsFinite(bestValue[person])) best.AsSpan(person * features, features).CopyTo(chunk.Offer(person));
    }

    /// <summary>Shells [l, l + step) one after the other, in each of which radii are uniform: CARLA's search. The last ends at the largest radius.</summary>
    private void GrowByStep(CancellationToken cancel)
    {
        var people = Enumerable.Range(0, chunk.Rows).ToList();
        // A quotient that division left a little above a whole number is that number.
        int shells = (int)Math.Ceiling(options.MaxRadius / options.Step - 1e-6);
        for (int shell = 0; shell < shells; shell++)
        {
            Draw(people);
            double from = shell * options.Step, width = Math.Min(options.Step, options.MaxRadius - from);
            if (!Round(people, (i, ray) => from + width * streams[i].NextDouble(), cancel)) return;
            people.RemoveAll(i => isFound[i]);
        }
    }

    /// <summary>The same directions at radii that double until a row is valid; then these rays are followed back, the cheaper half of them after each round.</summary>
    private void GrowByDoubling(CancellationToken cancel)
    {
        var people = Enumerable.Range(0, chunk.Rows).ToList();
        Draw(people);
        double before = 0;
        foreach (double radius in Doublings())
        {
            if (!Sphere(people, radius, cancel)) break;
            foreach (int i in people)
                for (int h = 0; h < hits[i].Count; h++) hits[i][h] = hits[i][h] with { From = before };
            people.RemoveAll(i => isFound[i]);
            before = radius;
        }
        people = [.. Enumerable.Range(0, chunk.Rows).Where(i => hits[i].Count > 0)];
        isFollowing = true;
        int rays = options.Samples;
        for (int halving = 0; halving < Halvings && Back(people, rays, cancel); halving++) rays = Math.Max(1, rays / 2);
    }

    /// <summary>Radii that double from the first step, the largest last.</summary>
    private IEnumerable<double> Doublings()
    {
        for (double radius = options.Step; radius < options.MaxRadius; radius *= 2) yield return radius;
        yield return options.MaxRadius;
    }

    /// <summary>Draws fresh directions for people, uniform on the unit sphere of the norm's Gaussian.</summary>
    private void Draw(List<int> people)
    {
        foreach (int i in people)
        {
            streams[i].FillGaussian(directions[i] ??= new float[options.Samples * latent]);
            for (int ray = 0; ray < options.Samples; ray++)
            {
                var direction = Direction(i, ray);
                float norm = options.Norm == LatentNorm.L1 ? System.Numerics.Tensors.TensorPrimitives.SumOfMagnitudes<float>(direction) : System.Numerics.Tensors.TensorPrimitives.Norm<float>(direction);
                System.Numerics.Tensors.TensorPrimitives.Divide(direction, norm, direction);
            }
        }
    }

    private Span<float> Direction(int person, int ray) => directions[person].AsSpan(ray * latent, latent);

    private bool Sphere(List<int> people, double radius, CancellationToken cancel) => Round(people, (_, _) => radius, cancel);

    /// <summary>One step for everyone: a row on each of their rays. False where the caller cancelled.</summary>
    private bool Round(List<int> people, Func<int, int, double> radiusOf, CancellationToken cancel)
    {
        foreach (int i in people)
        {
            if (cancel.IsCancellationRequested) break;
            if (!TakeStep(i)) continue;
            for (int ray = 0; ray < options.Samples; ray++)
                if (!batch.Add(i, radiusOf(i, ray), Direction(i, ray), ray)) break;
        }
        batch.Flush();
        return !cancel.IsCancellationRequested;
    }

    /// <summary>One step for everyone: the middle of their cheapest rays' intervals. False where the caller cancelled.</summary>
    private bool Back(List<int> people, int rays, CancellationToken cancel)
    {
        foreach (int i in people)
        {
            if (cancel.IsCancellationRequested) break;
            // Equals by their number: the order must not depend on the sort.
            hits[i].Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : a.Number.CompareTo(b.Number));
            if (hits[i].Count > rays) hits[i].RemoveRange(rays, hits[i].Count - rays);
            if (!TakeStep(i)) continue;
            for (int h = 0; h < hits[i].Count; h++)
                if (!batch.Add(i, (hits[i][h].From + hits[i][h].To) / 2, Direction(i, hits[i][h].Number), h)) break;
        }
        batch.Flush();
        return !cancel.IsCancellationRequested;
    }

    private bool TakeStep(int person)
    {
        if (chunk.StepsLeft(person) < 1 || chunk.CallsLeft(person) < 1) return false;
        chunk.Steps[person]++;
        return true;
    }

    private void Look(in DecodedRow row)
    {
        int i = row.Person;
        bool valid = !highest && row.IsAction && chunk.IsValid(i, row.Score);
        double value = valid
            ? chunk.Cost.Of(chunk.ActionsOf(i).Schema, chunk.ActionsOf(i).Statistics, chunk.People.Row(i), row.Row)
            : -chunk.Signs[i] * row.Score;
        if (isFollowing) hits[i][row.Tag] = valid ? hits[i][row.Tag] with { Cost = value, To = row.Radius } : hits[i][row.Tag] with { From = row.Radius };
        else if (valid) hits[i].Add(new(value, row.Tag, 0, row.Radius));
        if (!row.IsAction || isFound[i] && !valid || isFound[i] == valid && value >= bestValue[i]) return;
        (isFound[i], bestValue[i]) = (valid, value);
        if (valid) Radii[i] = row.Radius;
        row.Row.CopyTo(best.AsSpan(i * features));
    }
}
