using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>feedback</c>: how many clients answered a question, and how many of them positively (domain.md section 4).</summary>
internal sealed class FeedbackReader(Framework framework, Quarter quarter) : DatasetReader(Dataset.Feedback)
{
    private const int Question = 0, AskedOn = 1, Responses = 2, PositiveResponses = 3;

    internal static ReturnDataset Define() => new("feedback", "Feedback", "one question on one day",
    [
        new("question", "Question", Form.Code, "The question that clients were asked; other for one that is not listed."),
        new("asked_on", "Asked on", Form.Date, "The day on which it was asked, in the quarter."),
        new("responses", "Responses", Form.WholeNumber, "How many clients answered."),
        new("positive_responses", "Positive responses", Form.WholeNumber, "How many of them answered positively."),
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part five, Client feedback",
        Counts = typeof(FeedbackCounts),
        Reader = (framework, _, quarter) => new FeedbackReader(framework, quarter),
        FrameworkCodes = f => [new("question", f.FeedbackQuestions)],
    };

    private readonly QuarterDays _days = new(quarter);
    private readonly CodeTable _questions = new(framework.FeedbackQuestions.Select(q => q.Code));
    private readonly FirstLines<(int Question, DateOnly AskedOn)> _seen = new();
    private readonly SortedDictionary<string, QuestionCount> _counts = new(StringComparer.Ordinal);

    internal override void Read(Row row)
    {
        var question = row.Code(Question, _questions);
        var asked = _days.Within(row, AskedOn, Rules.AskedOutsideQuarter);
        var responses = row.Whole(Responses);
        var positive = row.Whole(PositiveResponses);
        if (responses.HasValue && positive.HasValue && positive.Value > responses.Value)
            row.Report(Rules.PositiveOverResponses, PositiveResponses, "responses or fewer");
        if (!question.HasValue)
            return;
        string code = _questions.Codes[question.Value];
        // Of those that are not listed there may be several.
        if (asked.HasValue && code != Coded.Other)
            _seen.Check(row, (question.Value, asked.Value), Rules.QuestionRepeated, Question);
        var (_, before, beforePositive) = _counts.GetValueOrDefault(code) ?? new QuestionCount(code, 0, 0);
        _counts[code] = new QuestionCount(code, before + responses.Value, beforePositive + positive.Value);
    }

    internal override FileCounts Count() => new FeedbackCounts([.. _counts.Values]);
}

public sealed record FeedbackCounts(IReadOnlyList<QuestionCount> Questions) : FileCounts;

public sealed record QuestionCount(string Question, long Responses, long Positive);
