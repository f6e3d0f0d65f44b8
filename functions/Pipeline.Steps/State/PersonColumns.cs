using Pipeline.Core;
using Pipeline.Core.Reporting;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>A person in a row: the name in a column, and beside it the account where there is one.</summary>
internal static class PersonColumns
{
    public static void AddPerson(this Dictionary<string, TableValue> values, string column, Person person)
    {
        values.Add(column, person.Name.ToString());
        if (person.Account is { } account)
            values.Add(AccountOf(column), account);
    }

    public static Person Person(this TableRow row, string column) =>
        new(PersonName.Parse(row.Text(column)), row.Values.ContainsKey(AccountOf(column)) ? row.Text(AccountOf(column)) : null);

    private static string AccountOf(string column) => column + "Account";
}
