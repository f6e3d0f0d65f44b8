using System.Globalization;
using Pipeline.Core.Findings;

namespace Pipeline.Core.Frameworks;

/// <summary>
/// Turns the JSON of a framework file into a <see cref="Framework"/>, with a finding for everything that is wrong with it.
/// To find all of it at once, reading goes on with a blank in place of what cannot be read, and what was made is thrown away in the end.
/// </summary>
internal sealed class FrameworkReader(FindingList findings)
{
    /// <summary>What Table Storage changes in one batch; one contract's rows of a kind change together.</summary>
    private const int MaxRows = 100;

    /// <summary>So that a contract's measures stay few enough to change together.</summary>
    private const int MaxQuestions = 20;

    /// <summary>
    /// What the other measures leave of <see cref="MaxRows"/> for those by referral route and reason, when as many questions are asked as
    /// may be.
    /// </summary>
    private const int MaxReferralCodes = 27;

    private const int MaxTitle = 200, MaxText = 1_000;

    /// <summary>A number's digits that are looked at; what is longer has too many decimals or is out of any range here.</summary>
    private const int MaxDigits = 20;

    /// <summary>Shares and weights are kept in hundredths of a per cent: as many as four decimals can tell apart.</summary>
    private const int Whole = 10_000;

    private static readonly string[] Reserved = ["open", "core", "unallocated"];
    private static readonly string[] LevelCodes = ["fully_met", "partially_met", "not_met"];
    private static readonly string[] AchievedNames = ["full", "part", "none"];
    private static readonly Achieved[] AchievedValues = [Achieved.Full, Achieved.Part, Achieved.None];
    private static readonly string[] AccommodationKinds = ["temporary", "settled", "other"];
    private static readonly AccommodationKind[] AccommodationKindValues =
        [AccommodationKind.Temporary, AccommodationKind.Settled, AccommodationKind.Other];
    private static readonly string[] ReconcileNames = ["none", "scale-to-share"];
    private const int ReconcileNone = 0, ScaleToShare = 1;

    public Framework Read(JsonPart root)
    {
        var file = Object(root,
            ["id", "title", "source", "effectiveFrom", "levels", "clientGroups", "accommodation", "reasons", "outcomes", "kpis",
                "referralRoutes", "referralReasons", "payment", "interpretations"],
            ["$schema", "quality", "feedbackQuestions", "decisionReasons"]);
        Text(file["$schema"]);
        var clientGroups = CodedList(file["clientGroups"]);
        AtMost(MaxRows, clientGroups.Count, file["clientGroups"], "client groups");
        var accommodation = AccommodationList(file["accommodation"]);
        var reasons = CodedList(file["reasons"], mayBeEmpty: true);
        AtMost(MaxRows, (long)reasons.Count * clientGroups.Count, file["reasons"], "reasons times client groups");
        var outcomes = OutcomeList(file["outcomes"], clientGroups);
        var referralRoutes = CodedList(file["referralRoutes"]);
        var referralReasons = CodedList(file["referralReasons"]);
        AtMost(MaxReferralCodes, referralRoutes.Count + referralReasons.Count, file["referralReasons"],
            "referral routes and referral reasons together");
        var questions = WithOther(file["feedbackQuestions"]);
        AtMost(MaxQuestions, questions.Count, file["feedbackQuestions"], "questions, other among them");
        var kpis = KpiList(file["kpis"], outcomes, accommodation);
        AtMost(MaxRows, (long)kpis.Count * clientGroups.Count, file["kpis"], "KPIs times client groups");
        return new Framework
        {
            Id = FrameworkId(file["id"]),
            Title = Title(file["title"]),
            Source = LongText(file["source"]),
            EffectiveFrom = Day(file["effectiveFrom"]),
            Levels = LevelList(file["levels"], file["reasons"], reasons),
            ClientGroups = clientGroups,
            Accommodation = accommodation,
            Reasons = reasons,
            Outcomes = outcomes,
            Kpis = kpis,
            ReferralRoutes = referralRoutes,
            ReferralReasons = referralReasons,
            FeedbackQuestions = questions,
            DecisionReasons = WithOther(file["decisionReasons"]),
            Quality = file["quality"] is null or JsonPart.Null ? null : Quality(file["quality"]!),
            Payment = Payment(file["payment"]),
            Interpretations = InterpretationList(file["interpretations"]),
        };
    }

    private List<Level> LevelList(JsonPart? part, JsonPart? reasonsPart, List<Coded> reasons)
    {
        var taken = new HashSet<string>();
        var levels = List(part, false, item =>
        {
            var level = Object(item, ["code", "title", "achieved", "reasonRequired"]);
            int code = Choice(level["code"], LevelCodes);
            int achieved = Choice(level["achieved"], AchievedNames);
            if (code >= 0 && !taken.Add(LevelCodes[code]))
                Find(Rules.CodeRepeated, level["code"]);
            if (code >= 0 && achieved >= 0 && code != achieved)
                Find(Rules.LevelContradictsItself, level["achieved"]);
            return new Level(
                LevelCodes.ElementAtOrDefault(code) ?? "", Title(level["title"]), AchievedValues.ElementAtOrDefault(achieved),
                YesNo(level["reasonRequired"]));
        });
        if (part is JsonPart.List && reasonsPart is JsonPart.List && levels.Any(l => l.ReasonRequired) != reasons.Count > 0)
            Find(Rules.ReasonsAndLevelsDiffer, reasonsPart);
        return levels;
    }

    private List<Accommodation> AccommodationList(JsonPart? part)
    {
        var taken = new HashSet<string>();
        return List(part, mayBeEmpty: true, item =>
        {
            var accommodation = Object(item, ["code", "title", "kind"]);
            int kind = Choice(accommodation["kind"], AccommodationKinds);
            return new Accommodation(Code(accommodation["code"], taken), Title(accommodation["title"]),
                AccommodationKindValues.ElementAtOrDefault(kind));
        });
    }

    private List<Outcome> OutcomeList(JsonPart? part, List<Coded> clientGroups)
    {
        var taken = new HashSet<string>();
        var takenByIndicators = new HashSet<string>();
        return List(part, false, item =>
        {
            var outcome = Object(item, ["code", "title", "area", "indicators"], ["clientGroups"]);
            var groups = References(outcome["clientGroups"], clientGroups, "a code of clientGroups");
            var indicators = CodedList(outcome["indicators"], takenByIndicators, mayBeEmpty: true);
            int groupCount = groups.Count == 0 ? clientGroups.Count : groups.Count;
            AtMost(MaxRows, (long)indicators.Count * groupCount, outcome["indicators"], "indicators times client groups");
            return new Outcome(Code(outcome["code"], taken), Title(outcome["title"]), Title(outcome["area"]), groups, indicators);
        });
    }

    private List<Kpi> KpiList(JsonPart? part, List<Outcome> outcomes, List<Accommodation> accommodation)
    {
        var taken = new HashSet<string>();
        var indicators = outcomes.SelectMany(o => o.Indicators).ToList();
        bool movesCanBeTold = accommodation.Exists(a => a.Kind == AccommodationKind.Temporary)
            && accommodation.Exists(a => a.Kind == AccommodationKind.Settled);
        return List(part, mayBeEmpty: true, item =>
        {
            var kpi = Object(item, ["code", "title"], ["anyIndicator", "movedOn"]);
            var anyIndicator = References(kpi["anyIndicator"], indicators, "the code of an indicator");
            bool movedOn = YesNo(kpi["movedOn"]);
            if (item is JsonPart.Object && (kpi["anyIndicator"] is null == kpi["movedOn"] is null
                || kpi["movedOn"] is JsonPart.YesNo { Value: false }))
                Find(Rules.KpiUnclear, item);
            if (movedOn && !movesCanBeTold)
                Find(Rules.MovedOnUncountable, kpi["movedOn"]);
            return new Kpi(Code(kpi["code"], taken), Title(kpi["title"]), anyIndicator, movedOn);
        });
    }

    private QualityStandard Quality(JsonPart part)
    {
        var quality = Object(part, ["standard", "areas"]);
        string standard = Text(quality["standard"]) ?? "";
        if (quality["standard"] is JsonPart.Text && (!Codes.IsCode(Codes.Of(standard)) || string.IsNullOrWhiteSpace(standard)))
            Find(Rules.StandardWithoutCode, quality["standard"]);
        var areas = CodedList(quality["areas"]);
        AtMost(MaxRows - 1, areas.Count, quality["areas"], "areas, since the standard as a whole takes a row too");
        return new QualityStandard(standard, areas);
    }

    private PaymentRules Payment(JsonPart? part)
    {
        var payment = Object(part, ["share", "reconcile", "elements"]);
        int? share = Part(payment["share"], 0, Rules.ShareOutOfRange);
        int reconcile = Choice(payment["reconcile"], ReconcileNames);
        var taken = new HashSet<string>();
        var elements = List(payment["elements"], false, item =>
        {
            var element = Object(item, ["code", "title", "kinds"], ["weight", "statedShareOfContract"]);
            long weight = item is JsonPart.Object ? Weight(element, share, reconcile) : 0;
            return new Element(Code(element["code"], taken), Title(element["title"]), weight, CodedList(element["kinds"]));
        });
        AtMost(MaxRows - 2, elements.Count, payment["elements"], "elements, since core and unallocated take a row each");
        long total = elements.Sum(e => e.Weight);
        if (reconcile == ReconcileNone && total > Whole)
            Find(Rules.WeightsOverWhole, payment["elements"]);
        return new PaymentRules(share ?? 0, reconcile == ScaleToShare ? total : Whole, elements);
    }

    /// <summary>
    /// A weight in hundredths of a per cent of the pot. When stated shares are scaled it is the stated share itself, and the weights' total
    /// is what they are parts of: so five shares of 2.5 % are a fifth each, without a division that could leave a remainder.
    /// </summary>
    private long Weight(JsonPart.Object element, int? share, int reconcile)
    {
        var weightPart = element["weight"];
        var statedPart = element["statedShareOfContract"];
        int? weight = Part(weightPart, 1, Rules.WeightOutOfRange);
        int? stated = Part(statedPart, 1, Rules.WeightOutOfRange);
        if (weightPart is null == statedPart is null)
        {
            Find(Rules.WeightUnclear, element);
            return 0;
        }
        if (reconcile == ScaleToShare)
        {
            if (weightPart is not null)
                Find(Rules.WeightNotScaled, weightPart);
            return stated ?? 0;
        }
        if (weightPart is not null)
            return weight ?? 0;
        if (stated is null || share is null || reconcile != ReconcileNone)
            return 0;
        if (share == 0 || (long)stated * Whole % share != 0)
        {
            Find(Rules.StatedShareNotExact, statedPart);
            return 0;
        }
        return (long)stated * Whole / share.Value;
    }

    private List<Interpretation> InterpretationList(JsonPart? part)
    {
        var taken = new HashSet<string>();
        return List(part, mayBeEmpty: true, item =>
        {
            var choice = Object(item, ["id", "question", "choice", "why", "source"]);
            return new Interpretation(
                Code(choice["id"], taken), LongText(choice["question"]), LongText(choice["choice"]), LongText(choice["why"]),
                LongText(choice["source"]));
        });
    }

    /// <summary>A list that may be left out, with <see cref="Coded.Other"/> at its end where it is not in it.</summary>
    private List<Coded> WithOther(JsonPart? part)
    {
        var listed = CodedList(part, mayBeEmpty: true);
        return listed.Exists(c => c.Code == Coded.Other) ? listed : [.. listed, new Coded(Coded.Other, "Other")];
    }

    private List<Coded> CodedList(JsonPart? part, bool mayBeEmpty = false) => CodedList(part, [], mayBeEmpty);

    private List<Coded> CodedList(JsonPart? part, HashSet<string> taken, bool mayBeEmpty) => List(part, mayBeEmpty, item =>
    {
        var coded = Object(item, ["code", "title"]);
        return new Coded(Code(coded["code"], taken), Title(coded["title"]));
    });

    private List<string> References(JsonPart? part, List<Coded> listed, string expected)
    {
        var taken = new HashSet<string>();
        return List(part, false, item =>
        {
            string code = Code(item, taken);
            if (code.Length > 0 && !listed.Exists(c => c.Code == code))
                Find(Rules.CodeNotListed, item, expected);
            return code;
        });
    }

    // Single values. A part that is null is missing, which Object has found already where it matters.

    private JsonPart.Object Object(JsonPart? part, ReadOnlySpan<string> required, params ReadOnlySpan<string> optional)
    {
        var nothing = new JsonPart.Object(new JsonPlace(0, null, ""));
        if (part is null)
            return nothing;
        if (part is not JsonPart.Object members)
        {
            Find(Rules.WrongKindOfValue, part, "an object in { }");
            return nothing;
        }
        var seen = new HashSet<string>();
        foreach (var member in members.Members)
        {
            bool known = required.Contains(member.Name) || optional.Contains(member.Name);
            // The name of an unknown property is not ours, so the place named is what it stands in.
            if (!known)
                findings.Add(new Finding(Rules.PropertyUnknown, member.Line, Column(members.Path),
                    Expected: string.Join(", ", [.. required, .. optional])));
            else if (!seen.Add(member.Name))
                findings.Add(new Finding(Rules.PropertyRepeated, member.Line, member.Value.Path));
        }
        foreach (string name in required)
            if (!seen.Contains(name))
                findings.Add(new Finding(Rules.PropertyMissing, members.Line, JsonPlace.PathOf(members.Path, name)));
        return members;
    }

    private List<T> List<T>(JsonPart? part, bool mayBeEmpty, Func<JsonPart, T> read)
    {
        if (part is null)
            return [];
        if (part is not JsonPart.List list)
        {
            Find(Rules.WrongKindOfValue, part, "a list in [ ]");
            return [];
        }
        if (list.Items.Count == 0 && !mayBeEmpty)
            Find(Rules.ListEmpty, list);
        return list.Items.ConvertAll(item => read(item));
    }

    private string? Text(JsonPart? part)
    {
        if (part is JsonPart.Text text)
            return text.Value;
        if (part is not null)
            Find(Rules.WrongKindOfValue, part, "text in quotation marks");
        return null;
    }

    private string Title(JsonPart? part) => PlainText(part, MaxTitle);

    private string LongText(JsonPart? part) => PlainText(part, MaxText);

    private string PlainText(JsonPart? part, int maxLength)
    {
        if (Text(part) is not { } text)
            return "";
        if (string.IsNullOrWhiteSpace(text) || text.Length > maxLength || text.Any(char.IsControl))
            Find(Rules.FrameworkTextNotPlain, part, string.Create(CultureInfo.InvariantCulture, $"1 to {maxLength} characters"));
        return text;
    }

    private string FrameworkId(JsonPart? part)
    {
        // An id has the shape of a provider's.
        if (Text(part) is not { } id)
            return "";
        if (!ProviderId.TryParse(id, out _))
            Find(Rules.NotAFrameworkId, part);
        return id;
    }

    private string Code(JsonPart? part, HashSet<string> taken)
    {
        if (Text(part) is not { } code)
            return "";
        if (!Codes.IsCode(code))
        {
            Find(Rules.NotAFrameworkCode, part);
            return "";
        }
        if (Reserved.Contains(code))
            Find(Rules.CodeReserved, part);
        else if (!taken.Add(code))
            Find(Rules.CodeRepeated, part);
        return code;
    }

    private DateOnly Day(JsonPart? part)
    {
        if (Text(part) is not { } text)
            return default;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Find(Rules.NotADay, part);
        return day;
    }

    /// <returns>Which of the choices it is, from 0; -1: none of them.</returns>
    private int Choice(JsonPart? part, string[] choices)
    {
        if (Text(part) is not { } text)
            return -1;
        int choice = Array.IndexOf(choices, text);
        if (choice < 0)
            Find(Rules.NotAChoice, part, string.Join(", ", choices));
        return choice;
    }

    private bool YesNo(JsonPart? part)
    {
        if (part is JsonPart.YesNo yesNo)
            return yesNo.Value;
        if (part is not null)
            Find(Rules.WrongKindOfValue, part, "true or false");
        return false;
    }

    /// <summary>A part of 1, in hundredths of a per cent; null: not one that could be read.</summary>
    /// <param name="part">A number, or null.</param>
    /// <param name="least">The least that is right, in hundredths of a per cent.</param>
    /// <param name="outOfRange">What it breaks when less than that, or more than 1.</param>
    private int? Part(JsonPart? part, int least, Rule outOfRange)
    {
        if (part is null)
            return null;
        if (part is not JsonPart.Number number)
        {
            Find(Rules.WrongKindOfValue, part, "a number");
            return null;
        }
        if (number.Written.Length > MaxDigits
            || !decimal.TryParse(number.Written, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out decimal value)
            || value * Whole != decimal.Truncate(value * Whole))
        {
            Find(Rules.TooManyDecimals, part);
            return null;
        }
        if (value * Whole < least || value > 1)
        {
            Find(outOfRange, part);
            return null;
        }
        return (int)(value * Whole);
    }

    private void AtMost(int limit, long rows, JsonPart? part, string what)
    {
        if (rows > limit)
            Find(Rules.TooManyRows, part, string.Create(CultureInfo.InvariantCulture, $"at most {limit} {what}"));
    }

    private void Find(Rule rule, JsonPart? part, string? expected = null) =>
        findings.Add(new Finding(rule, part!.Line, Column(part.Path), Expected: expected));

    /// <summary>The file as a whole has no column.</summary>
    private static string? Column(string path) => path.Length == 0 ? null : path;
}
