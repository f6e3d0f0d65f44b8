using System.Globalization;
using System.Text;
using Pipeline.Core.Outcomes;

namespace Pipeline.Core.Tests.Outcomes;

/// <summary>Clients whose references differ in case alone are found, however many there are and in whatever order.</summary>
public sealed class ClientsTests
{
    [Fact]
    public void A_reference_in_another_case_leads_to_the_first_client_that_has_it()
    {
        var clients = new Clients();
        Assert.Equal([-1, -1, -1, 0, -1, 1, 0],
            new[] { "AB-1", "ab-2", "12-3", "ab-1", "Ab-4", "AB-2", "aB-1" }.Select(text => Add(clients, text)));
    }

    [Fact]
    public void It_is_found_among_many()
    {
        const int many = 20_000;
        var clients = new Clients();
        for (int n = 0; n < many; n++)
            Assert.Equal(-1, Add(clients, string.Create(CultureInfo.InvariantCulture, $"CL-{n}")));
        for (int n = 0; n < many; n++)
            Assert.Equal(n, Add(clients, string.Create(CultureInfo.InvariantCulture, $"cl-{n}")));
        Assert.Equal(-1, Add(clients, "cl-x"));
    }

    private static int Add(Clients clients, string reference) => clients.FindInOtherCase(clients.Add(Encoding.ASCII.GetBytes(reference)));
}
