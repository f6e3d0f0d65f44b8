using System.Text;
using Pipeline.Core.Findings;
using Pipeline.Core.Frameworks;
using Pipeline.Core.Reading;

namespace Pipeline.Core.Submissions;

/// <summary><c>referrals</c>: one row per referral received in the quarter or waiting when it began (domain.md section 4).</summary>
internal sealed class ReferralsReader(Framework framework, Quarter quarter) : DatasetReader(Dataset.Referrals)
{
    private const int ReferralRef = 0, ReceivedOn = 1, Route = 2, Joint = 3, Status = 4, DecidedOn = 5, Reason = 6;
    private const int Accepted = 0, Waiting = 1, Unsuccessful = 2, Withdrawn = 3;

    internal static ReturnDataset Define() => new("referrals", "Referrals", "one referral received in the quarter or waiting when it began",
    [
        new("referral_ref", "Referral reference", Form.Reference, "The referral, by your own reference."),
        new("received_on", "Received on", Form.Date, "The day on which it came, in this quarter or before."),
        new("route", "Route", Form.Code, "By which route it came."),
        new("joint", "Joint", Form.YesNo, "Whether it came by a route that you use jointly with partners.")
        {
            Source = "Strategic Outcomes Framework (2019), part three, Joint referral routes",
        },
        new("status", "Status", Form.Code, "What has become of it by the end of the quarter."),
        new("decided_on", "Decided on", Form.Date, "The day on which it was accepted, refused or withdrawn, in the quarter.")
        {
            When = "when the status is not waiting",
        },
        new("reason", "Reason", Form.Code, "Why it was unsuccessful.") { When = "when the status is unsuccessful" },
    ])
    {
        Source = "Strategic Outcomes Framework (2019), part five, Throughput",
        Counts = typeof(ReferralCounts),
        Reader = (framework, _, quarter) => new ReferralsReader(framework, quarter),
        FixedCodes = [new("joint", ColumnCodes.YesOrNo), new("status", Statuses)],
        FrameworkCodes = f => [new("route", f.ReferralRoutes), new("reason", f.ReferralReasons)],
    };

    internal static readonly CodeTable Statuses = new(["accepted", "waiting", "unsuccessful", "withdrawn"]);

    private readonly QuarterDays _days = new(quarter);
    private readonly CodeTable _routes = new(framework.ReferralRoutes.Select(r => (r.Code, r.Title)));
    private readonly CodeTable _reasons = new(framework.ReferralReasons.Select(r => (r.Code, r.Title)));
    private readonly FirstLines<string> _seen = new();
    private readonly long[] _byStatus = new long[Statuses.Codes.Count];
    private readonly long[] _byRoute = new long[framework.ReferralRoutes.Count];
    private readonly long[] _byReason = new long[framework.ReferralReasons.Count];
    private long _waitingAtStart;
    private long _received;
    private long _joint;

    internal override void Read(Row row)
    {
        var reference = row.Reference(ReferralRef);
        if (!reference.IsEmpty)
            _seen.Check(row, Encoding.UTF8.GetString(reference), Rules.ReferralRepeated, ReferralRef);
        var received = _days.UpToEnd(row, ReceivedOn, Rules.ReceivedAfterQuarter);
        var route = row.Code(Route, _routes);
        var joint = row.YesNo(Joint);
        var status = row.Code(Status, Statuses);
        ReadDecision(row, status, received);
        var reason = ReadReason(row, status);

        bool isReceived = received.HasValue && received.Value >= quarter.FirstDay;
        if (isReceived)
            _received++;
        else
            _waitingAtStart++;
        if (isReceived && route.HasValue)
            _byRoute[route.Value]++;
        if (joint is { HasValue: true, Value: true })
            _joint++;
        if (status.HasValue)
            _byStatus[status.Value]++;
        if (reason.HasValue)
            _byReason[reason.Value]++;
    }

    internal override FileCounts Count() => new ReferralCounts(
        _waitingAtStart,
        _received,
        _byStatus[Accepted],
        _byStatus[Unsuccessful],
        _byStatus[Withdrawn],
        _byStatus[Waiting],
        _joint,
        ByCode(_routes, _byRoute),
        ByCode(_reasons, _byReason));

    private void ReadDecision(Row row, Place status, Day received)
    {
        var decided = _days.Within(row, DecidedOn, Rules.DecidedOutsideQuarter);
        if (decided.HasValue && received.HasValue && decided.Value < received.Value)
            row.Report(Rules.DecidedBeforeReceived, DecidedOn, "a day on or after received_on");
        if (!status.HasValue)
            return;
        if (status.Value == Waiting && !row.IsBlank(DecidedOn))
            row.Report(Rules.DecidedDateOfWaiting, DecidedOn, "blank");
        if (status.Value != Waiting && row.IsBlank(DecidedOn))
            row.Report(Rules.DecidedDateMissing, DecidedOn);
    }

    private Place ReadReason(Row row, Place status)
    {
        var reason = row.Code(Reason, _reasons);
        if (!status.HasValue)
            return default;
        if (status.Value == Unsuccessful && row.IsBlank(Reason))
            row.Report(Rules.ReferralReasonMissing, Reason, _reasons.Expected);
        if (status.Value != Unsuccessful && !row.IsBlank(Reason))
            row.Report(Rules.ReferralReasonNotAskedFor, Reason, "blank");
        return reason;
    }

    private static List<CodeCount> ByCode(CodeTable codes, long[] counts) =>
        [.. codes.Codes.Zip(counts, (code, count) => new CodeCount(code, count)).Where(c => c.Count > 0)];
}

/// <param name="Waiting">Waiting when the quarter began: received before it.</param>
/// <param name="Received">Received in the quarter.</param>
public sealed record ReferralCounts(
    long Waiting,
    long Received,
    long Accepted,
    long Unsuccessful,
    long Withdrawn,
    long StillWaiting,
    long Joint,
    IReadOnlyList<CodeCount> ReceivedByRoute,
    IReadOnlyList<CodeCount> UnsuccessfulByReason) : FileCounts;

public sealed record CodeCount(string Code, long Count);
