using Microsoft.AspNetCore.Http;
using Pipeline.Core.Submissions;
using Pipeline.Web.Commissioners;
using Pipeline.Web.Operations;
using Pipeline.Web.People;
using Pipeline.Web.Shared;

namespace Pipeline.Web.Machines;

/// <summary>
/// What commissioners do by pages, for programs: their files and what they would change, held changes, publication, people.
/// </summary>
internal static class CommissioningRoutes
{
    private static readonly Access Seeing = Access.For(Roles.Council);
    private static readonly Access Doing = Access.For(Role.Commissioner);
    private static readonly Access Tying = Access.For(Role.Administrator, Role.Commissioner);

    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        SiteRoute.Machine("POST", "/api/reference/{name}", Doing, visit => SendAsync(visit, ReferenceSlot(visit)),
            new ForMachines("sendReference",
                "Sends a reference file, such as contracts, calendar or framework-performance, and answers with its receipt.",
                typeof(ReceiptAnswer), Bodies.Csv, Bodies.Json)),
        SiteRoute.Machine("POST", "/api/reference/{name}/what-if", Doing, visit => WhatIfAsync(visit, ReferenceSlot(visit)),
            new ForMachines("whatIfReference", "What a reference file would change if it were sent. Nothing of it is kept.",
                typeof(WhatIfAnswer), Bodies.Csv, Bodies.Json)),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/decisions", Doing, visit => SendAsync(visit, Review(visit, Dataset.Decisions)),
            new ForMachines("sendDecisions", "Sends decisions that two people took, and answers with their receipt.", typeof(ReceiptAnswer),
                Bodies.Csv)),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/decisions/what-if", Doing,
            visit => WhatIfAsync(visit, Review(visit, Dataset.Decisions)),
            new ForMachines("whatIfDecisions", "What decisions would change if they were sent. Nothing of them is kept.",
                typeof(WhatIfAnswer), Bodies.Csv)),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/checks", Doing, visit => SendAsync(visit, Review(visit, Dataset.Checks)),
            new ForMachines("sendChecks", "Sends checks that were carried out, and answers with their receipt.", typeof(ReceiptAnswer),
                Bodies.Csv)),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/confirmations", Access.For(Role.Finance),
            visit => SendAsync(visit, new Slot.Confirmations(visit.Quarter)),
            new ForMachines("sendConfirmations",
                "Sends what became of payments, and answers with the receipt. All of it is taken in, or nothing.", typeof(ReceiptAnswer),
                Bodies.Csv, Bodies.Workbook)),
        SiteRoute.Machine("GET", "/api/changes", Seeing, ChangesAsync,
            new ForMachines("listChanges", "What is held, and what was, by number.", typeof(IReadOnlyList<ChangeAnswer>))),
        SiteRoute.Machine("GET", "/api/changes/{number}", Seeing, ChangeAsync,
            new ForMachines("readChange", "A held change; of one that waits, what it would change now.", typeof(ChangeAnswer))),
        SiteRoute.Machine("POST", "/api/changes/{number}/accept", Doing,
            visit => DecideAsync(visit, visit.Steps.DecideChanges.AcceptAsync(visit.Number, visit.Person.Person, visit.Cancel)),
            new ForMachines("acceptChange", "Puts a held change in force, which somebody else sent.", typeof(ChangeAnswer))),
        SiteRoute.Machine("POST", "/api/changes/{number}/drop", Doing,
            visit => DecideAsync(visit, visit.Steps.DecideChanges.DropAsync(visit.Number, visit.Person.Person, visit.Cancel)),
            new ForMachines("dropChange", "Drops a held change, which somebody else sent.", typeof(ChangeAnswer))),
        SiteRoute.Machine("GET", "/api/quarters/{quarter}/publications", Seeing, PublicationsAsync,
            new ForMachines("listPublications", "The published revisions of a quarter's public report, the first first.",
                typeof(IReadOnlyList<PublicationAnswer>))),
        SiteRoute.Machine("POST", "/api/quarters/{quarter}/publications", Doing, PublishAsync,
            new ForMachines("publish",
                "Publishes a quarter's public report as it is now, as a numbered revision. Where it is published so already, the answer is "
                + "that revision, with a note that says so.",
                typeof(PublicationAnswer)) { Query = [("corrects", "What a revision after the first corrects; everybody reads it.")] }),
        SiteRoute.Machine("GET", "/api/people", Seeing, PeopleAsync,
            new ForMachines("listPeople", "Which account acts for which provider.", typeof(IReadOnlyList<TieAnswer>))),
        SiteRoute.Machine("POST", "/api/providers/{provider}/people/{person}", Tying, visit => TieAsync(visit, isToBe: true),
            new ForMachines("addPerson", "Lets an account act for a provider, and answers with the receipt of the file of people.",
                typeof(ReceiptAnswer))),
        SiteRoute.Machine("POST", "/api/providers/{provider}/people/{person}/remove", Tying, visit => TieAsync(visit, isToBe: false),
            new ForMachines("removePerson",
                "Lets an account act for a provider no more, and answers with the receipt of the file of people.", typeof(ReceiptAnswer))),
    ];

    private static Slot ReferenceSlot(Visit visit) => ReferenceRoutes.SlotOf(visit.Part("name"));

    private static Slot.Review Review(Visit visit, ReviewDataset dataset) => new(visit.Quarter, dataset);

    private static IReadOnlyList<string> TypesOf(Slot slot) => slot switch
    {
        Slot.Framework => [Bodies.Json],
        Slot.Confirmations => [Bodies.Csv, Bodies.Workbook],
        _ => [Bodies.Csv],
    };

    private static async Task<IResult> SendAsync(Visit visit, Slot slot)
    {
        var (bytes, ending, refusal) = await Bodies.ReadAsync(visit, TypesOf(slot));
        if (refusal is not null)
            return refusal;
        var (receipt, path) = await visit.Steps.Send.RunAsync(slot, bytes, ending, by: visit.Person.Person, cancel: visit.Cancel);
        await visit.TellChangedAsync();
        return MachineRoutes.Json(ReceiptAnswer.Of(receipt, path));
    }

    private static async Task<IResult> WhatIfAsync(Visit visit, Slot slot)
    {
        var (bytes, _, refusal) = await Bodies.ReadAsync(visit, TypesOf(slot));
        return refusal ?? MachineRoutes.Json(WhatIfAnswer.Of(await FileLook.OfAsync(visit, slot, bytes)));
    }

    private static NoSuchPageException NoSuchChange => new("Nothing was ever held under this number. GET /api/changes lists what was.");

    private static async Task<IResult> ChangesAsync(Visit visit)
    {
        var waiting = (await visit.Steps.Held.WaitingAsync(visit.Cancel)).Select(change => change.Number).ToHashSet();
        return MachineRoutes.Json((await visit.Steps.Held.AllAsync(visit.Cancel)).Select(change =>
            ChangeAnswer.Of(change, waiting.Contains(change.Number), null)).ToList());
    }

    private static async Task<IResult> ChangeAsync(Visit visit)
    {
        int number = visit.Number;
        var change = (await visit.Steps.Held.AllAsync(visit.Cancel)).FirstOrDefault(each => each.Number == number)
            ?? throw NoSuchChange;
        bool waits = (await visit.Steps.Held.WaitingAsync(visit.Cancel)).Any(each => each.Number == number);
        return MachineRoutes.Json(ChangeAnswer.Of(change, waits,
            waits ? await visit.Steps.DecideChanges.ConsequencesAsync(change, cancel: visit.Cancel) : null));
    }

    private static async Task<IResult> DecideAsync(Visit visit, Task<string?> decide)
    {
        int number = visit.Number;
        if (await decide is { } why)
            return (await visit.Steps.Held.AllAsync(visit.Cancel)).Any(change => change.Number == number)
                ? Problems.Refused(why) : throw NoSuchChange;
        await visit.TellChangedAsync();
        return await ChangeAsync(visit);
    }

    private static async Task<IResult> PublicationsAsync(Visit visit)
    {
        await visit.KnownQuarterAsync();
        return MachineRoutes.Json((await visit.Steps.Published.OfAsync(visit.Quarter, visit.Cancel)).Select(PublicationAnswer.Of).ToList());
    }

    private static async Task<IResult> PublishAsync(Visit visit)
    {
        await visit.KnownQuarterAsync();
        int before = (await visit.Steps.Published.OfAsync(visit.Quarter, visit.Cancel)).Count;
        if (await visit.Steps.Publish.RunAsync(visit.Quarter, visit.Person.Person, visit.Asked("corrects"), visit.Cancel) is { } why)
            return Problems.Refused(why);
        await visit.Host.QuarterChangedAsync(visit.Http, visit.Quarter);
        var published = await visit.Steps.Published.OfAsync(visit.Quarter, visit.Cancel);
        return MachineRoutes.Json(PublicationAnswer.Of(published[^1]) with
        {
            Note = published.Count > before ? null : "You published the report as it is now already, as this revision: nothing was done.",
        });
    }

    private static async Task<IResult> PeopleAsync(Visit visit) =>
        MachineRoutes.Json((await visit.Steps.Reference.CurrentAsync(visit.Cancel)).People.People.Select(tie =>
            new TieAnswer(tie.Person.ToString(), tie.Provider.ToString())).ToList());

    private static async Task<IResult> TieAsync(Visit visit, bool isToBe)
    {
        if (!Guid.TryParseExact(visit.Part("person"), "D", out var person))
            throw new NoSuchPageException("What stands for the person is not the number of an account.");
        var (why, sent) = await PeopleRoutes.TieAsync(visit, new PersonOfProvider(person, visit.Provider), isToBe);
        return sent is { } file ? MachineRoutes.Json(ReceiptAnswer.Of(file.Receipt, file.Path)) : Problems.Refused(why!);
    }
}
