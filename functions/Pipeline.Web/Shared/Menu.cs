using Pipeline.Web.People;

namespace Pipeline.Web.Shared;

/// <summary>What stands at the head of every page, by what a person may do.</summary>
internal static class Menu
{
    private static readonly (string Text, string Path, Access Access)[] All =
    [
        ("Home", "/", Access.SignedIn),
        ("Returns", "/returns", Access.For(Roles.Council)),
        ("Reference", "/reference", Access.For(Roles.Council)),
        ("Payments", "/payments", Access.For(Roles.Council)),
        ("Reports and receipts", "/pages", Access.For(Roles.Council)),
        ("Published", "/published", Access.Anybody),
        ("Operations", "/operations", Access.For(Roles.Council)),
        ("Search", "/search", Access.SignedIn),
    ];

    public static IEnumerable<(string Text, string Path)> Of(Principal? person) =>
        All.Where(item => item.Access.Allows(person)).Select(item => (item.Text, item.Path));
}
