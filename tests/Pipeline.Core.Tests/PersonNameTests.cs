namespace Pipeline.Core.Tests;

public class PersonNameTests
{
    [Theory]
    [InlineData("Ann Marie O'Neil", "  ann-marie   ONEIL ")]
    [InlineData("A. Smith", "A Smith")]
    [InlineData("José Núñez", "JOSÉ NÚÑEZ")]
    [InlineData("J. R.\tHughes", "j r hughes")]
    [InlineData("Ann\u00a0Price", "Ann Price")]
    [InlineData("Siân Ŵynne", "SIÂN ŵYNNE")]
    [InlineData("Jose Nunez", "José Núñez")]
    [InlineData("Siân Ŵynne", "Sian Wynne")]
    [InlineData("Søren Łuk", "Soren Luk")]
    [InlineData("Ðan Nguyễn", "Đan Nguyen")]
    [InlineData("O'Neil, Ann-Marie", "ann marie oneil")]
    [InlineData("PRICE ,Ann", "Ann Price")]
    [InlineData("Price Ann", "Ann Price")]
    [InlineData("Ann, Price", "Price, Ann")]
    [InlineData("Tom Brown Jr", "Tom Brown, Jr")]
    [InlineData("Ann Marie Price", "Price, Ann Marie")]
    [InlineData("Ann Price", "Ann Pr\u0131ce")] // the dotless i
    [InlineData("Alan Price", "AIan Price")] // a capital I for the small l
    [InlineData("Carmel Barnes", "Carrnel Bames")]
    [InlineData("Will Wynne", "VVill VVynne")]
    [InlineData("Jürgen Müller", "Juergen Mueller")]
    [InlineData("Søren Ærø", "Soeren Aeroe")]
    [InlineData("Grøß", "Gross")]
    [InlineData("Dr Ann Price", "Ann Price")]
    [InlineData("Prof. Dame Ann Price, OBE", "Ann Price")]
    [InlineData("Cllr Ann Price", "Mrs Ann Price")]
    [InlineData("Fr\u0138an", "Frkan")] // the kra
    public void Is_the_same_whatever_its_case_accents_spacing_punctuation_and_first_part(string one, string other)
    {
        Assert.True(PersonName.Parse(one) == PersonName.Parse(other));
        Assert.Equal(PersonName.Parse(one).GetHashCode(), PersonName.Parse(other).GetHashCode());
    }

    [Theory]
    [InlineData("Ann Price", "Anne Price")]
    [InlineData("Jose Nunes", "José Núñez")]
    [InlineData("A", "B")]
    [InlineData("Ann Marie Price", "Marie Ann Price")]
    public void Is_another_when_its_letters_are(string one, string other) =>
        Assert.True(PersonName.Parse(one) != PersonName.Parse(other));

    [Theory]
    [InlineData("A. Price", "Ann Price")]
    [InlineData("A.P.", "Ann Price")]
    [InlineData("AP", "Ann Price")]
    [InlineData("AMP", "Price, Ann Marie")]
    [InlineData("Ann Price", "Ann Marie Price")]
    [InlineData("Ann M. Price", "A. Marie Price")]
    [InlineData("Dr A Price", "Ann Pr\u0131ce")]
    [InlineData("Price", "Ann Price")]
    [InlineData("Ann", "A.P.")]
    public void Could_be_one_person(string one, string other)
    {
        Assert.True(PersonName.Parse(one).CouldBe(PersonName.Parse(other)));
        Assert.True(PersonName.Parse(other).CouldBe(PersonName.Parse(one)));
    }

    [Theory]
    [InlineData("Ann Price", "Ben Rees")]
    [InlineData("Ann Price", "Ann Smith")]
    [InlineData("Ann Price", "Anne Price")]
    [InlineData("A. Price", "Ben Price")]
    [InlineData("J. Marsh", "R. Tate")]
    [InlineData("Ann Ann", "Ann Price")]
    [InlineData("AP", "Ben Price")]
    [InlineData("Al", "Ann Lee")]
    [InlineData("Rita Roe", "Sam Poe")]
    [InlineData("Dr Ann Price", "Dr Ben Rees")]
    public void Is_another_person(string one, string other)
    {
        Assert.False(PersonName.Parse(one).CouldBe(PersonName.Parse(other)));
        Assert.False(PersonName.Parse(other).CouldBe(PersonName.Parse(one)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(".'-")]
    [InlineData("Price,")]
    [InlineData(", Ann")]
    [InlineData("Price, Ann, Ms")]
    [InlineData("Ann Price 2")]
    [InlineData("ann.price@example.org")]
    [InlineData("=Ann")]
    [InlineData("Ann\u200bPrice")] // a space of no width
    [InlineData("Jose\u0301")] // an accent of its own
    [InlineData("\u0410nn Price")] // a Cyrillic letter that looks like A
    [InlineData("\uff21nn Price")] // a wide A
    [InlineData("\ufb01nn")] // the ligature fi
    [InlineData("\u017fmith")] // the long s, whose capital is S
    [InlineData("\u01c4")] // one character for DŽ
    [InlineData("Gro\u1e9e")] // the capital ß
    [InlineData("\u00d7")]
    public void What_could_be_spelled_in_two_ways_or_is_no_name_is_refused(string? text)
    {
        Assert.False(PersonName.TryParse(text, out _));
        Assert.Equal(PersonName.Expected, Assert.Throws<FormatException>(() => PersonName.Parse(text!)).Message);
    }

    [Fact]
    public void Has_at_most_60_characters()
    {
        Assert.True(PersonName.TryParse(new string('a', 60), out _));
        Assert.False(PersonName.TryParse(new string('a', 61), out _));
    }

    [Fact]
    public void No_two_letters_that_it_takes_need_normalisation_to_be_told_apart()
    {
        // A letter whose capital has another small letter would let one person write two names.
        var taken = Enumerable.Range(0, char.MaxValue + 1).Select(c => (char)c).Where(c => PersonName.TryParse(c.ToString(), out _))
            .ToList();
        Assert.Contains('é', taken);
        Assert.All(taken, c => Assert.Equal(
            char.ToUpperInvariant(c),
            char.ToUpperInvariant(char.ToLowerInvariant(char.ToUpperInvariant(c)))));
        Assert.All(taken, c => Assert.True(PersonName.TryParse(char.ToUpperInvariant(c).ToString(), out _)));
    }

    [Fact]
    public void Is_kept_as_it_was_written_with_single_spaces() =>
        Assert.Equal("Ann-Marie O'Neil", PersonName.Parse(" Ann-Marie  O'Neil ").ToString());
}
