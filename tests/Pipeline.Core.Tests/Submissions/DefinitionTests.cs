using Pipeline.Core.Findings;
using Pipeline.Core.Reading;
using Pipeline.Core.Submissions;

namespace Pipeline.Core.Tests.Submissions;

/// <summary>What a dataset says of its columns is what its reader does.</summary>
public class DefinitionTests
{
    public static TheoryData<string> Datasets => [.. Dataset.All.Select(d => d.Name)];

    [Theory, MemberData(nameof(Datasets))]
    public void A_blank_value_is_missing_where_the_column_is_required(string name)
    {
        var dataset = Dataset.Find(name)!;
        // Every other value is wrong, so that nothing depends on it.
        foreach (var column in dataset.Columns)
        {
            var file = Examples.CheckRows(dataset, string.Join(',', dataset.Columns.Select(c => c == column ? "" : "?")) + "\n");

            Assert.Equal(
                column.IsRequired ? [column.Name] : [],
                file.Findings.List.Where(f => f.Rule == Rules.ValueMissing).Select(f => f.Column));
        }
    }

    [Theory, MemberData(nameof(Datasets))]
    public void A_value_that_is_not_of_its_form_is_found_by_the_rule_of_that_form(string name)
    {
        var dataset = Dataset.Find(name)!;
        foreach (var column in dataset.Columns.Where(c => RuleOf(c.Form) is not null))
        {
            var file = Examples.CheckRows(dataset, string.Join(',', dataset.Columns.Select(c => c == column ? "??" : "")) + "\n");

            Assert.Contains(file.Findings.List, f => f.Rule == RuleOf(column.Form) && f.Column == column.Name);
        }
    }

    [Theory, MemberData(nameof(Datasets))]
    public void Codes_are_given_for_the_columns_that_take_codes(string name)
    {
        var dataset = Dataset.Find(name)!;

        Assert.Equal(
            dataset.Columns.Where(c => c.Form is Form.Code or Form.Codes or Form.YesNo).Select(c => c.Name),
            dataset.Codes(Examples.Graded).Select(c => c.Column).Distinct());
    }

    [Fact]
    public void Everything_is_explained() => Assert.All(
        Dataset.All.SelectMany(d => d.Columns),
        column =>
        {
            Assert.Matches(@"\A[A-Z].+[^.]\z", column.Title);
            Assert.Matches(@"\A[A-Z].+\.\z", column.Meaning);
            Assert.Matches(@"\A[a-z].+[^.]\z", column.When ?? "when it is known");
            Assert.NotEmpty(column.Form.Words());
        });

    private static Rule? RuleOf(Form form) => form switch
    {
        Form.Reference => Rules.NotAReference,
        Form.Date => Rules.NotADate,
        Form.Month => Rules.NotAMonth,
        Form.Quarter => Rules.NotAQuarter,
        Form.YesNo => Rules.NotYesOrNo,
        Form.WholeNumber => Rules.NotAWholeNumber,
        Form.Number => Rules.NotANumber,
        Form.StaffName => Rules.NotAPersonsName,
        _ => null,
    };
}
