using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>feedback</c>: how many clients answered a question, and how many of them positively (domain.md section 4).</summary>
internal sealed class FeedbackReader(Quarter quarter) : DatasetReader(Dataset.Feedback)
{
    private const int Question = 0, AskedOn = 1, Responses = 2, PositiveResponses = 3;

    /// <summary>So that a contract's measures stay few enough to change together.</summary>
    internal const int MostQuestions = 20;

    private readonly QuarterDays _days = new(quarter);
    private readonly HashSet<(string Question, DateOnly AskedOn)> _seen = [];
    private readonly SortedDictionary<string, QuestionCount> _counts = new(StringComparer.Ordinal);

    internal override void Read(Row row)
    {
        string? question = row.ShortName(Question, Rules.NotAQuestion, required: true);
        var asked = _days.Within(row, AskedOn, Rules.AskedOutsideQuarter);
        var responses = row.Whole(Responses);
        var positive = row.Whole(PositiveResponses);
        if (responses.HasValue && positive.HasValue && positive.Value > responses.Value)
            row.Report(Rules.PositiveOverResponses, PositiveResponses, "responses or fewer");
        if (question is null)
            return;
        if (asked.HasValue && !_seen.Add((question, asked.Value)))
            row.Report(Rules.QuestionRepeated, Question);
        if (!_counts.TryGetValue(question, out var count))
        {
            if (_counts.Count == MostQuestions)
            {
                row.Report(Rules.TooManyQuestions, Question);
                return;
            }

            count = new QuestionCount(question, 0, 0);
        }

        _counts[question] = new QuestionCount(question, count.Responses + responses.Value, count.Positive + positive.Value);
    }

    internal override FileCounts Count() => new FeedbackCounts([.. _counts.Values]);
}

public sealed record FeedbackCounts(IReadOnlyList<QuestionCount> Questions) : FileCounts;

public sealed record QuestionCount(string Question, long Responses, long Positive);
