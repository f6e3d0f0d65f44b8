using Pipeline.Core.Frameworks;
using Pipeline.Core.Outcomes;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;
using static Pipeline.Steps.Pages.PageText;

namespace Pipeline.Steps.Pages;

/// <summary>
/// What a file counts for, in words, so that its sender notices a wrong file that is right in form. Counts alone, nothing about a person.
/// </summary>
public static class CountsText
{
    /// <param name="counts">Of an accepted file; null or of no return: nothing is said.</param>
    /// <param name="framework">Has the titles.</param>
    public static IReadOnlyList<string> Of(FileCounts? counts, Framework framework) => counts switch
    {
        OutcomeCounts of =>
        [
            Counted(of.Clients, "client", "clients"),
            .. from outcome in framework.Outcomes
               let rows = of.Outcomes.Where(row => row.Outcome == outcome.Code).ToList()
               where rows.Count > 0
               select $"{outcome.Title}: {Counted(rows.Sum(row => row.Clients.Need), "need", "needs")}, of which "
                   + $"{Number(rows.Sum(row => row.Clients.FullyMet))} fully met, {Number(rows.Sum(row => row.Clients.PartMet))} partially "
                   + "met, "
                   + $"{Number(rows.Sum(row => row.Clients.NotMet))} not met and {Number(rows.Sum(row => row.Clients.Open))} open",
        ],
        ReferralCounts of =>
        [
            $"{Counted(of.Waiting, "referral", "referrals")} waiting when the quarter began, {Number(of.Received)} received in it",
            $"{Number(of.Accepted)} accepted, {Number(of.Unsuccessful)} unsuccessful, {Number(of.Withdrawn)} withdrawn, "
            + $"{Number(of.StillWaiting)} still waiting",
        ],
        EvidenceCounts of =>
        [
            .. from element in framework.Payment.Elements
               from count in of.Elements.Where(count => count.Element == element.Code)
               select $"{element.Title}: {Counted(count.Items, "item of evidence", "items of evidence")}",
        ],
        HoursCounts of =>
            [$"{Fraction(of.DeliveredHundredths / 100.0)} hours delivered of {Fraction(of.CommissionedHundredths / 100.0)} commissioned"],
        SocialValueCounts of =>
        [
            .. of.Categories.Select(c =>
                $"{Words(c.Category)}: {Counted(c.Activities, "activity", "activities")}, "
                + $"{Counted(c.Beneficiaries, "beneficiary", "beneficiaries")}"),
        ],
        QualityCounts of =>
            [$"{Counted(of.Areas.Count, "area", "areas")} assessed, of which {Number(of.Areas.Count(area => area.Passed))} passed"],
        IncidentCounts of =>
            [.. of.Kinds.Select(k => $"{Words(k.Kind)}: {Number(k.Occurred)} occurred in the quarter, {Number(k.StillOpen)} still open")],
        FeedbackCounts of =>
        [
            $"{Counted(of.Questions.Count, "question", "questions")}, "
            + $"{Counted(of.Questions.Sum(q => q.Responses), "response", "responses")}, "
                + $"of which {Number(of.Questions.Sum(q => q.Positive))} positive",
        ],
        _ => [],
    };
}
