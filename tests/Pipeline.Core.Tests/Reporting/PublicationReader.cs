using System.Globalization;
using Google.OrTools.Sat;
using Google.OrTools.Util;
using Pipeline.Core.Reporting;

namespace Pipeline.Core.Tests.Reporting;

/// <summary>
/// Somebody who knows the rules of the publication and works out, with a solver of constraints, what a suppressed count can have been. What
/// each published text can mean is found by publishing, not by the formulas of the rules.
/// </summary>
/// <param name="publication">How counts are published.</param>
/// <param name="total">How the total of some is.</param>
internal sealed class PublicationReader(Publication publication, Func<long[], PublishedCount> total)
{
    /// <summary>
    /// The texts of counts that behave differently, and what each can mean; larger counts are shown like the largest of these.
    /// </summary>
    private readonly List<long[]> _meanings =
    [
        .. from count in Enumerable.Range(0, (int)(publication.Limits.SuppressUpTo + 4 * publication.Limits.RoundTo)).Select(c => (long)c)
           group count by publication.Of(count) into same
           where same.First() < publication.Limits.SuppressUpTo + 2 * publication.Limits.RoundTo
           select same.ToArray(),
    ];

    /// <summary>Every publication of so many counts, in any order, of which one or more are suppressed.</summary>
    public IEnumerable<PublishedTable> Publications(int parts) =>
        from meanings in Choices(parts, 0)
        where meanings.Any(IsSuppressed)
        from same in Sums(meanings).GroupBy(sum => total(WithSum(meanings, sum)))
        select new PublishedTable(meanings, Array.FindIndex(meanings, IsSuppressed), [.. same], same.Key.ToString());

    private static bool IsSuppressed(long[] meaning) => meaning[0] == 1;

    private IEnumerable<long[][]> Choices(int parts, int least)
    {
        if (parts == 0)
            return [[]];
        return from first in Enumerable.Range(least, _meanings.Count - least)
               from rest in Choices(parts - 1, first)
               select (long[][])[_meanings[first], .. rest];
    }

    private static IEnumerable<long> Sums(long[][] meanings)
    {
        long least = meanings.Sum(m => m[0]);
        for (long sum = least; sum <= meanings.Sum(m => m[^1]); sum++)
            yield return sum;
    }

    /// <summary>Counts of these meanings that have this sum: the rule of the total looks at nothing else.</summary>
    private static long[] WithSum(long[][] meanings, long sum)
    {
        long rest = sum - meanings.Sum(m => m[0]);
        long[] counts = [.. meanings.Select(m => m[0])];
        for (int i = 0; i < counts.Length; i++)
        {
            long more = Math.Min(rest, meanings[i][^1] - meanings[i][0]);
            counts[i] += more;
            rest -= more;
        }

        return counts;
    }
}

/// <summary>Counts as they are published, with their total.</summary>
/// <param name="Meanings">What each count can be by itself.</param>
/// <param name="Suppressed">The position of one that is suppressed; the others that are can be exchanged with it.</param>
/// <param name="Sums">What the total can be.</param>
/// <param name="Total">As it is published.</param>
internal sealed record PublishedTable(long[][] Meanings, int Suppressed, long[] Sums, string Total)
{
    /// <summary>
    /// Whether the suppressed count can be everything that a suppressed count can be: a table for each of these, all of them published as
    /// this one is.
    /// </summary>
    public bool IsOpen()
    {
        var model = new CpModel();
        var sums = Domain.FromValues(Sums);
        foreach (long value in Meanings[Suppressed])
        {
            var counts = Meanings.Select((m, i) => model.NewIntVarFromDomain(Domain.FromValues(m), $"{value}-{i}")).ToArray();
            model.Add(counts[Suppressed] == value);
            model.AddLinearExpressionInDomain(LinearExpr.Sum(counts), sums);
        }

        var status = new CpSolver { StringParameters = "num_workers:1" }.Solve(model);
        Assert.True(status is CpSolverStatus.Optimal or CpSolverStatus.Feasible or CpSolverStatus.Infeasible, status.ToString());
        return status != CpSolverStatus.Infeasible;
    }

    /// <summary>As a failing test shows it.</summary>
    public override string ToString() =>
        string.Join(' ', Meanings.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m[0]}..{m[^1]}"))) + " = " + Total;
}
