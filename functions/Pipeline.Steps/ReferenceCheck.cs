using Pipeline.Core.Frameworks;
using Pipeline.Core.Submissions;

namespace Pipeline.Steps;

/// <summary>Checks reference files.</summary>
public static class ReferenceCheck
{
    /// <param name="json">The framework file.</param>
    /// <param name="id">The id that its file name says.</param>
    public static CheckedFile Framework(Stream json, string id)
    {
        var file = FrameworkFile.Read(json);
        if (file.Framework is not null && file.Framework.Id != id)
            file.Findings.Add(new Finding(Rules.FrameworkIdNotFileName, 0, "id"));
        return new CheckedFile(0, file.Findings, null);
    }
}
