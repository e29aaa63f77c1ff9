using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Core.Rights;

/// <summary>Everything the agency holds about one person, archive included, read table by table from the list that erasure reads: a new table or column
/// is given with the rest unless it is left out here, with its reason (GDPR 15, 3 and 4).</summary>
public static class PersonData
{
    /// <summary>A table with the columns that are given, and how its rows are found.</summary>
    public sealed record Table(string Name, IReadOnlyList<string> Columns, string Where);

    // Names of colleagues and ids of other people are theirs; digests and secrets tell nothing to a reader.
    private static readonly HashSet<string> LeftOut =
        ["ById", "PlacedById", "LiftedById", "ConfirmedById", "ResponsibleId", "ContactId", "OwnerId", "HouseholdId", "EmailId", "PropertyId", "ObligationId", "ImportKey", "SearchName", "Hash", "Fingerprint"];

    /// <summary>Tables with nothing to read: secrets of links, faults of the engine.</summary>
    private static readonly HashSet<string> Unread = ["contact_links", "set_asides"];

    // A message that nobody tied to the record, sent with one of its addresses.
    private const string OwnInquiries = "contact_id = @person OR contact_id IS NULL AND email IN (SELECT value FROM emails WHERE contact_id = @person)";

    /// <summary>What is given, in the order it is given.</summary>
    public static IReadOnlyList<Table> Of(IModel model) => [.. All(model).Where(t => t.Columns.Count > 0)];

    private static List<Table> All(IModel model) =>
    [
        new("contacts", ColumnsOf(model, "contacts"), "id = @person"),
        .. ErasureInventory.Of(model).Where(h => !Unread.Contains(h.Table)).Select(h => new Table(h.Table, ColumnsOf(model, h.Table), h.Table == "inquiries" ? OwnInquiries : $"{h.Column} = @person")),
        new("parties", ColumnsOf(model, "parties"), "contact_id = @person"),
        new("obligations", ColumnsOf(model, "obligations"), "id IN (SELECT obligation_id FROM parties WHERE contact_id = @person)"),
    ];

    /// <summary>The rows of one table, one at a time; a text that tells about someone else stays out.</summary>
    public static async IAsyncEnumerable<string?[]> RowsAsync(CrmDbContext db, Table table, Guid person, Guid[] leftOut, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var connection = new NpgsqlConnection(db.Database.GetConnectionString());
        await connection.OpenAsync(cancel);
        var columns = string.Join(", ", table.Columns.Select(c => c == "text" ? "CASE WHEN id = ANY (@left) THEN NULL ELSE text END" : $"{c}::text"));
        await using var command = new NpgsqlCommand($"SELECT {columns} FROM {table.Name} WHERE {table.Where}", connection);
        command.Parameters.AddWithValue("person", person);
        command.Parameters.AddWithValue("left", leftOut);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var row = new string?[table.Columns.Count];
            for (var i = 0; i < row.Length; i++) row[i] = await reader.IsDBNullAsync(i, cancel) ? null : reader.GetString(i);
            yield return row;
        }
    }

    private static List<string> ColumnsOf(IModel model, string table) =>
    [
        .. (from entity in model.GetEntityTypes()
            where entity.GetTableName() == table && !entity.IsMappedToJson()
            from property in entity.GetProperties()
            let fate = property.PropertyInfo?.GetCustomAttribute<FateAttribute>()
            where fate is PersonalAttribute or KeptAttribute && !LeftOut.Contains(property.Name)
            select property.GetColumnName()).Distinct(),
    ];
}
