using Pipeline.Web.Commissioners;
using Pipeline.Web.Documents;
using Pipeline.Web.Finance;
using Pipeline.Web.Home;
using Pipeline.Web.Machines;
using Pipeline.Web.Operations;
using Pipeline.Web.Providers;
using Pipeline.Web.Shared;

namespace Pipeline.Web;

/// <summary>Every way into the site, and who may use it.</summary>
public static class SiteRoutes
{
    public static IReadOnlyList<SiteRoute> All { get; } =
    [
        .. HomeRoutes.All,
        .. DocumentRoutes.All,
        .. PublishedRoutes.All,
        .. ProviderRoutes.All,
        .. CommissionerRoutes.All,
        .. FinanceRoutes.All,
        .. OperationsRoutes.All,
        .. MachineRoutes.All,
        .. PeopleRoutes.All,
        SiteRoute.Get("/assets/{name}", Access.Anybody, SiteFiles.AnswerAsync),
        SiteRoute.Get("/{**path}", Access.Anybody, Html.NotFoundAsync),
    ];
}
