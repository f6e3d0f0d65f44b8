using Pipeline.Core.Findings;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>feedback</c>: how many clients answered a question, and how many of them positively (domain.md section 4).</summary>
internal sealed class FeedbackReader(Quarter quarter) : DatasetReader(Dataset.Feedback)
{
    private const int Question = 0, AskedOn = 1, Responses = 2, PositiveResponses = 3;

    internal static ReturnDataset Define() => new("feedback", "Feedback", "one question on one day",
    [
        new("question", "Question", Form.ShortName,
            "The question that clients were asked, by a short name such as feel_safe: the same in every quarter."),
        new("asked_on", "Asked on", Form.Date, "The day on which it was asked, in the quarter."),
        new("responses", "Responses", Form.WholeNumber, "How many clients answered."),
        new("positive_responses", "Positive responses", Form.WholeNumber, "How many of them answered positively."),
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part five, Client feedback",
        Counts = typeof(FeedbackCounts),
        Reader = (_, _, quarter) => new FeedbackReader(quarter),
    };

    /// <summary>So that a contract's measures stay few enough to change together.</summary>
    internal const int MostQuestions = 20;

    private readonly QuarterDays _days = new(quarter);
    private readonly FirstLines<(string Question, DateOnly AskedOn)> _seen = new();
    private readonly SortedDictionary<string, QuestionCount> _counts = new(StringComparer.Ordinal);

    internal override void Read(Row row)
    {
        string? question = row.ShortName(Question, Rules.NotAQuestion);
        var asked = _days.Within(row, AskedOn, Rules.AskedOutsideQuarter);
        var responses = row.Whole(Responses);
        var positive = row.Whole(PositiveResponses);
        if (responses.HasValue && positive.HasValue && positive.Value > responses.Value)
            row.Report(Rules.PositiveOverResponses, PositiveResponses, "responses or fewer");
        if (question is null)
            return;
        if (asked.HasValue)
            _seen.Check(row, (question, asked.Value), Rules.QuestionRepeated, Question);
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
