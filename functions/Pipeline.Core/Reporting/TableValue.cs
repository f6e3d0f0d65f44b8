using System.Globalization;

namespace Pipeline.Core.Reporting;

/// <summary>
/// A value that every table store can hold and give back as it was: text, a whole number, a fraction, yes/no, or an instant. No decimals
/// and no nulls, since Table Storage has neither.
/// </summary>
public abstract record TableValue
{
    private TableValue() { }

    public sealed record Text(string Value) : TableValue
    {
        public override string ToString() => Value;
    }

    public sealed record Whole(long Value) : TableValue
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    public sealed record Fraction(double Value) : TableValue
    {
        public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
    }

    public sealed record YesNo(bool Value) : TableValue
    {
        public override string ToString() => Value ? "true" : "false";
    }

    /// <summary>An instant, kept in UTC. A day is its 00:00Z and prints as the day alone.</summary>
    public sealed record Instant : TableValue
    {
        public Instant(DateTimeOffset value) => Value = value.ToUniversalTime();

        public DateTimeOffset Value { get; }

        public override string ToString() =>
            Value.ToString(Value.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
                CultureInfo.InvariantCulture);
    }

    public static implicit operator TableValue(string value) => new Text(value);

    public static implicit operator TableValue(long value) => new Whole(value);

    public static implicit operator TableValue(double value) => new Fraction(value);

    public static implicit operator TableValue(bool value) => new YesNo(value);

    public static implicit operator TableValue(DateTimeOffset value) => new Instant(value);

    public static implicit operator TableValue(DateOnly day) => new Instant(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
}
