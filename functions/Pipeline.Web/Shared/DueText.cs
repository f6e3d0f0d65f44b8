using Pipeline.Steps.Pages;
using Pipeline.Steps.Quarters;

namespace Pipeline.Web.Shared;

/// <summary>When a return is due, in words.</summary>
internal static class DueText
{
    /// <summary>Behind a state: <c>, 17 days overdue</c>; empty when nothing is.</summary>
    public static string Overdue(int days) => days == 0 ? "" : $", {PageText.Counted(days, "day", "days")} overdue";

    /// <summary>With a comma before it: <c>, due on 31 July 2025, 5 days left</c>; empty when the calendar does not say.</summary>
    public static string Of(ContractReturn of, DateOnly today)
    {
        if (of.Due is not { } due)
            return "";
        var last = due.ExtendedTo ?? due.DueOn;
        int left = last.DayNumber - today.DayNumber;
        string days = left switch
        {
            0 => "today",
            > 0 => $"{PageText.Counted(left, "day", "days")} left",
            _ => $"{PageText.Counted(-left, "day", "days")} ago",
        };
        return $", {(due.ExtendedTo is null ? "due on" : "extended to")} {PageText.Day(last)}{(of.IsOpen ? ", " + days : "")}";
    }
}
