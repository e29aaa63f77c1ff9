using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Restores;

/// <summary>The verbs of the worst day, by the real executable: a backup, its restore into an empty database, the replay, and the opening.</summary>
public sealed class RestoreVerbTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Failure = 1;
    private const string Closed = "Une sauvegarde a été reprise et personne n’a encore ouvert l’application.";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-restore-verb");
    private Agency _agency = null!;
    private Warehouse _warehouse = null!;
    private TestDatabase _empty = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => PathOf("backup.keys");
    private FolderBackupStore Store => new(PathOf("store"));
    private OutsideLedger Outside => new(PathOf("ledger"), _agency.Clock);

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenTodayAsync(postgres);
        _warehouse = new Warehouse(_agency);
        _empty = await postgres.CreateDatabaseAsync();
        BackupKeys.Begin(KeyFile, _agency.Today);
    }

    public async ValueTask DisposeAsync()
    {
        await _empty.DisposeAsync();
        await _agency.DisposeAsync();
        _warehouse.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_not_whole_ours_known_and_for_an_empty_database_is_refused_in_one_line_and_nothing_is_written()
    {
        await _agency.CallerAsync("Hélène", $"{_agency.Today.AddMonths(-6):O}");
        await _warehouse.PhotoAsync(await _warehouse.PropertyAsync("A-1"));
        var taken = JsonDocument.Parse(await On(_agency.Database, _warehouse.Folder.FullName).SucceedAsync("backup", "--json")).RootElement;
        var name = taken.GetProperty("name").GetString()!;
        Assert.Equal((1, 1, 64), (taken.GetProperty("files").GetInt32(), taken.GetProperty("copied").GetInt32(), taken.GetProperty("digest").GetString()!.Length));
        var before = await _agency.Database.EverythingAsync();

        Assert.Equal("La base de données n’est pas vide : une restauration n’écrase rien.", await On(_agency.Database, PathOf("new")).FailAsync(Failure, "restore", name));
        Assert.Equal(before, await _agency.Database.EverythingAsync());
        Assert.Equal("Ce n’est pas une sauvegarde de ce logiciel, ou elle n’est pas là.", await RefusedAsync("2026-01-01T000000Z"));
        await Store.WriteAsync("2026-01-02T000000Z/manifest.json", to => to.WriteAsync("\u001f\u008bof something else"u8.ToArray(), Cancel).AsTask(), Cancel);
        Assert.Equal("Ce n’est pas une sauvegarde de ce logiciel, ou elle n’est pas là.", await RefusedAsync("2026-01-02T000000Z"));
        await File.WriteAllTextAsync(PathOf("other.keys"), BackupKey.Make(_agency.Today.AddDays(1)).Line + "\n", Cancel);
        Assert.Equal("La clé de cette sauvegarde n’est pas dans le fichier des clés.", await RefusedAsync(name, ("Backup__KeyFile", PathOf("other.keys"))));
        await using (var dump = new FileStream(PathOf("store", name, "database.pgp"), FileMode.Open)) dump.SetLength(dump.Length - 1);
        Assert.Equal("Cette sauvegarde n’est pas telle qu’elle a été écrite : elle est tronquée ou modifiée.", await RefusedAsync(name));
        await _agency.SqlAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')");
        Assert.Equal("Cette sauvegarde vient d’une version plus récente : installez-la d’abord.", await RefusedAsync(await BackUpAsync()));
    }

    [Fact]
    public async Task Restored_it_stays_closed_until_the_register_is_replayed_and_it_is_opened_once()
    {
        await DueAsync("Inès");
        var photo = await _warehouse.PhotoAsync(await _warehouse.PropertyAsync("A-1", $"{_agency.Today.AddMonths(-24):O}"));
        await _agency.CallerAsync("Hélène", $"{_agency.Today.AddMonths(-6):O}");
        var name = await BackUpAsync();
        await EraseAsync();
        var verb = On(_empty, PathOf("new"));

        Assert.Equal([$"Sauvegarde {name} reprise et vérifiée. L’application est fermée.", "Contacts effacés de nouveau : 1", "Biens effacés de nouveau, ou leurs photos : 1", "Pour l’ouvrir : un administrateur se connecte et ouvre /restores, ou « restore open »."],
            Lines(await verb.SucceedAsync("restore", name)));
        Assert.Equal(["Hélène"], await _empty.OwnerConnectionString.QueryAsync<string>("SELECT first_name FROM contacts"));
        Assert.False(new PhotoFiles(PathOf("new")).Holds(photo));
        Assert.Equal(Closed, await verb.FailAsync(Failure, "retention", "run"));
        var before = await _empty.EverythingAsync();

        // Once more, told with what the first time did; then the register is whole, and no sentence is asked for.
        var again = JsonDocument.Parse(await verb.SucceedAsync("restore", "replay", "--json")).RootElement;
        Assert.Equal((2, JsonValueKind.Null), (again.GetProperty("counts").GetArrayLength(), again.GetProperty("fault").ValueKind));
        Assert.Equal(["restores"], (await _empty.EverythingAsync()).Except(before).Select(line => line.Split(' ')[0]));
        Assert.Equal("L’application est ouverte.", (await verb.SucceedAsync("restore", "open")).Trim());
        Assert.Equal("restore.opened", (await _empty.OwnerConnectionString.QueryAsync<string>("SELECT action FROM audit_entries ORDER BY at DESC LIMIT 1")).Single());
        Assert.Equal("Aucune restauration n’attend d’être ouverte.", await verb.FailAsync(Failure, "restore", "open"));
    }

    [Fact]
    public async Task With_the_register_withheld_it_opens_only_for_who_types_what_that_means()
    {
        await DueAsync("Inès");
        var name = await BackUpAsync();
        await EraseAsync();
        Directory.Delete(Outside.Folder, recursive: true);
        var verb = On(_empty, PathOf("new"));

        Assert.Contains("Le registre hors de la base n’est pas là : rien ne dit qui a été effacé depuis cette sauvegarde.", Lines(await verb.SucceedAsync("restore", name)));
        Assert.Equal(["Inès"], await _empty.OwnerConnectionString.QueryAsync<string>("SELECT first_name FROM contacts"));
        const string Asked = "Le registre hors de la base manque ou est abîmé : l’ouverture demande la phrase qui dit ce que cela veut dire.";
        Assert.Equal(Asked, await verb.FailAsync(Failure, "restore", "open"));
        Assert.Equal(Asked, await verb.FailAsync(Failure, "restore", "open", "--without-register", "oui"));
        Assert.True((await _empty.OwnerConnectionString.QueryAsync<bool>("SELECT opened_at IS NULL FROM restores")).Single());

        Assert.Equal("L’application est ouverte.", (await verb.SucceedAsync("restore", "open", "--without-register", "des personnes effacées peuvent revenir")).Trim());

        Assert.True((await _empty.OwnerConnectionString.QueryAsync<bool>("SELECT opened_at IS NOT NULL AND knowingly FROM restores")).Single());
        Assert.Equal("restore.opened-knowingly", (await _empty.OwnerConnectionString.QueryAsync<string>("SELECT action FROM audit_entries ORDER BY at DESC LIMIT 1")).Single());
    }

    private Verb On(TestDatabase database, string storage, params (string Key, string? Value)[] more) => Verb.On(database, [
        ("ConnectionStrings__RgpdCrmBackup", database.BackupConnectionString), ("Backup__Folder", PathOf("store")), ("Backup__KeyFile", KeyFile), ("Ledger__Folder", Outside.Folder),
        ("Storage__Folder", storage), ("Objections__Key", "a key of the tests, and of nobody else"), .. more]);

    /// <summary>The line; fails unless nothing at all was written.</summary>
    private async Task<string> RefusedAsync(string name, params (string Key, string? Value)[] more)
    {
        var line = await On(_empty, PathOf("new"), more).FailAsync(Failure, "restore", name);
        Assert.Empty(await _empty.EverythingAsync());
        Assert.Equal(["public"], await _empty.OwnerConnectionString.QueryAsync<string>("SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"));
        Assert.False(Directory.Exists(PathOf("new")) && Directory.EnumerateFiles(PathOf("new"), "*", SearchOption.AllDirectories).Any());
        return line;
    }

    private Task<Guid> DueAsync(string firstName) => _agency.PendingAsync(firstName, $"{_agency.Today.AddMonths(-32):O}", $"{_agency.Today.AddMonths(-2):O}");

    private async Task EraseAsync()
    {
        Assert.Equal(RunOutcome.Succeeded, (await new RetentionRun(_agency.App, _agency.Clock, NullLogger<RetentionRun>.Instance, Outside).RunAsync(new RunRequest())).Outcome);
        Assert.Equal(0L, await _agency.SqlAsync<long>("SELECT count(*) FROM contacts WHERE status = 'PendingDeletion'"));
    }

    private async Task<string> BackUpAsync()
    {
        await using var db = _agency.Db();
        return (await new BackupRun(new BackupSettings(_agency.Database.BackupConnectionString, KeyFile), Store, new PostgresClient(PostgresBinaries.Find().Folder), db, _warehouse.Masters, _warehouse.Documents, _agency.Clock, NullLogger<BackupRun>.Instance).TakeAsync(Cancel))!.Name;
    }

    private string PathOf(params string[] names) => Path.Combine([_folder.FullName, .. names]);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
