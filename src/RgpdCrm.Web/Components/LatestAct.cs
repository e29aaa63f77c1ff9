using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Components;

/// <summary>What a person did last to a record, and who: told to someone whose form it overtook.</summary>
public sealed record LatestAct(string Action, string Who)
{
    /// <summary>None when nobody touched the record since that moment, only a job or an import.</summary>
    public static async Task<LatestAct?> OfAsync(CrmDbContext db, Guid subjectId, DateTimeOffset since = default)
    {
        var latest = await db.AuditEntries.AsNoTracking().Where(a => a.SubjectId == subjectId && a.ActorId != null && a.At > since.ToUniversalTime())
            .OrderByDescending(a => a.At).ThenByDescending(a => a.Id).FirstOrDefaultAsync();
        if (latest is null) return null;
        var name = await db.Users.Where(u => u.Id == latest.ActorId).Select(u => u.FullName).SingleOrDefaultAsync();
        return new LatestAct(latest.Action, string.IsNullOrEmpty(name) ? T("Un collègue") : name);
    }
}
