using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Pipeline.Steps.Stores;

namespace Pipeline.Web.Shared;

/// <summary>The keys that the tokens of forms are made with, where every instance of the host finds them.</summary>
/// <remarks>The interface of the framework waits for its answers. It asks at the start and once a day.</remarks>
internal sealed class FormKeys(IFileStore files) : IXmlRepository
{
    public const string Container = "keys";

    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(async () =>
    {
        var keys = new List<XElement>();
        await foreach (var file in files.ListAsync($"{Container}/"))
        {
            await using var stream = await files.OpenReadAsync(file.Path);
            keys.Add(await XElement.LoadAsync(stream, LoadOptions.None, CancellationToken.None));
        }

        return keys;
    }).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName) => Task.Run(async () =>
    {
        using var xml = new MemoryStream();
        await element.SaveAsync(xml, SaveOptions.None, CancellationToken.None);
        xml.Position = 0;
        await files.CreateAsync($"{Container}/{friendlyName}.xml", xml);
    }).GetAwaiter().GetResult();
}
