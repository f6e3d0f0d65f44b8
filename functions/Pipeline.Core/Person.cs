namespace Pipeline.Core;

/// <summary>
/// Who acts (domain.md section 1). Where people sign in, a person is the account, and the name is shown and never compared; on one machine
/// and in files there is the name alone.
/// </summary>
/// <param name="Name">As it is shown and recorded.</param>
/// <param name="Account">The account's object id; null where nobody signs in.</param>
public sealed record Person(PersonName Name, string? Account = null)
{
    public static implicit operator Person(PersonName name) => new(name);

    /// <summary>
    /// Whether four eyes take the two for one: by their accounts where both have one, else by whether the names could be one person's.
    /// </summary>
    public bool CouldBe(Person other) => Account is not null && other.Account is not null
        ? Account == other.Account : Name.CouldBe(other.Name);

    /// <summary>One account is one person, whatever it is called by now.</summary>
    public bool Equals(Person? other) => other is not null && Account == other.Account && (Account is not null || Name == other.Name);

    public override int GetHashCode() => Account is null ? Name.GetHashCode() : Account.GetHashCode(StringComparison.Ordinal);

    /// <summary>The name.</summary>
    public override string ToString() => Name.ToString();
}
