using System.Reflection;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Data;

/// <summary>Nothing is stored without saying what becomes of it.</summary>
public sealed class FateTests(PostgresFixture postgres)
{
    /// <summary>Properties that come from libraries: staff accounts and their keys, which are no contact's data.</summary>
    private static readonly string[] LibraryNamespaces = ["Microsoft.AspNetCore.Identity", "Microsoft.AspNetCore.DataProtection.EntityFrameworkCore"];

    [Fact]
    public async Task Every_mapped_property_declares_its_fate()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await using var db = agency.Db();
        var silent =
            from entity in db.Model.GetEntityTypes()
            where !entity.IsMappedToJson()
            from property in entity.GetProperties()
            let member = (MemberInfo?)property.PropertyInfo ?? property.FieldInfo
            where !FromLibrary(member?.DeclaringType ?? entity.ClrType) && !property.IsShadowProperty()
            where member!.GetCustomAttributes<FateAttribute>().Count() != 1
            select $"{entity.ClrType.Name}.{property.Name}";
        Assert.Empty(silent);
        Assert.Equal(["Obligation.type"], db.Model.GetEntityTypes().SelectMany(e => e.GetDeclaredProperties().Where(p => p.IsShadowProperty() && !e.IsMappedToJson() && !FromLibrary(e.ClrType)).Select(p => $"{e.ClrType.Name}.{p.Name}")));
    }

    [Fact]
    public async Task Every_column_of_the_database_is_one_the_model_declares()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await using var db = agency.Db();
        var mapped = db.Model.GetRelationalModel().Tables.SelectMany(t => t.Columns.Select(c => $"{t.Name}.{c.Name}")).ToHashSet();
        var stored = await agency.Database.OwnerConnectionString.QueryAsync<string>("""
            SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> '__EFMigrationsHistory'
            """);
        Assert.Empty(stored.Except(mapped));
        Assert.Empty(mapped.Where(c => !c.EndsWith(".xmin", StringComparison.Ordinal)).Except(stored));
    }

    [Fact]
    public async Task Every_table_that_hangs_on_a_contact_says_how_its_rows_leave()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await using var db = agency.Db();
        foreach (var entity in db.Model.GetEntityTypes().Where(e => e.GetForeignKeys().Any(k => k.PrincipalEntityType.ClrType == typeof(Contact))))
        {
            var declared = entity.ClrType.GetCustomAttributes().Count(a => a is LeavesWithContactAttribute or DetachedFromContactAttribute);
            Assert.True(entity.ClrType == typeof(Party) || declared == 1, $"{entity.ClrType.Name} hangs on a contact and does not say how its rows leave.");
        }
        var hanging = await agency.Database.OwnerConnectionString.QueryAsync<string>("SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND confrelid = 'contacts'::regclass");
        Assert.Equal(Core.Erasure.ErasureInventory.Of(db.Model).Select(h => h.Table).Append("parties").Order(StringComparer.Ordinal), hanging.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task No_column_holds_a_contacts_id_without_a_foreign_key_that_erasure_follows()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var loose = await agency.Database.OwnerConnectionString.QueryAsync<string>("""
            SELECT c.table_name::text FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name = 'contact_id' AND NOT EXISTS (
              SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = c.table_name::regclass AND k.confrelid = 'contacts'::regclass)
            """);
        Assert.Empty(loose);
    }

    private static bool FromLibrary(Type type) =>
        type.Namespace is { } name && type.Assembly != typeof(Account).Assembly && LibraryNamespaces.Any(l => name.StartsWith(l, StringComparison.Ordinal));
}
