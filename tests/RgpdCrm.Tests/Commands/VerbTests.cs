using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Outside;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Commands;

/// <summary>The verbs of the real executable, on a database of their own.</summary>
public sealed class VerbTests(PostgresFixture postgres)
{
    private const int Failure = 1;

    [Fact]
    public async Task Migrate_may_be_repeated_and_readies_the_database_for_the_applications_role()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var verb = Verb.On(database);

        Assert.Equal("La base de données est à jour.", (await verb.SucceedAsync("migrate")).Trim());
        Assert.Equal("La base de données est à jour.", (await verb.SucceedAsync("migrate")).Trim());
        Assert.Equal("Registre intact : 0 inscription(s).", (await verb.SucceedAsync("ledger", "verify")).Trim());
    }

    [Fact]
    public async Task Seed_leaves_a_database_with_people_alone()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.CallerAsync("Hélène", "2026-05-14");

        Assert.Contains("contient déjà des contacts", await Verb.On(agency.Database).FailAsync(Failure, "seed", "--contacts", "50"), StringComparison.Ordinal);
        Assert.Equal(1L, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    [Fact]
    public async Task Users_add_prints_a_link_that_sets_the_password_once()
    {
        await using var app = await CrmApp.StartAsync(postgres);
        var verb = Verb.On(app.Database, ("Agency__Address", "https://crm.example.org"));
        var link = new Uri((await verb.SucceedAsync("users", "add", "claire@example.org", "--role", "admin", "--name", "Claire Rousselot")).Trim());

        Assert.Equal("crm.example.org", link.Host);
        Assert.Equal(HttpStatusCode.Redirect, (await ChooseAsync(app, link, CrmApp.Password)).StatusCode);
        Assert.Contains("Ce lien ne sert plus", await (await ChooseAsync(app, link, "un autre mot de passe que le premier")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await app.Visitor().SignInAsync("claire@example.org", CrmApp.Password)).StatusCode);
        await using var db = app.Db();
        var claire = await db.Users.SingleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("Claire Rousselot", Role.Admin), (claire.FullName, claire.Role));
    }

    [Fact]
    public async Task Users_add_refuses_what_cannot_be_a_new_account()
    {
        await using var app = await CrmApp.StartAsync(postgres);
        await app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var verb = Verb.On(app.Database);

        Assert.Equal("Un compte existe déjà pour cette adresse.", await verb.FailAsync(Failure, "users", "add", "SOPHIE@example.org", "--role", "agent"));
        Assert.Equal("Cette adresse électronique n’est pas valable.", await verb.FailAsync(Failure, "users", "add", "pas-une-adresse", "--role", "agent"));
        Assert.Equal("--name a de 1 à 120 caractères.", await verb.FailAsync(Failure, "users", "add", "claire@example.org", "--role", "agent", "--name", "Claire\u0007"));
        await using var db = app.Db();
        Assert.Equal(1, await db.Users.CountAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Preview_changes_nothing_and_counts_what_the_run_then_does()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.CallerAsync("Hélène", "2024-05-14");
        await agency.CallerAsync("Karim", "2026-05-14");
        await agency.PendingAsync("Zoé", "2024-03-01", "2026-09-15");
        var verb = Verb.On(agency.Database);
        var before = await agency.Database.EverythingAsync();

        var preview = Parsed(await verb.SucceedAsync("retention", "preview", "--on", "2026-11-15", "--json"));
        Assert.Equal(before, await agency.Database.EverythingAsync());
        Assert.Contains("flagged", await verb.SucceedAsync("retention", "preview", "--on", "2026-11-15"), StringComparison.Ordinal);
        var run = Parsed(await verb.SucceedAsync("retention", "run", "--on", "2026-11-15", "--json"));

        Assert.Equal("Succeeded", run.GetProperty("outcome").GetString());
        Assert.Equal(2, preview.GetArrayLength());
        Assert.Equal(preview.GetRawText(), run.GetProperty("counts").GetRawText());
        Assert.Equal("Rien n’est dû.", (await verb.SucceedAsync("retention", "run", "--on", "2026-11-15")).Trim());
    }

    [Fact]
    public async Task A_brake_names_its_number_and_no_other_releases_it()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.SqlAsync("""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, pending_since, pending_version, from_archive, postponements, deletion_approved, restricted)
            SELECT gen_random_uuid(), 'Private', 'Martin', 'P' || n, 'p', 1, 'fr', '2020-01-01', now(), 'PendingDeletion', '2026-09-15', 1, false, 0, false, false FROM generate_series(1, 60) n
            """);
        var verb = Verb.On(agency.Database);

        Assert.Contains("--approve 35", await verb.SucceedAsync("retention", "run", "--on", "2026-11-15"), StringComparison.Ordinal);
        var wrong = await verb.RunAsync("retention", "run", "--on", "2026-11-15", "--approve", "36");
        Assert.Equal((Failure, "Rien n’attendait le nombre 36 : aucun frein n’a été levé."), (wrong.Code, wrong.OneLine));
        Assert.Equal(35L, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));

        Assert.DoesNotContain("--approve", await verb.SucceedAsync("retention", "run", "--on", "2026-11-15", "--approve", "35"), StringComparison.Ordinal);
        Assert.Equal(0L, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    [Fact]
    public async Task A_rehearsal_date_is_refused_in_production()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var production = Verb.On(agency.Database, ("ASPNETCORE_ENVIRONMENT", "Production"));

        Assert.Contains("--on est refusé en production", await production.FailAsync(Failure, "retention", "run", "--on", "2030-01-01"), StringComparison.Ordinal);
        Assert.Equal(0L, await agency.SqlAsync<long>("SELECT count(*) FROM retention_runs"));
        Assert.Equal("Rien n’est dû.", (await production.SucceedAsync("retention", "preview", "--on", "2030-01-01")).Trim());
    }

    [Fact]
    public async Task Ledger_verify_names_the_entry_that_was_altered()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        foreach (var name in (string[])["Zoé", "Karim", "Hélène"]) await agency.PendingAsync(name, "2024-03-01", "2026-09-15");
        await agency.RunAsync();
        var verb = Verb.On(agency.Database);
        Assert.Equal(3, Parsed(await verb.SucceedAsync("ledger", "verify", "--json")).GetProperty("entries").GetInt32());

        await agency.SqlAsync("UPDATE ledger SET due_on = due_on - 1 WHERE number = 2");

        Assert.Equal("Le registre est rompu à l’inscription 2.", await verb.FailAsync(Failure, "ledger", "verify"));
        var told = await verb.RunAsync("ledger", "verify", "--json");
        Assert.Equal(Failure, told.Code);
        Assert.Equal(2, Parsed(told.Output).GetProperty("brokenAt").GetInt32());
    }

    [Fact]
    public async Task Ledger_begin_writes_the_register_outside_anew_and_says_so_in_the_audit()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.PendingAsync("Karim", "2024-03-01", "2026-09-15");
        await agency.RunAsync();
        await agency.PendingAsync("Zoé", "2024-03-01", "2026-09-15");
        await agency.SqlAsync("UPDATE installation SET chain = 'that of a disk that is lost'");
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-ledger");
        try
        {
            var verb = Verb.On(agency.Database, ("Ledger__Folder", folder.FullName));

            var refused = await verb.RunAsync("retention", "run", "--on", "2026-11-15");
            Assert.Equal(Failure, refused.Code);
            Assert.Contains("monté", refused.OneLine, StringComparison.Ordinal);
            Assert.StartsWith("Le registre hors de la base est recommencé.", await verb.SucceedAsync("ledger", "begin"), StringComparison.Ordinal);

            Assert.Equal(await agency.SqlAsync<string>("SELECT encode(hash, 'hex') FROM ledger"), Convert.ToHexStringLower((await OutsideHistory.ReadAsync(new OutsideLedger(folder.FullName, agency.Clock).Segments())).Entries.Single().Hash));
            Assert.Equal("ledger.begun", await agency.SqlAsync<string>("SELECT action FROM audit_entries"));
            await agency.SqlAsync("INSERT INTO restores (id, backup, restored_at, ledger, knowingly, counts) VALUES (gen_random_uuid(), 'x', now(), 0, false, '[]')");
            Assert.Contains("personne n’a encore ouvert", await verb.FailAsync(Failure, "ledger", "begin"), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Clocks_check_finds_a_date_that_facts_do_not_explain_and_repairs_it()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var helene = await agency.CallerAsync("Hélène", "2026-05-14");
        await agency.CallerAsync("Karim", "2026-05-14");
        await agency.SqlAsync($"UPDATE contacts SET silent_on = '2026-10-01' WHERE id = '{helene}'");
        var verb = Verb.On(agency.Database);

        var found = await verb.RunAsync("clocks", "check", "--json");
        Assert.Equal(Failure, found.Code);
        Assert.Equal(helene, Assert.Single(Parsed(found.Output).GetProperty("differences").EnumerateArray()).GetGuid());
        Assert.Contains("--repair", found.OneLine, StringComparison.Ordinal);

        Assert.Equal("1 fiche(s) corrigée(s).", (await verb.SucceedAsync("clocks", "check", "--repair")).Trim());
        Assert.Equal("0 différence(s).", (await verb.SucceedAsync("clocks", "check")).Trim());
        Assert.Equal(Agency.D("2026-05-14"), (await agency.FindAsync(helene))!.SilentOn);
    }

    private static JsonElement Parsed(string json) => JsonDocument.Parse(json).RootElement;

    private static Task<HttpResponseMessage> ChooseAsync(CrmApp app, Uri link, string password) => app.Visitor().PostFormAsync(
        link.PathAndQuery, [("Password", password), ("Again", password)], tokenFrom: link.PathAndQuery);
}
