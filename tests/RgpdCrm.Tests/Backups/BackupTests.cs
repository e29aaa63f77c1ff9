using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Retention;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Backups;

/// <summary>Real dumps of a real PostgreSQL, sealed into a folder or a bucket, killed by age and restored.</summary>
public sealed class BackupTests(PostgresFixture postgres, S3Server server) : IAsyncLifetime, IClassFixture<S3Server>
{
    private const string Canary = "Zéphirine";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rgpdcrm-backups");
    private Agency _agency = null!;
    private S3BackupStore? _bucket;
    private SmallDisk? _disk;
    private AgencyClock? _misled;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string KeyFile => Path.Combine(_folder.FullName, "backup.keys");
    private string StoreFolder => Path.Combine(_folder.FullName, "store");
    private string Storage => Path.Combine(_folder.FullName, "storage");
    private IBackupStore Store => _disk?.Store ?? _bucket ?? (IBackupStore)new FolderBackupStore(StoreFolder);
    private PhotoFiles Photos => new(Storage);
    private BackupSettings Settings => new(_agency.Database.BackupConnectionString, KeyFile);
    private AgencyClock Clock => _misled ?? _agency.Clock;
    private static PostgresClient Client => new(PostgresBinaries.Find().Folder);

    public async ValueTask InitializeAsync()
    {
        _agency = await Agency.OpenAsync(postgres);
        BackupKeys.Begin(KeyFile, _agency.Today);
    }

    public async ValueTask DisposeAsync()
    {
        _bucket?.Dispose();
        if (_disk is not null) await _disk.DisposeAsync();
        await _agency.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("folder"), InlineData("bucket")]
    public async Task A_backup_shows_nothing_without_its_key_and_gives_everything_back_with_it(string place)
    {
        await MoveToAsync(place);
        await _agency.PendingAsync(Canary, "2024-03-01", "2026-09-15");
        await _agency.RunAsync();
        var person = await _agency.CallerAsync(Canary, "2026-05-14");
        var photo = await PhotoAsync($"master of {Canary}");
        await _agency.SqlAsync("CREATE SCHEMA hangfire; CREATE TABLE hangfire.job (id int); INSERT INTO hangfire.job VALUES (1)");

        var backup = await TakeAsync();

        Assert.True(backup.Verified);
        Assert.Equal((1, 1), (backup.Files, backup.Copied));
        foreach (var name in await NamesAsync())
        {
            using var sealedText = new StreamReader((await Store.OpenReadAsync(name, Cancel))!, Encoding.UTF8);
            Assert.DoesNotContain(Canary, await sealedText.ReadToEndAsync(Cancel), StringComparison.OrdinalIgnoreCase);
        }

        Directory.Delete(Storage, recursive: true);
        await using var empty = await postgres.CreateDatabaseAsync();
        var manifest = await RestoreAsync(backup.Name, empty);

        Assert.Equal((1L, 1L), (manifest.Contacts, manifest.LedgerEntries));
        Assert.Equal(Canary, (await empty.OwnerConnectionString.QueryAsync<string>($"SELECT first_name FROM contacts WHERE id = '{person}'")).Single());
        Assert.Equal(0L, (await empty.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname = 'hangfire'")).Single());
        Assert.Equal($"master of {Canary}", await File.ReadAllTextAsync(Photos.PathOf(photo), Cancel));
        await Agency.MigrateAsync(empty.OwnerConnectionString);
    }

    [Fact]
    public async Task Backups_share_the_files_that_did_not_change_and_a_new_key_seals_them_again()
    {
        var kept = await PhotoAsync("kept");
        var first = await TakeAsync();
        _agency.Time.Advance(TimeSpan.FromDays(1));
        await PhotoAsync("new");
        var second = await TakeAsync();
        _agency.Time.Advance(TimeSpan.FromDays(1));
        await File.AppendAllTextAsync(KeyFile, BackupKey.Make(_agency.Today).Line + "\n", Cancel);
        var third = await TakeAsync();

        Assert.Equal([(1, 1), (2, 1), (2, 2)], new[] { first, second, third }.Select(b => (b.Files, b.Copied)));
        Assert.Equal(2, (await Store.ListAsync(Cancel)).Count(o => o.Name.Contains(kept, StringComparison.Ordinal)));
        await using var empty = await postgres.CreateDatabaseAsync();
        await RestoreAsync(first.Name, empty);
    }

    [Theory]
    [InlineData("folder"), InlineData("bucket")]
    public async Task Seven_days_and_a_backup_is_gone_even_when_every_new_one_fails(string place)
    {
        await MoveToAsync(place);
        var photo = await PhotoAsync("shared");
        var first = await TakeAsync();
        _agency.Time.Advance(TimeSpan.FromDays(3));
        var second = await TakeAsync();
        Photos.Delete(photo);
        File.Delete(KeyFile);

        _agency.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(BackupFault.NoKey, (await Assert.ThrowsAsync<BackupException>(TakeAsync)).Fault);
        Assert.Equal(0, await ExpireAsync());
        _agency.Time.Advance(TimeSpan.FromDays(1));
        await ExpireAsync();
        Assert.Equal([$"{second.Name}/database.pgp", $"{second.Name}/manifest.json"], (await NamesAsync()).Where(n => !n.StartsWith("files/", StringComparison.Ordinal)));
        Assert.Single(await NamesAsync(), n => n.Contains(photo, StringComparison.Ordinal));

        _agency.Time.Advance(TimeSpan.FromDays(3));
        await ExpireAsync();
        Assert.Empty(await NamesAsync());
        await using var db = _agency.Db();
        Assert.All(await db.Backups.Where(b => b.Verified).ToListAsync(Cancel), b => Assert.NotNull(b.GoneAt));
        Assert.Equal([first.Name, second.Name], await db.Backups.Where(b => b.Verified).OrderBy(b => b.TakenAt).Select(b => b.Name).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_backup_that_failed_half_way_is_swept_and_the_alarm_sounds_after_26_hours()
    {
        await _agency.RunAsync();
        Assert.Empty(await AlarmsAsync());
        await TakeAsync();
        _agency.Time.Advance(TimeSpan.FromHours(25));
        await _agency.RunAsync();
        var before = await NamesAsync();
        Assert.Equal(BackupFault.ClientFailed, (await Assert.ThrowsAsync<BackupException>(() => TakeAsync(DyingClient()))).Fault);
        Assert.Equal(before, await NamesAsync());
        // As a process killed between the dump and its manifest leaves it.
        await Store.WriteAsync("2026-11-16T100500Z/database.pgp", to => to.WriteAsync("half"u8.ToArray(), Cancel).AsTask(), Cancel);
        await _agency.SqlAsync("INSERT INTO backups (id, name, taken_at, verified, bytes, digest, files, copied) VALUES (gen_random_uuid(), '2026-11-16T100500Z', '2026-11-16T10:05:00Z', false, 0, '', 0, 0)");
        await ExpireAsync();
        Assert.Equal(before, await NamesAsync());
        Assert.Empty(await AlarmsAsync());

        _agency.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal([Alarm.NoBackup], await AlarmsAsync());
        await TakeAsync();
        Assert.Empty(await AlarmsAsync());

        // Nobody deletes the old ones.
        for (var day = 0; day < 7; day++)
        {
            _agency.Time.Advance(TimeSpan.FromDays(1));
            await _agency.RunAsync();
        }
        await TakeAsync();
        Assert.Equal([Alarm.BackupsKept], await AlarmsAsync());
        await ExpireAsync();
        Assert.Empty(await AlarmsAsync());
    }

    [Fact]
    public async Task A_clock_ten_years_ahead_ends_no_backup_and_what_it_named_goes_once_it_is_right()
    {
        await _agency.RunAsync();
        var right = await TakeAsync();
        var before = await NamesAsync();
        _misled = new AgencyClock(new FakeTimeProvider(_agency.Clock.Now.AddDays(3653)), _agency.Clock.Zone);

        Assert.Equal(BackupFault.ClockDoubted, (await Assert.ThrowsAsync<BackupException>(ExpireAsync)).Fault);
        Assert.Equal(before, await NamesAsync());
        await TakeAsync();

        _misled = null;
        Assert.Equal(right.Name, (await DrillAsync())!.Name);
        _agency.Time.Advance(TimeSpan.FromHours(27));
        await _agency.RunAsync();
        Assert.Equal([Alarm.NoBackup], await AlarmsAsync());
        await ExpireAsync();
        Assert.Equal(before, await NamesAsync());

        // A machine that was off for ten days: the run asks for its number first.
        _agency.Time.Advance(TimeSpan.FromDays(10));
        Assert.Equal(BackupFault.ClockDoubted, (await Assert.ThrowsAsync<BackupException>(ExpireAsync)).Fault);
        await _agency.RunAsync(approve: 10);
        await ExpireAsync();
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task Eight_nights_on_a_full_disk_leave_nothing_half_written_end_the_old_backup_and_cry()
    {
        _disk = await SmallDisk.MountAsync();
        await _agency.RunAsync();
        await TakeAsync();
        var before = await NamesAsync();

        for (var night = 1; night <= 8; night++)
        {
            _agency.Time.Advance(TimeSpan.FromDays(1));
            await _agency.RunAsync();
            await ExpireAsync();
            // Whatever room there is, someone else's file has taken it.
            await _disk.FillAsync();
            Assert.Equal(BackupFault.StoreFailed, (await Assert.ThrowsAsync<BackupException>(TakeAsync)).Fault);
            Assert.Equal(night < 7 ? before : [], (await NamesAsync()).Except(["filler"]));
        }
        Assert.Equal([Alarm.NoBackup], await AlarmsAsync());

        _disk.Free();
        Assert.True((await TakeAsync()).Verified);
        Assert.Empty(await AlarmsAsync());
    }

    [Fact]
    public async Task The_drill_restores_the_newest_backup_into_a_scratch_database_that_it_drops()
    {
        await _agency.PendingAsync(Canary, "2024-03-01", "2026-09-15");
        await _agency.RunAsync();
        await Assert.ThrowsAsync<BackupException>(DrillAsync);
        await TakeAsync();
        _agency.Time.Advance(TimeSpan.FromDays(1));
        await PhotoAsync("a master");
        var newest = await TakeAsync();
        // As a killed drill leaves it, with a session in it.
        var scratch = $"{_agency.Database.Name}_drill";
        await ScratchAsync($"CREATE DATABASE {scratch} OWNER {DatabaseRoles.Backup}");
        await using var leftover = new Npgsql.NpgsqlConnection(new Npgsql.NpgsqlConnectionStringBuilder(_agency.Database.BackupConnectionString) { Database = scratch, Pooling = false }.ConnectionString);
        await leftover.OpenAsync(Cancel);

        var drill = (await DrillAsync())!;

        Assert.Equal((newest.Name, (BackupFault?)null, (DateTimeOffset?)_agency.Clock.Now), (drill.Name, drill.Fault, drill.FinishedAt));
        Assert.Equal(0L, await ScratchAsync($"SELECT count(*) FROM pg_database WHERE datname = '{scratch}'"));

        // A photo that the manifest names is lost, then the dump is cut short: both are no backups.
        var photo = (await NamesAsync()).Single(n => n.StartsWith("files/", StringComparison.Ordinal));
        File.Move(Path.Combine(StoreFolder, photo), Path.Combine(_folder.FullName, "lost"));
        Assert.Equal(BackupFault.Incomplete, (await Assert.ThrowsAsync<BackupException>(DrillAsync)).Fault);
        await using (var dump = new FileStream(Path.Combine(StoreFolder, newest.Name, "database.pgp"), FileMode.Open)) dump.SetLength(dump.Length / 2);
        Assert.Equal(BackupFault.Damaged, (await Assert.ThrowsAsync<BackupException>(DrillAsync)).Fault);
        Assert.Equal(0L, await ScratchAsync($"SELECT count(*) FROM pg_database WHERE datname = '{scratch}'"));

        _agency.Time.Advance(TimeSpan.FromDays(15));
        Assert.DoesNotContain(Alarm.NoDrill, await AlarmsAsync());
        _agency.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Contains(Alarm.NoDrill, await AlarmsAsync());

        // The night also forgets what a killed drill left.
        await ScratchAsync($"CREATE DATABASE {scratch} OWNER {DatabaseRoles.Backup}");
        await DrillAsync(drills => drills.ForgetAsync(Cancel));
        Assert.Equal(0L, await ScratchAsync($"SELECT count(*) FROM pg_database WHERE datname = '{scratch}'"));
    }

    [Fact]
    public async Task A_key_of_a_year_asks_for_another_one()
    {
        _agency.Time.Advance(TimeSpan.FromDays(364));
        await _agency.RunAsync(approve: null);
        await TakeAsync();
        Assert.DoesNotContain(Alarm.OldBackupKey, await AlarmsAsync());
        _agency.Time.Advance(TimeSpan.FromDays(1));
        await TakeAsync();
        Assert.Contains(Alarm.OldBackupKey, await AlarmsAsync());
    }

    [Theory]
    [InlineData("database.pgp", 1000, BackupFault.Damaged)]
    [InlineData("database.pgp", 0, BackupFault.Damaged)]
    [InlineData("manifest.json", 0, BackupFault.Damaged)]
    public async Task An_altered_or_truncated_backup_is_refused_and_the_database_stays_empty(string file, int cut, BackupFault expected)
    {
        var backup = await TakeAsync();
        var path = Path.Combine(StoreFolder, backup.Name, file);
        if (cut > 0)
        {
            await using var stream = new FileStream(path, FileMode.Open);
            stream.SetLength(stream.Length - cut);
        }
        else if (file == "manifest.json")
        {
            await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Cancel)).Replace("\"contacts\": 0", "\"contacts\": 1", StringComparison.Ordinal), Cancel);
        }
        else
        {
            var bytes = await File.ReadAllBytesAsync(path, Cancel);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, Cancel);
        }

        Assert.Equal(expected, await RefusedAsync(backup.Name));
    }

    [Fact]
    public async Task A_backup_of_another_key_a_newer_version_or_into_a_used_database_is_refused()
    {
        var backup = await TakeAsync();
        var ours = await File.ReadAllTextAsync(KeyFile, Cancel);

        Assert.Equal(BackupFault.NotEmpty, (await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(backup.Name, _agency.Database))).Fault);
        Assert.Equal(BackupFault.NotABackup, await RefusedAsync("2026-01-01T000000Z"));
        await Store.WriteAsync("2026-01-01T000000Z/manifest.json", to => to.WriteAsync("{ \"of\": \"something else\" }"u8.ToArray(), Cancel).AsTask(), Cancel);
        Assert.Equal(BackupFault.NotABackup, await RefusedAsync("2026-01-01T000000Z"));
        await File.WriteAllTextAsync(KeyFile, BackupKey.Make(_agency.Today).Line + "\n", Cancel);
        Assert.Equal(BackupFault.Damaged, await RefusedAsync(backup.Name));
        await File.WriteAllTextAsync(KeyFile, BackupKey.Make(_agency.Today.AddDays(1)).Line + "\n", Cancel);
        Assert.Equal(BackupFault.WrongKey, await RefusedAsync(backup.Name));

        await File.WriteAllTextAsync(KeyFile, ours, Cancel);
        await _agency.SqlAsync("INSERT INTO \"__EFMigrationsHistory\" VALUES ('29990101000000_Later', '99.0')");
        _agency.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(BackupFault.NewerVersion, await RefusedAsync((await TakeAsync()).Name));
    }

    [Fact]
    public async Task A_client_older_than_the_server_is_refused_before_it_dumps_anything()
    {
        var old = Path.Combine(_folder.FullName, "pg_dump");
        await File.WriteAllTextAsync(old, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n", Cancel);
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal(BackupFault.OldClient, (await Assert.ThrowsAsync<BackupException>(() => TakeAsync(new PostgresClient(_folder.FullName)))).Fault);
        Assert.Equal(BackupFault.NoClient, (await Assert.ThrowsAsync<BackupException>(() => TakeAsync(new PostgresClient(StoreFolder)))).Fault);
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task The_role_of_backups_reads_and_never_writes()
    {
        var karim = await _agency.CallerAsync("Karim", "2026-05-14");
        var reader = _agency.Database.BackupConnectionString;

        Assert.Equal(karim, (await reader.QueryAsync<Guid>("SELECT id FROM contacts")).Single());
        foreach (var sql in (string[])["DELETE FROM contacts", "UPDATE contacts SET last_name = 'x'", "INSERT INTO tags (id, name) VALUES (gen_random_uuid(), 'x')", "CREATE TABLE x (a int)"])
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => reader.QueryAsync<int>($"SET default_transaction_read_only = off; COMMIT; BEGIN READ WRITE; {sql}"))).SqlState);
    }

    private async Task MoveToAsync(string place)
    {
        if (place == "bucket") _bucket = new S3BackupStore(await server.NewBucketAsync(), S3Server.Credentials);
    }

    private async Task<string> PhotoAsync(string content)
    {
        var key = StoredFiles.NewKey();
        await Photos.WriteAsync(key, new MemoryStream(Encoding.UTF8.GetBytes(content)), Cancel);
        return key;
    }

    /// <summary>A <c>pg_dump</c> that dies in the middle.</summary>
    private PostgresClient DyingClient()
    {
        var (real, dying) = (Path.Combine(PostgresBinaries.Find().Folder, "pg_dump"), Path.Combine(_folder.FullName, "pg_dump"));
        File.WriteAllText(dying, $"""
            #!/bin/sh
            [ "$1" = --version ] && exec {real} --version
            {real} "$@" | head -c 20000
            exit 1
            """);
        File.SetUnixFileMode(dying, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new PostgresClient(_folder.FullName);
    }

    private Task<BackupRecord> TakeAsync() => TakeAsync(Client);

    private async Task<BackupRecord> TakeAsync(PostgresClient client)
    {
        await using var db = _agency.Db();
        return (await new BackupRun(Settings, Store, client, db, Photos, new DocumentFiles(Storage), Clock, NullLogger<BackupRun>.Instance).TakeAsync(Cancel))!;
    }

    private async Task<int> ExpireAsync()
    {
        await using var db = _agency.Db();
        return await new BackupExpiry(Store, db, Clock, NullLogger<BackupExpiry>.Instance).RunAsync(Cancel);
    }

    private Task<DrillRecord?> DrillAsync() => DrillAsync(drills => drills.RunAsync(Cancel));

    private async Task<T> DrillAsync<T>(Func<BackupDrill, Task<T>> ask)
    {
        await using var db = _agency.Db();
        return await ask(new BackupDrill(Settings, Store, new BackupRestore(Settings, Store, Client, Photos, new DocumentFiles(Storage)), db, Clock, NullLogger<BackupDrill>.Instance));
    }

    private Task<bool> DrillAsync(Func<BackupDrill, Task> ask) => DrillAsync(async drills =>
    {
        await ask(drills);
        return true;
    });

    private async Task<long> ScratchAsync(string sql) => (await (await postgres.SuperuserConnectionStringAsync()).QueryAsync<long>(sql)).FirstOrDefault();

    private Task<BackupManifest> RestoreAsync(string name, TestDatabase into) =>
        new BackupRestore(Settings, Store, Client, Photos, new DocumentFiles(Storage)).RunAsync(name, into.OwnerConnectionString, Cancel);

    private async Task<BackupFault> RefusedAsync(string name)
    {
        await using var empty = await postgres.CreateDatabaseAsync();
        var refused = await Assert.ThrowsAsync<BackupException>(() => RestoreAsync(name, empty));
        Assert.Equal(0L, (await empty.OwnerConnectionString.QueryAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).Single());
        return refused.Fault;
    }

    private async Task<IEnumerable<string>> NamesAsync() => (await Store.ListAsync(Cancel)).Select(o => o.Name).Order(StringComparer.Ordinal);

    private async Task<IEnumerable<string>> AlarmsAsync()
    {
        await using var db = _agency.Db();
        return (await new DeadMansSwitch(db, Clock, Store).CheckAsync(Cancel)).Alarms.Select(a => a.Code);
    }
}
