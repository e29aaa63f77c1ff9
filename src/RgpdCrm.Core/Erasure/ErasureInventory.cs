using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Erasure;

/// <summary>Everything that hangs on a contact, read from the model: a table that is added with its declaration is erased with the rest,
/// and one added without it fails a test.</summary>
public static class ErasureInventory
{
    /// <summary>A table whose rows hang on a contact through one column.</summary>
    public sealed record Hanging(string Table, string Column, AtArchiving? AtArchiving)
    {
        /// <summary>Columns emptied when rows are cut loose.</summary>
        public IReadOnlyList<string> Emptied { get; init; } = [];
    }

    /// <summary>Tables destroyed with the contact, and those cut loose from them (no <c>AtArchiving</c>).</summary>
    public static IReadOnlyList<Hanging> Of(IModel model) => Cache.GetValue(model, Read);

    /// <summary>How many rows of each table would be destroyed with this contact, or at their archiving: what the screens announce.</summary>
    public static async Task<IReadOnlyList<(string Table, int Count)>> CountAsync(CrmDbContext db, Guid contactId, bool archiving, CancellationToken cancel = default)
    {
        var counts = string.Join(" UNION ALL ", Destroyed(db.Model, archiving)
            .Select(h => $"SELECT '{h.Table}' AS \"table\", count(*)::int AS count FROM {h.Table} WHERE {h.Column} = {{0}}"));
        var rows = await db.Database.SqlQueryRaw<TableCount>(counts, contactId).ToListAsync(cancel);
        return [.. rows.Where(r => r.Count > 0).OrderBy(r => r.Table, StringComparer.Ordinal).Select(r => (r.Table, r.Count))];
    }

    internal static IEnumerable<Hanging> Destroyed(IModel model, bool archiving) =>
        Of(model).Where(h => h.AtArchiving is { } at && (!archiving || at == AtArchiving.Destroyed));

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<IModel, IReadOnlyList<Hanging>> Cache = [];

    private static List<Hanging> Read(IModel model) =>
    [
        .. from entity in model.GetEntityTypes()
           from key in entity.GetForeignKeys()
           where key.PrincipalEntityType.ClrType == typeof(Contact) && entity.ClrType != typeof(Obligations.Party)
           let leaves = entity.ClrType.GetCustomAttribute<LeavesWithContactAttribute>()
           let table = entity.GetTableName()!
           let column = key.Properties[0].GetColumnName()
           orderby table
           let emptied = entity.ClrType.GetCustomAttribute<DetachedFromContactAttribute>()?.Emptied ?? []
           select new Hanging(table, column, leaves?.AtArchiving) { Emptied = [.. emptied.Select(name => entity.FindProperty(name)!.GetColumnName())] },
    ];

    private sealed record TableCount(string Table, int Count);
}
