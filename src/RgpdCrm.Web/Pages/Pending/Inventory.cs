using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;

namespace RgpdCrm.Web.Pages.Pending;

/// <summary>What goes with several people at once, from the same list of tables that erasure reads.</summary>
internal static class Inventory
{
    /// <summary>Rows per table that erasing the ones and archiving the others would destroy.</summary>
    public static async Task<IReadOnlyList<(string Table, int Count)>> TotalsAsync(CrmDbContext db, Guid[] erased, Guid[] archived, CancellationToken cancel = default)
    {
        var parts = ErasureInventory.Of(db.Model).Where(h => h.AtArchiving is not null).Select(h =>
            $"SELECT '{h.Table}' AS \"Table\", count(*)::int AS \"Count\" FROM {h.Table} WHERE {h.Column} = ANY ({(h.AtArchiving == AtArchiving.Destroyed ? "{0}" : "{1}")})");
        var rows = await db.Database.SqlQueryRaw<Total>(string.Join(" UNION ALL ", parts), (Guid[])[.. erased, .. archived], erased).ToListAsync(cancel);
        return [.. rows.Where(r => r.Count > 0).OrderBy(r => r.Table, StringComparer.Ordinal).Select(r => (r.Table, r.Count))];
    }

    private sealed record Total(string Table, int Count);
}
