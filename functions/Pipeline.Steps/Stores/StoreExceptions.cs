namespace Pipeline.Steps.Stores;

/// <summary>
/// What a store says when it could not do what it was asked. Never holds a value of a row or a file's content: only table, keys or path.
/// </summary>
public abstract class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The file's path, where the message holds it. A file can be named after a client, so it is not shown as it is.</summary>
    public string? Path { get; init; }
}

/// <summary>A file or row that had to be new exists.</summary>
public sealed class StoreAlreadyExistsException(string what, Exception? inner = null) : StoreException($"{what} exists already.", inner);

/// <summary>A file or row has another ETag than the one expected.</summary>
public sealed class StoreChangedException(string what, Exception? inner = null) : StoreException($"{what} was changed meanwhile.", inner);

/// <summary>A file or row that had to be there is not.</summary>
public sealed class StoreNotFoundException(string what, Exception? inner = null) : StoreException($"{what} does not exist.", inner);

/// <summary>The store could not be reached, is full, busy or broken. A write may or may not have happened.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : StoreException(message, inner)
{
    /// <summary>Whether what is stored is not what was written, so that only a backup helps.</summary>
    public bool IsDamage { get; init; }
}
