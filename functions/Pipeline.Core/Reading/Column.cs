namespace Pipeline.Core.Reading;

/// <summary>How the values of a column are written (domain.md section 3).</summary>
public enum Form
{
    /// <summary>The sender's own name for a client, a referral or an item of evidence.</summary>
    Reference,

    /// <summary><c>2025-04-30</c> or <c>30/04/2025</c>.</summary>
    Date,

    /// <summary><c>2025-04</c></summary>
    Month,

    /// <summary><c>2025-26-Q1</c></summary>
    Quarter,

    /// <summary>One of the codes that the dataset lists.</summary>
    Code,

    /// <summary>Several codes with <c>;</c> between them.</summary>
    Codes,

    /// <summary><c>Y</c> or <c>N</c>.</summary>
    YesNo,

    /// <summary>0 to 999999999.</summary>
    WholeNumber,

    /// <summary>0 or more, at most two decimals.</summary>
    Number,

    /// <summary>At most 200 characters.</summary>
    Text,

    /// <summary>The name or initials of a member of staff.</summary>
    StaffName,

    /// <summary>Of a provider, contract, framework or payment, as the pipeline knows it.</summary>
    Id,
}

/// <summary>A column of a dataset, and what a person who fills it in needs to know (domain.md section 4).</summary>
/// <param name="Name">In the header: <c>need_identified_on</c>.</param>
/// <param name="Title">In words: <c>Need identified on</c>.</param>
/// <param name="Form">How its values are written.</param>
/// <param name="Meaning">One sentence.</param>
public sealed record Column(string Name, string Title, Form Form, string Meaning)
{
    /// <summary>When it is filled in, as the end of a sentence: <c>when the result is not open</c>. Null: in every row.</summary>
    public string? When { get; init; }

    /// <summary>Where a source document asks for it, when that is another place than the dataset's own.</summary>
    public string? Source { get; init; }

    /// <summary>Whether a row without a value is wrong whatever the row's other values are.</summary>
    public bool IsRequired => When is null;

    /// <summary><see cref="Name"/> as it is compared with a header.</summary>
    internal string FoldedName { get; } = Folded(Name);

    /// <summary>The letters and digits of a name in a header: what is compared (domain.md section 3).</summary>
    public static string Folded(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    public override string ToString() => Name;
}

/// <summary>What the files of one kind look like.</summary>
/// <param name="name">As in file names: <c>social-value</c>.</param>
/// <param name="columns">All of them are expected, in any order.</param>
public abstract class Layout(string name, IReadOnlyList<Column> columns)
{
    public string Name { get; } = name;

    public IReadOnlyList<Column> Columns { get; } = columns;

    /// <summary>Those whose files could be sent for one of these.</summary>
    internal abstract IReadOnlyList<Layout> Known { get; }

    /// <summary>What is expected in place of an empty file.</summary>
    internal abstract string InPlaceOfNothing { get; }

    public sealed override string ToString() => Name;
}

/// <summary>How a form is explained to who writes values in it.</summary>
public static class Forms
{
    /// <summary>As the end of a sentence: <c>a date such as 2025-04-30 or 30/04/2025</c>.</summary>
    public static string Words(this Form form) => form switch
    {
        Form.Reference => "a reference of your own: 1 to 40 letters, digits and _ . / - without spaces, and nothing about a person",
        Form.Date => "a date such as 2025-04-30 or 30/04/2025",
        Form.Month => "a month such as 2025-04",
        Form.Quarter => "a quarter such as 2025-26-Q1, which is April to June 2025",
        Form.Code => "one of the codes listed",
        Form.Codes => "codes of those listed, with ; between them",
        Form.YesNo => "Y or N",
        Form.WholeNumber => "a whole number: digits only",
        Form.Number => "a number such as 1234.50: digits, with a point and at most two decimals",
        Form.Text => "plain words, at most 200 characters, and nothing about a person",
        Form.StaffName => "the name or initials of a member of staff",
        Form.Id => "the id as the pipeline knows it",
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };
}
