using System.Globalization;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Audit;

/// <summary>Which entries are looked at or exported; what cannot be read filters nothing.</summary>
public sealed class AuditFilter
{
    /// <summary>Who acted.</summary>
    public string? By { get; set; }

    public string? Done { get; set; }

    /// <summary>First and last day, in the agency's time.</summary>
    public string? From { get; set; }

    public string? To { get; set; }

    /// <summary>Id of the object.</summary>
    public string? Id { get; set; }

    public Guid? Actor => Guid.TryParse(By, out var id) ? id : null;

    public Guid? Subject => Guid.TryParse(Id?.Trim(), out var id) ? id : null;

    public DateOnly? FromDay => Day(From);

    public DateOnly? ToDay => Day(To);

    /// <summary>Something was typed as an id that is none: nothing can match.</summary>
    public bool IdUnreadable => !string.IsNullOrWhiteSpace(Id) && Subject is null;

    public bool Any => Actor is not null || !string.IsNullOrEmpty(Done) || FromDay is not null || ToDay is not null || !string.IsNullOrWhiteSpace(Id);

    internal IQueryable<AuditEntry> Apply(IQueryable<AuditEntry> entries, AgencyClock clock)
    {
        if (IdUnreadable) return entries.Where(e => false);
        if (Actor is { } actor) entries = entries.Where(e => e.ActorId == actor);
        if (!string.IsNullOrEmpty(Done)) entries = entries.Where(e => e.Action == Done);
        if (Subject is { } subject) entries = entries.Where(e => e.SubjectId == subject);
        if (FromDay is { } from && StartOf(from, clock) is var start) entries = entries.Where(e => e.At >= start);
        if (ToDay is { } to && to < DateOnly.MaxValue && StartOf(to.AddDays(1), clock) is var end) entries = entries.Where(e => e.At < end);
        return entries;
    }

    internal IQueryable<AccessEntry> Apply(IQueryable<AccessEntry> entries, AgencyClock clock)
    {
        if (IdUnreadable) return entries.Where(e => false);
        if (Actor is { } actor) entries = entries.Where(e => e.ActorId == actor);
        if (Subject is { } subject) entries = entries.Where(e => e.SubjectId == subject);
        if (FromDay is { } from && StartOf(from, clock) is var start) entries = entries.Where(e => e.At >= start);
        if (ToDay is { } to && to < DateOnly.MaxValue && StartOf(to.AddDays(1), clock) is var end) entries = entries.Where(e => e.At < end);
        return entries;
    }

    private static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text?.Trim(), ["yyyy-MM-dd", "d/M/yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1999 and < 3000 ? day : null;

    private static DateTimeOffset StartOf(DateOnly day, AgencyClock clock)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
