namespace Pipeline.Core.Tests;

public sealed class PersonTests
{
    private static readonly PersonName Ann = PersonName.Parse("Ann Price"), Ben = PersonName.Parse("Ben Rees");

    [Fact]
    public void An_account_is_one_person_whatever_it_is_called()
    {
        Assert.True(new Person(Ann, "1").CouldBe(new Person(Ben, "1")));
        Assert.Equal(new Person(Ann, "1"), new Person(Ben, "1"));
        Assert.Equal(new Person(Ann, "1").GetHashCode(), new Person(Ben, "1").GetHashCode());
    }

    [Fact]
    public void Two_accounts_of_one_name_are_two_people()
    {
        Assert.False(new Person(Ann, "1").CouldBe(new Person(Ann, "2")));
        Assert.NotEqual(new Person(Ann, "1"), new Person(Ann, "2"));
    }

    [Fact]
    public void Where_one_has_no_account_the_names_decide()
    {
        Assert.True(new Person(Ann, "1").CouldBe(new Person(PersonName.Parse("A. Price"))));
        Assert.True(new Person(Ann).CouldBe(new Person(Ann, "1")));
        Assert.False(new Person(Ann).CouldBe(new Person(Ben, "1")));
        Assert.NotEqual(new Person(Ann), new Person(Ann, "1"));
        Assert.Equal(new Person(Ann), new Person(PersonName.Parse("Price, Ann")));
    }
}
