using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// A signature in a row: the name, the instant, and the account where there is one, in columns that begin with the step that was signed.
/// The only signature of a row needs no such beginning.
/// </summary>
internal static class SignatureColumns
{
    /// <summary>The column of the name.</summary>
    public static string By(string step = "") => step + "By";

    /// <summary>The column of the instant.</summary>
    public static string At(string step = "") => step + "At";

    private static string Account(string step) => By(step) + "Account";

    public static void AddSignature(this Dictionary<string, TableValue> values, Signature signature) => values.AddSignature("", signature);

    /// <summary>Adds nothing for a step that was not taken.</summary>
    public static void AddSignature(this Dictionary<string, TableValue> values, string step, Signature? signature)
    {
        if (signature is null)
            return;
        values.Add(By(step), signature.By.Name.ToString());
        values.Add(At(step), signature.At);
        if (signature.By.Account is { } account)
            values.Add(Account(step), account);
    }

    public static Signature Signature(this TableRow row, string step = "") => new(
        new Person(PersonName.Parse(row.Text(By(step))), row.Values.ContainsKey(Account(step)) ? row.Text(Account(step)) : null),
        row.Instant(At(step)));

    /// <summary>Null when the step was not taken.</summary>
    public static Signature? FindSignature(this TableRow row, string step = "") =>
        row.Values.ContainsKey(At(step)) ? row.Signature(step) : null;
}
