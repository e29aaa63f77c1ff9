using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Pages.Audit;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>A correction of a record since its person asked for one, as the audit has it: which fields, when and by whom. What stood there before is kept nowhere.</summary>
/// <param name="On">The day.</param>
/// <param name="Fields">Names of the fields.</param>
/// <param name="By">The colleague; none for the person themselves, from their own page.</param>
public sealed record Correction(DateOnly On, IReadOnlyList<string> Fields, string? By)
{
    /// <summary>The fields in words.</summary>
    public static string Words(IEnumerable<string> fields) => string.Join(", ", fields.Select(f => AuditWords.Field("contact", f)).Distinct());

    /// <summary>Every correction from the receipt of a request to its answer; as long as the audit keeps them.</summary>
    public static async Task<IReadOnlyList<Correction>> SinceAsync(CrmDbContext db, AgencyClock clock, RightsRequest request, CancellationToken cancel = default)
    {
        var (from, until) = (clock.InstantOf(request.ReceivedOn.ToDateTime(default)), clock.InstantOf((request.ClosedOn ?? clock.Today).AddDays(1).ToDateTime(default)));
        var entries = await db.AuditEntries.AsNoTracking().Where(a => a.SubjectId == request.ContactId && a.Action == "contact.edited" && a.At >= from && a.At < until).OrderBy(a => a.At)
            .Select(a => new { a.At, a.Fields, By = db.Users.Where(u => u.Id == a.ActorId).Select(u => u.FullName).FirstOrDefault() }).ToListAsync(cancel);
        return [.. entries.Select(e => new Correction(clock.DateOf(e.At), e.Fields, e.By))];
    }
}
