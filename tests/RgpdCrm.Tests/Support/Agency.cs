using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;
using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Tests.Support;

/// <summary>A fictional agency on a database of its own, with a clock that the test moves.</summary>
public sealed class Agency : IAsyncDisposable
{
    private Agency(TestDatabase database, FakeTimeProvider time)
    {
        (Database, Time) = (database, time);
        Clock = new AgencyClock(time, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone));
        Engine = EngineOn(App, time);
    }

    /// <summary>The key that every agency of the tests has.</summary>
    public static Fingerprints Fingerprints { get; } = new("a key of the tests, and of nobody else");

    public TestDatabase Database { get; }
    public FakeTimeProvider Time { get; }
    public AgencyClock Clock { get; }
    public RetentionRun Engine { get; }
    public string App => Database.AppConnectionString;
    public DateOnly Today => Clock.Today;
    public Act Act => new(null, Clock.Now);

    public static async Task<Agency> OpenAsync(PostgresFixture postgres, string today = "2026-11-15") =>
        new(await postgres.CreateDatabaseAsync(MigrateAsync), new FakeTimeProvider(new DateTimeOffset(D(today), new TimeOnly(9, 0), TimeSpan.Zero)));

    /// <summary>The same on the machine's own date, for a test that starts processes.</summary>
    public static async Task<Agency> OpenTodayAsync(PostgresFixture postgres) => OnDatabase(await postgres.CreateDatabaseAsync(MigrateAsync));

    /// <inheritdoc cref="OpenTodayAsync(PostgresFixture)"/>
    public static Agency OnDatabase(TestDatabase database) => new(database, new FakeTimeProvider(TimeProvider.System.GetUtcNow()));

    /// <summary>The nightly run over another connection, or with another clock.</summary>
    public static RetentionRun EngineOn(string connectionString, TimeProvider time) =>
        new(connectionString, new AgencyClock(time, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone)), NullLogger<RetentionRun>.Instance);

    public static Task MigrateAsync(string ownerConnectionString) => Migrator.MigrateAsync(ownerConnectionString, DatabaseRoles.App, rehearsals: true);

    public CrmDbContext Db() => CrmDbContext.Open(App);

    public Task<RunReport> RunAsync(string? on = null, int? approve = null) => Engine.RunAsync(new RunRequest(on is null ? null : D(on), approve));

    public static DateOnly D(string iso) => DateOnly.Parse(iso, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A person collected on a date, with the exchanges given.</summary>
    public async Task<Guid> PersonAsync(string firstName, string collectedOn, params (string On, ActivityKind Kind, Outcome Outcome)[] exchanges)
    {
        await using var db = Db();
        var contact = new Contact(ContactName.Person(firstName, "Martin"), D(collectedOn), ContactRoles.Buyer, null, Clock.Now);
        contact.Emails.Add(new Email { Value = $"{ContactName.Fold(firstName)}@example.org" });
        contact.Phones.Add(new Phone { Value = "+33639980000" });
        db.Contacts.Add(contact);
        await db.SaveChangesAsync();
        foreach (var (on, kind, outcome) in exchanges) db.Activities.Add(new Activity(contact.Id, D(on), kind, outcome, null, Clock.Now));
        await db.SaveChangesAsync();
        return contact.Id;
    }

    /// <summary>A person whose two clocks both start on their last call.</summary>
    public Task<Guid> CallerAsync(string firstName, string lastCall) =>
        PersonAsync(firstName, "2023-01-10", (lastCall, ActivityKind.InboundCall, Outcome.None));

    /// <summary>A person who has been in the queue since a date.</summary>
    public async Task<Guid> PendingAsync(string firstName, string lastCall, string since)
    {
        var id = await CallerAsync(firstName, lastCall);
        await SqlAsync($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '{since}', pending_version = 1 WHERE id = '{id}'");
        return id;
    }

    /// <summary>A contract of these people that ends on a date.</summary>
    public async Task<Guid> ContractAsync(string reference, string? endsOn, params Guid[] parties)
    {
        await using var db = Db();
        var contract = new Contract(ContractKind.Lease, reference, null, D("2015-01-01"), D("2015-01-01"), endsOn is null ? null : D(endsOn),
            [.. parties.Select(id => new Party { ContactId = id, Side = Side.Tenant })]);
        db.Contracts.Add(contract);
        await db.SaveChangesAsync();
        return contract.Id;
    }

    public async Task<Contact?> FindAsync(Guid id)
    {
        await using var db = Db();
        return await db.Contacts.FindAsync(id);
    }

    public async Task<ContactStatus?> StatusAsync(Guid id) => (await FindAsync(id))?.Status;

    /// <summary>Plants or reads rows as the database's owner.</summary>
    public async Task<T?> SqlAsync<T>(string sql) => (await Database.OwnerConnectionString.QueryAsync<T>(sql)).FirstOrDefault();

    public Task SqlAsync(string sql) => Database.OwnerConnectionString.QueryAsync<object>(sql);

    public async Task<T> ReviewAsync<T>(Func<Review, Task<T>> verb)
    {
        await using var db = Db();
        return await verb(new Review(db, Clock));
    }

    /// <summary>Rules that are in force, however they came to be.</summary>
    public async Task InForceAsync(RetentionPolicy rules)
    {
        await using var db = Db();
        db.Policies.Add(rules with { PublishedAt = Clock.Now, Reason = "Recommandation du délégué" });
        await db.SaveChangesAsync();
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
