using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Pages.Mandates;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Erasure;

/// <summary>Marked data in every field that hangs on a person, an erasure, then a search of everything that is left.</summary>
public sealed class CanaryTests(PostgresFixture postgres, S3Server s3) : IClassFixture<S3Server>
{
    private const string Mark = "canarizmo";
    private const string MarkedPhone = "+33639987654";

    [Fact]
    public async Task After_her_erasure_no_dump_and_no_log_holds_a_trace_of_her()
    {
        await using var agency = await Agency.OpenAsync(postgres, "2026-09-15");
        var logs = new RememberingLogger();
        var engine = new RetentionRun(agency.App, agency.Clock, logs);
        var ids = await PlantAsync(agency);
        Assert.Contains(Mark, await agency.Database.DumpAsync(), StringComparison.OrdinalIgnoreCase);

        Assert.Equal(RunOutcome.Succeeded, (await engine.RunAsync(new RunRequest())).Outcome);
        var announced = await InventoryAsync(agency, ids.Contact);
        Assert.Equal(RunOutcome.Succeeded, (await engine.RunAsync(new RunRequest(Agency.D("2026-11-15")))).Outcome);

        var dump = await agency.Database.DumpAsync();
        Assert.DoesNotContain(Mark, dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(MarkedPhone, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(ids.Contact.ToString(), dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Mark, string.Join('\n', logs.Lines), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ids.Contact.ToString(), string.Join('\n', logs.Lines), StringComparison.Ordinal);

        // What the screen announced is exactly what the ledger says was destroyed.
        await using var db = agency.Db();
        var entry = await db.Ledger.SingleAsync(e => e.Category == "contact");
        Assert.Equal(announced, entry.Counts);
    }

    [Fact]
    public async Task Typed_into_every_form_and_erased_she_is_nowhere_in_the_database_jobs_and_audit_included()
    {
        await using var app = await CrmApp.StartAsync(postgres);
        var admin = await app.SignInAsync(Role.Admin);
        var created = await admin.PostFormAsync("/contacts/create", [("Input.Kind", "Private"), ("Input.FirstName", Mark), ("Input.LastName", Mark), ("Input.Roles", "Buyer"),
            ("Input.Phones[0]", MarkedPhone), ("Input.Emails[0]", $"{Mark}@example.org"), ("Input.Addresses[0].Street", $"1 rue {Mark}"), ("Input.Addresses[0].City", "Angers"),
            ("Exchange.Kind", "VisitAttended"), ("Exchange.On", "2026-11-02"), ("Exchange.Text", $"Visite avec {Mark}")], tokenFrom: "/contacts/create");
        var id = Guid.Parse(created.Headers.Location!.ToString().Split('/')[^1]);
        foreach (var page in new[] { $"/contacts/{id}", $"/contacts?q={Mark}", $"/contacts?q={Uri.EscapeDataString(MarkedPhone)}", $"/contacts?q={Mark}%40example.org" }) await admin.ReadAsync(page);
        await PostAsync($"/contacts/{id}/log", ("Exchange.Kind", "OutboundCall"), ("Exchange.Outcome", "NoAnswer"), ("Exchange.On", "2026-11-10"), ("Exchange.Text", $"{Mark} absente"));
        await PostAsync($"/pending/hold/{id}", ("Reason", $"Litige {Mark}"), ("Reference", Mark), ("ReviewOn", "2027-01-10"));
        await PostAsync($"/pending/lift-hold/{id}");
        Assert.Contains(Mark, await app.Database.DumpAsync(), StringComparison.OrdinalIgnoreCase);

        await PostAsync($"/pending/delete-now/{id}", ("Confirmed", "true"));
        foreach (var schedule in RecurringJobs.Table) app.Services.GetRequiredService<IBackgroundJobClient>().Create(schedule.Job, new EnqueuedState());
        app.Time.Advance(TimeSpan.FromMinutes(11));
        await app.RunJobAsync<DeletionOrdersJob>();

        var dump = await app.Database.DumpAsync();
        Assert.Contains("hangfire.job", dump, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("deletion.ordered", dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, dump, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(MarkedPhone, dump, StringComparison.Ordinal);

        async Task PostAsync(string page, params (string, string)[] fields) =>
            Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync(page, fields, tokenFrom: page)).StatusCode);
    }

    [Fact]
    public async Task Ten_years_after_her_mandate_neither_database_bucket_nor_folder_holds_a_trace_of_what_she_brought()
    {
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-canary-");
        using var bucket = new S3PhotoStore(await s3.NewBucketAsync(), TimeProvider.System, S3Server.Credentials);
        await using var app = await CrmApp.StartAsync(postgres, services => services.AddSingleton<IPhotoStore>(bucket), settings: ("Storage:Folder", folder.FullName));
        var admin = await app.SignInAsync(Role.Admin);
        var owner = await app.NamedAsync(Mark, Mark);
        var house = await app.PropertyAsync("T-1", $"3 rue {Mark}, Angers", owner);
        var mandate = await app.MandateAsync(owner, property: house);
        using var scene = Pictures.Scene(640, 480);
        using var tagged = Pictures.WithMetadata(scene);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFilesAsync($"/properties/{house}/photos/add", script: false, ($"{Mark}.jpg", new MemoryStream(tagged.JpegsaveBuffer())))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFormAsync($"/properties/{house}/photos/describe", ("Texts[0].Id", $"{(await app.Database.AppConnectionString.QueryAsync<Guid>("SELECT id FROM photos")).Single()}"), ("Texts[0].Typed", $"Salon de {Mark}"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await admin.PostFileAsync($"/documents/add/{mandate}", Encoding.UTF8.GetBytes($"%PDF-1.7\n({Mark})\n%%EOF\n"), $"Mandat {Mark}.pdf")).StatusCode);
        await WriteFromTheSiteAsync(app, admin);
        Assert.NotEmpty(await bucket.ListAsync().ToListAsync());
        Assert.Contains(Mark, Everything(folder), StringComparison.OrdinalIgnoreCase);

        // Its term; 24 months after the message; 12 months after the photos left the site; archived; back from the archive; the day after the ten years.
        foreach (var night in new[] { "2027-02-10", "2028-02-09", "2028-11-15", "2029-08-09", "2029-10-09", "2036-12-09", "2037-02-09" })
        {
            await NightAsync(night);
            if (night == "2028-02-09") Assert.Empty(await bucket.ListAsync().ToListAsync());
        }
        Assert.Contains(Mark, await app.Database.DumpAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Mark, Everything(folder), StringComparison.OrdinalIgnoreCase);
        await NightAsync("2037-02-10");

        Assert.DoesNotContain(Mark, await app.Database.DumpAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Mark, Everything(folder), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Pictures.Canary, Everything(folder), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(folder.EnumerateFiles("*", SearchOption.AllDirectories));
        folder.Delete(recursive: true);

        async Task NightAsync(string on)
        {
            await using var scope = app.Services.CreateAsyncScope();
            Assert.Equal(RunOutcome.Succeeded, (await scope.ServiceProvider.GetRequiredService<RetentionRun>().RunAsync(new RunRequest(Agency.D(on)))).Outcome);
            Assert.Equal(0, (await scope.ServiceProvider.GetRequiredService<RemovalDrain>().RunAsync()).Failed);
        }
    }

    [Fact]
    public async Task A_planted_row_stands_in_every_table_that_hangs_on_a_contact()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var ids = await PlantAsync(agency);
        await using var db = agency.Db();
        foreach (var hanging in ErasureInventory.Of(db.Model))
            Assert.True(await agency.SqlAsync<long>($"SELECT count(*) FROM {hanging.Table} WHERE {hanging.Column} = '{ids.Contact}'") > 0, hanging.Table);
    }

    // By the public page and, with a key, from the agency's own site.
    private static async Task WriteFromTheSiteAsync(CrmApp app, Browser admin)
    {
        var visitor = app.Visitor();
        var token = Regex.Match(await visitor.ReadAsync("/contact"), "name=\"Token\"[^>]*value=\"([^\"]+)").Groups[1].Value;
        app.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.PostWithoutTokenAsync("/contact", [("Token", token), ("Input.Name", Mark), ("Input.Email", $"{Mark}@example.org"), ("Input.Message", $"Je suis {Mark}")])).StatusCode);

        await admin.PostFormAsync("/inquiries/keys", [("Name", "Site de l’agence")], tokenFrom: "/inquiries/keys");
        var key = Regex.Match(await admin.ReadAsync("/inquiries/keys"), "rgpdcrm_[A-Za-z0-9_-]{43}").Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/inquiries", UriKind.Relative)) { Content = JsonContent.Create(new { name = Mark, email = $"{Mark}@example.org", message = Mark }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Assert.Equal(HttpStatusCode.Accepted, (await app.Visitor().Client.SendAsync(request)).StatusCode);
    }

    private static string Everything(DirectoryInfo folder) =>
        string.Join('\n', folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(file => file.FullName + File.ReadAllText(file.FullName, Encoding.Latin1)));

    private static async Task<string> InventoryAsync(Agency agency, Guid contact)
    {
        await using var db = agency.Db();
        var counts = await ErasureInventory.CountAsync(db, contact, archiving: false);
        return System.Text.Json.JsonSerializer.Serialize(new SortedDictionary<string, int>(counts.ToDictionary(c => c.Table, c => c.Count), StringComparer.Ordinal));
    }

    private static async Task<(Guid Contact, Guid Obligation)> PlantAsync(Agency agency)
    {
        await using var db = agency.Db();
        var contact = new Contact(ContactName.Person(Mark, Mark) with { Organisation = Mark, Siren = null }, Agency.D("2024-03-15"), ContactRoles.Buyer, null, agency.Clock.Now);
        db.Contacts.Add(contact);
        db.Properties.Add(new Property(new PropertyEntry("B-1", PropertyKind.House, "12 rue des Tilleuls", null, null), agency.Today));
        await db.SaveChangesAsync();
        foreach (var hanging in ErasureInventory.Of(db.Model))
        {
            var entity = db.Model.GetEntityTypes().Single(e => e.GetTableName() == hanging.Table);
            var columns = entity.GetProperties().Where(p => p.GetComputedColumnSql() is null && p.GetColumnName() != "xmin").ToList();
            var values = columns.Select(p => p.GetColumnName() == hanging.Column ? $"'{contact.Id}'" : Literal(p));
            await agency.SqlAsync($"INSERT INTO {hanging.Table} ({string.Join(", ", columns.Select(c => c.GetColumnName()))}) VALUES ({string.Join(", ", values)})");
        }
        // A lifted hold and a closed request: nothing may stop the erasure.
        await agency.SqlAsync("UPDATE holds SET lifted_at = now(); UPDATE rights_requests SET closed_on = '2026-09-01'; UPDATE deletion_orders SET state = 'Withdrawn'; DELETE FROM activities; UPDATE activities SET text = text");
        await agency.SqlAsync($"INSERT INTO activities (id, contact_id, happened_on, kind, outcome, recorded_at, text) VALUES (gen_random_uuid(), '{contact.Id}', '2024-03-15', 'InboundCall', 'None', now(), '{Mark}')");
        var lease = await agency.ContractAsync("B-1", "2016-01-01", contact.Id);
        return (contact.Id, lease);
    }

    private static string Literal(IProperty property)
    {
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        if (type.IsEnum) return property.GetProviderClrType() == typeof(int) ? "1" : $"'{Enum.GetNames(type)[0]}'";
        if (property.GetColumnName() == "siren") return "NULL";
        if (property.IsForeignKey() && property.IsNullable) return "NULL";
        return type switch
        {
            _ when property.IsForeignKey() => "(SELECT id FROM properties LIMIT 1)",
            _ when type == typeof(Guid) => "gen_random_uuid()",
            _ when type == typeof(string) => $"'{(property.GetMaxLength() is { } max && max < Mark.Length + 3 ? Mark[..Math.Min(max, Mark.Length)] : $"{Mark} é")}'",
            _ when type == typeof(DateOnly) => "'2024-01-01'",
            _ when type == typeof(DateTimeOffset) => "'2026-09-01T08:00:00Z'",
            _ when type == typeof(bool) => "false",
            _ when type == typeof(int) || type == typeof(decimal) => "1",
            _ when type == typeof(Guid[]) => "'{}'",
            _ when type == typeof(string[]) => $"'{{{Mark}}}'",
            _ when type.IsArray && type.GetElementType()!.IsEnum => $"'{{{Enum.GetNames(type.GetElementType()!)[0]}}}'",
            _ when type == typeof(byte[]) => "decode(repeat('ab', 32), 'hex')",
            _ => throw new NotSupportedException($"{property.DeclaringType.ShortName()}.{property.Name}"),
        };
    }

    private sealed class RememberingLogger : ILogger<RetentionRun>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception) + exception);
    }
}
