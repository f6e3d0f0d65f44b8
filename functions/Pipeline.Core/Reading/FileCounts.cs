namespace Pipeline.Core.Reading;

/// <summary>
/// What an accepted file counts for (domain.md section 5): figures and codes, nothing about a person. Kept, so
/// that the file itself is never read again. Only what is not zero is kept; lists are in the order of their codes, so that the same rows in
/// any order give the same bytes.
/// </summary>
public abstract record FileCounts;
