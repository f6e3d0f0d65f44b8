namespace Pipeline.Core;

/// <summary>Who sends a kind of file, and so where it arrives (domain.md section 2).</summary>
public enum Sender
{
    /// <summary><c>submissions/{provider}/{contract}/{quarter}/</c></summary>
    Provider,

    /// <summary><c>reviews/{quarter}/</c></summary>
    Commissioner,

    /// <summary><c>confirmations/{quarter}/</c></summary>
    Finance,

    /// <summary><c>reference/</c></summary>
    Reference,
}

/// <summary>One kind of CSV file: its name, who sends it and its columns (domain.md section 4).</summary>
public sealed class Dataset
{
    public static readonly Dataset Outcomes = new("outcomes", Sender.Provider,
        "client_ref", "client_group", "outcome", "indicator", "need_identified_on", "result", "result_on", "reason", "evidence_ref",
        "left_service_on", "accommodation_before", "accommodation_after");

    public static readonly Dataset Referrals = new("referrals", Sender.Provider,
        "referral_ref", "received_on", "route", "joint", "status", "decided_on", "reason");

    public static readonly Dataset Evidence = new("evidence", Sender.Provider,
        "element", "kind", "evidence_ref", "evidence_on", "quantity", "description");

    public static readonly Dataset Hours = new("hours", Sender.Provider,
        "month", "commissioned_hours", "delivered_hours");

    public static readonly Dataset SocialValue = new("social-value", Sender.Provider,
        "category", "activity", "delivered_on", "beneficiaries", "hours", "value_gbp");

    public static readonly Dataset Quality = new("quality", Sender.Provider,
        "standard", "area", "result", "assessed_on", "evidence_ref");

    public static readonly Dataset Incidents = new("incidents", Sender.Provider,
        "incident_ref", "kind", "occurred_on", "reported_on", "status");

    public static readonly Dataset Feedback = new("feedback", Sender.Provider,
        "question", "asked_on", "responses", "positive_responses");

    public static readonly Dataset Decisions = new("decisions", Sender.Commissioner,
        "contract", "element", "decision", "reviewer", "approver", "decided_on", "reason", "note");

    public static readonly Dataset Checks = new("checks", Sender.Commissioner,
        "contract", "check", "carried_out_on", "result", "note");

    public static readonly Dataset Confirmations = new("confirmations", Sender.Finance,
        "payment_id", "status", "paid_on", "reference");

    public static readonly Dataset Contracts = new("contracts", Sender.Reference,
        "contract", "provider", "provider_name", "service_name", "client_groups", "framework", "annual_value_gbp", "starts_on", "ends_on", "supplier_ref");

    public static readonly Dataset Calendar = new("calendar", Sender.Reference,
        "quarter", "contract", "due_on", "extended_to");

    public static readonly Dataset Publication = new("publication", Sender.Reference,
        "from_quarter", "suppress_up_to", "round_to");

    private Dataset(string name, Sender sender, params string[] columns)
    {
        Name = name;
        Sender = sender;
        Columns = columns;
    }

    /// <summary>Every kind of CSV file, in the order of domain.md section 4.</summary>
    public static IReadOnlyList<Dataset> All { get; } =
        [Outcomes, Referrals, Evidence, Hours, SocialValue, Quality, Incidents, Feedback, Decisions, Checks, Confirmations, Contracts, Calendar, Publication];

    /// <summary>What a provider returns for each contract and quarter.</summary>
    public static IReadOnlyList<Dataset> Returns { get; } = [.. All.Where(d => d.Sender == Sender.Provider)];

    /// <summary>As in file names: <c>social-value</c>.</summary>
    public string Name { get; }

    public Sender Sender { get; }

    /// <summary>The names of the header, all of them expected.</summary>
    public IReadOnlyList<string> Columns { get; }

    public static Dataset? Find(string name) => All.FirstOrDefault(d => d.Name == name);

    public override string ToString() => Name;
}
