using System.Globalization;
using System.Text;
using Pipeline.Core;
using Pipeline.Core.Payments;
using Pipeline.Steps.Stores;

namespace Pipeline.Steps.State;

/// <summary>
/// The two files that finance gets of a run: the one that it pays from, and the control file beside it, which is written last.
/// </summary>
internal static class FilesForFinance
{
    public static string PathOf(Quarter quarter, int run) =>
        string.Create(CultureInfo.InvariantCulture, $"payments/{quarter}/run-{run:000}.csv");

    public static string ControlPathOf(Quarter quarter, int run) => Path.ChangeExtension(PathOf(quarter, run), ".json");

    /// <summary>What each holds, always the same of the same run.</summary>
    public static ((string Path, byte[] Content) Payments, (string Path, byte[] Content) Control) Of(PaymentRun run) => (
        (PathOf(run.Quarter, run.Number), FileWriting.BytesOf(stream => FinanceFile.Write(stream, run.Lines))),
        (ControlPathOf(run.Quarter, run.Number), FileWriting.BytesOf(stream => FinanceFile.WriteControl(stream, run))));

    /// <summary>The quarters of which finance has files, in order.</summary>
    public static async Task<IReadOnlyCollection<Quarter>> QuartersWithFinanceAsync(this IFileStore files, CancellationToken cancel)
    {
        var quarters = new SortedSet<Quarter>();
        await foreach (var file in files.ListAsync("payments/", cancel))
        {
            if (file.Path.Split('/') is [_, var name, _] && Quarter.TryParse(name, out var quarter))
                quarters.Add(quarter);
        }

        return quarters;
    }

    /// <summary>The numbers of the runs of a quarter of which either file is there, in order.</summary>
    public static async Task<IReadOnlyCollection<int>> RunsWithFinanceAsync(this IFileStore files, Quarter quarter,
        CancellationToken cancel)
    {
        var numbers = new SortedSet<int>();
        await foreach (var file in files.ListAsync($"payments/{quarter}/run-", cancel))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file.Path)["run-".Length..], NumberStyles.None, CultureInfo.InvariantCulture,
                out int number))
                numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>Whether the release of a run came to its end.</summary>
    public static async Task<bool> AreCompleteAsync(this IFileStore files, Quarter quarter, int run, CancellationToken cancel) =>
        await files.StatAsync(ControlPathOf(quarter, run), cancel) is not null;

    /// <summary>Whether a file holds just these bytes; null when there is none.</summary>
    public static async Task<bool?> HoldsAsync(this IFileStore files, string path, byte[] content, CancellationToken cancel) =>
        (await files.BytesAsync(path, cancel))?.AsSpan().SequenceEqual(content);

    /// <summary>How the payment file as it is stored differs from what comes out, in a sentence; null when it does not.</summary>
    public static async Task<string?> PaymentsDifferenceAsync(this IFileStore files, (string Path, byte[] Content) payments,
        CancellationToken cancel) =>
        await files.FirstDifferenceAsync(payments, cancel) switch
        {
            null => null,
            { Line: 0 } => $"The file that finance got, {payments.Path}, is not there.",
            var (line, stored, now) =>
                $"The file that finance got, {payments.Path}, is not the one that comes out now: "
                + $"{Differing(line, Payment.In(stored), Payment.In(now))}.",
        };

    /// <summary>The same of the control file.</summary>
    public static async Task<string?> ControlDifferenceAsync(this IFileStore files, (string Path, byte[] Content) control,
        CancellationToken cancel) =>
        await files.FirstDifferenceAsync(control, cancel) switch
        {
            null => null,
            { Line: 0 } => $"The control file that finance got, {control.Path}, is not there.",
            // Only what is written now is named, and never a value.
            var (line, _, now) =>
                Invariant(
                    $"The control file that finance got, {control.Path}, is not the one that comes out now: line {line} differs{(now?.Split('"') is [_, var name, ..] ? $", {name}" : "")}."),
        };

    private static string Differing(int line, Payment? stored, Payment? now) => (stored, now) switch
    {
        ({ } was, { } isNow) when was.Id == isNow.Id && was.Amounts != isNow.Amounts =>
            Invariant($"line {line} has {was.Amounts} for {was.Id}, but {isNow.Amounts} comes out"),
        ({ } was, { } isNow) when was.Id == isNow.Id =>
            Invariant($"line {line}, {isNow.Amounts} for {isNow.Id}, differs in something other than its id and amounts"),
        (_, { } isNow) => Invariant($"line {line} is not the one of {isNow.Id}, for which {isNow.Amounts} comes out"),
        ({ } was, null) => Invariant($"line {line} has {was.Amounts} for a payment that does not come out"),
        _ => Invariant($"line {line} differs"),
    };

    /// <returns>Null when the file is the same; line 0 when there is none; else the first line that differs, from 1, and what is there on
    /// either side.</returns>
    private static async Task<(int Line, string? Stored, string? Now)?> FirstDifferenceAsync(this IFileStore files,
        (string Path, byte[] Content) file, CancellationToken cancel)
    {
        if (await files.BytesAsync(file.Path, cancel) is not { } bytes)
            return (0, null, null);
        if (bytes.AsSpan().SequenceEqual(file.Content))
            return null;
        // By bytes, one character each: no two files are alike for being no text.
        string[] stored = Encoding.Latin1.GetString(bytes).Split('\n');
        string[] now = Encoding.Latin1.GetString(file.Content).Split('\n');
        int same = stored.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return (same + 1, stored.ElementAtOrDefault(same), now.ElementAtOrDefault(same));
    }

    /// <summary>A file whole; null when there is none.</summary>
    public static async Task<byte[]?> BytesAsync(this IFileStore files, string path, CancellationToken cancel)
    {
        if (await files.StatAsync(path, cancel) is null)
            return null;
        await using var stream = await files.OpenReadAsync(path, cancel: cancel);
        using var stored = new MemoryStream();
        await stream.CopyToAsync(stored, cancel);
        return stored.ToArray();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>What may be said of a line of the payment file: nothing of its texts.</summary>
    private sealed record Payment(PaymentId Id, Amounts Amounts)
    {
        /// <summary>Null when the line is not a payment's.</summary>
        public static Payment? In(string? line) =>
            line?.TrimEnd('\r').Split(',') is [var id, .., var amount, var entitlement, var before]
            && PaymentId.TryParse(id, out var payment) && Pounds(amount) is { } a && Pounds(entitlement) is { } e && Pounds(before) is { } b
                ? new Payment(payment, new Amounts(a, e, b))
                : null;

        private static Money? Pounds(string text) =>
            decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out decimal pounds)
            && pounds is >= long.MinValue / 100m and <= long.MaxValue / 100m
                ? new Money((long)(pounds * 100))
                : null;
    }

    private sealed record Amounts(Money Amount, Money Entitlement, Money PreviouslyReleased)
    {
        public override string ToString() => $"{Amount} ({Entitlement} less {PreviouslyReleased})";
    }
}
