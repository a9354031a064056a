using System.Collections;
using Redress.Data;
using Redress.Models;
using Redress.Tensors;

namespace Redress;

/// <summary>Recourse of a multi-class model, with a desired class a person.</summary>
public static class MulticlassRecourse
{
    /// <summary>Finds recourse: the people who want a class are searched together, on the model as it is seen for that class (<see cref="MulticlassModel.For"/>).</summary>
    /// <param name="model">The model.</param>
    /// <param name="method">The method; prepared once for every class that somebody wants.</param>
    /// <param name="request">The people and their terms; the desired outcome stays unsaid.</param>
    /// <param name="desired">The class that each person wants. Who has it is <see cref="Outcome.AlreadyDesired"/>.</param>
    /// <param name="seed">The seed of preparations and searches; a person's result depends on nobody else, nor on which classes others want.</param>
    /// <param name="trainingRows">Rows of the model's schema, for methods that learn from them.</param>
    /// <param name="progress">Told of every stage that takes time.</param>
    /// <param name="cancel">Stops at any moment; people of a class whose preparation was not finished are lost with it.</param>
    /// <exception cref="OptionsException">A class is none of the model's, or the request cannot be met; the message lists every problem.</exception>
    public static MulticlassBatch Find(
        MulticlassModel model, IRecourseMethod method, RecourseRequest request, IReadOnlyList<string> desired, ulong seed, Table? trainingRows = null,
        IProgress<Progress>? progress = null, CancellationToken cancel = default)
    {
        OptionsException.ThrowIfAny(Problems(model, request, desired));
        var people = request.People;
        var batches = new List<RecourseBatch>();
        var runs = new Dictionary<string, RecourseRun>(StringComparer.Ordinal);
        var places = new (int Batch, int Row)[people.Rows];
        foreach (string wanted in model.Classes)
        {
            int[] rows = [.. Enumerable.Range(0, people.Rows).Where(r => desired[r] == wanted)];
            if (rows.Length == 0) continue;
            var finder = method.Prepare(new(model.For(wanted), trainingRows) { Execution = request.Execution ?? new() }, new Rng(seed), progress, cancel);
            var batch = finder.Find(request with { People = people.Select(rows) }, new Rng(seed), progress, cancel);
            for (int i = 0; i < rows.Length; i++) places[rows[i]] = (batches.Count, i);
            batches.Add(batch);
            runs[wanted] = batch.Run;
        }
        return new(runs, [.. desired], new Records(request, batches, places));
    }

    private static IEnumerable<string> Problems(MulticlassModel model, RecourseRequest request, IReadOnlyList<string> desired)
    {
        if (desired.Count != request.People.Rows) yield return Invariant($"There are {desired.Count} desired classes for {request.People.Rows} people.");
        if (request.Desired is { } other) yield return $"The request asks for the outcome {other.Text}; the desired class of each person stands beside it.";
        foreach (string unknown in desired.Distinct(StringComparer.Ordinal).Where(d => !model.Classes.Contains(d)))
            yield return $"Desired class '{unknown}' is no class of the model; there are {string.Join(", ", model.Classes.Select(c => $"'{c}'"))}.";
    }

    /// <summary>The records in the order of the people; where these have no ids, they are named by their row as ever.</summary>
    private sealed class Records(RecourseRequest request, List<RecourseBatch> batches, (int Batch, int Row)[] places) : IReadOnlyList<RecourseRecord>
    {
        public int Count => places.Length;

        public RecourseRecord this[int index]
        {
            get
            {
                var record = batches[places[index].Batch].Records[places[index].Row];
                return request.People.Ids is null ? record with { PersonId = Invariant($"{request.FirstRow + index}") } : record;
            }
        }

        public IEnumerator<RecourseRecord> GetEnumerator()
        {
            for (int i = 0; i < Count; i++) yield return this[i];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>The records of people who want different classes.</summary>
/// <param name="Runs">For each class that somebody wants, what is needed to repeat its run.</param>
/// <param name="Desired">The class that each person wants.</param>
/// <param name="Records">One record a person, in the order of the request; scores are those of <see cref="MulticlassModel.For"/> the class.</param>
public sealed record MulticlassBatch(IReadOnlyDictionary<string, RecourseRun> Runs, IReadOnlyList<string> Desired, IReadOnlyList<RecourseRecord> Records);
