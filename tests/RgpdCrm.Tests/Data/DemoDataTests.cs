using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Data;

public sealed class DemoDataTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_agency_of_the_demonstration_has_lived_its_last_nights()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await SeedAsync(agency, 1200);
        await using var db = agency.Db();

        // Every tab but "failed" shows people.
        var pending = await db.Contacts.Where(c => c.Status == ContactStatus.PendingDeletion).ToListAsync(Cancel);
        var week = agency.Today.AddDays(7);
        Assert.Contains(pending, c => c.PendingSince!.Value.AddMonths(2) <= week && c.PostponedUntil is null);
        Assert.Contains(pending, c => c.PendingSince!.Value.AddMonths(2) > week);
        Assert.Equal(2, pending.Count(c => c.Postponements > 0));
        Assert.Equal(3, await db.Holds.CountAsync(h => h.LiftedAt == null, Cancel));
        Assert.Equal(3, await db.RightsRequests.CountAsync(r => r.ClosedOn == null, Cancel));
        Assert.Equal(0, await db.SetAsides.CountAsync(Cancel));

        // So do the badges: back from the archive, still in it, objections, tags.
        Assert.Equal(5, pending.Count(c => c.FromArchive));
        Assert.Contains(await db.Contacts.Where(c => c.Status == ContactStatus.Archived).ToListAsync(Cancel), c => c.KeptUntil < agency.Today.AddMonths(6));
        var opposed = await db.Objections.ToListAsync(Cancel);
        Assert.Equal(2, opposed.Select(o => o.ContactId).Distinct().Count());
        var known = await db.Emails.Select(e => e.Value).ToListAsync(Cancel);
        Assert.All(opposed.Where(o => o.Channel == Channel.Email), o => Assert.Contains(known, e => Agency.Fingerprints.OfEmail(e).SequenceEqual(o.Fingerprint)));
        Assert.True(await db.Tags.AnyAsync(Cancel));

        // What the nights left behind agrees: reports, register, stored dates.
        var runs = await db.RetentionRuns.ToListAsync(Cancel);
        Assert.Equal(76, runs.Count);
        Assert.All(runs, r => Assert.Equal(RunOutcome.Succeeded, r.Outcome));
        var gone = await db.Ledger.Where(l => l.Category == "contact").ToListAsync(Cancel);
        Assert.Contains(gone, l => l.Action == LedgerAction.Erased);
        Assert.Contains(gone, l => l.Action == LedgerAction.Archived);
        Assert.Equal(2, gone.Count(l => l.Rule == Rule.TenYearsOver));
        Assert.Equal(runs.Sum(r => r.Counts.Where(c => c.Category == "contact" && c.Action is "erased" or "archived").Sum(c => c.Count)), gone.Count);
        Assert.True((await LedgerChain.VerifyAsync(db, Cancel)).Intact);
        Assert.Empty(await ClockCheck.DifferencesAsync(db, Cancel));
        Assert.True((await new DeadMansSwitch(db, agency.Clock).CheckAsync(Cancel)).Healthy);

        // The register of mandates has no gap.
        Assert.Equal(await db.RegisterLines.CountAsync(Cancel), await db.RegisterLines.MaxAsync(l => l.Number, Cancel));

        // Tonight goes through, and no brake is needed for weeks.
        for (var night = 1; night <= 21; night++)
        {
            agency.Time.Advance(TimeSpan.FromDays(1));
            Assert.Equal(RunOutcome.Succeeded, (await agency.RunAsync()).Outcome);
        }
        Assert.Empty(await db.Brakes.ToListAsync(Cancel));
    }

    [Fact]
    public async Task The_same_seed_and_day_give_the_same_agency()
    {
        await using var one = await Agency.OpenAsync(postgres);
        await using var other = await Agency.OpenAsync(postgres);
        await SeedAsync(one, 150);
        await SeedAsync(other, 150);

        const string people = """
            SELECT c.id || first_name || last_name || status || collected_on || coalesce(idle_on::text, '') || coalesce(kept_until::text, '') || coalesce(e.value, '')
            FROM contacts c LEFT JOIN emails e ON e.contact_id = c.id ORDER BY 1
            """;
        Assert.Equal(await one.App.QueryAsync<string>(people), await other.App.QueryAsync<string>(people));
    }

    [Fact]
    public async Task A_large_agency_for_measuring_has_nobody_due()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await SeedAsync(agency, DemoData.MostLived + 1);

        Assert.Empty(await agency.Engine.PreviewAsync(agency.Today, Cancel));
        Assert.Equal(0L, await agency.SqlAsync<long>("SELECT count(*) FROM clock_differences"));
    }

    [Fact]
    public async Task A_database_with_contacts_is_left_alone()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await agency.CallerAsync("Hélène", "2026-05-14");

        await Assert.ThrowsAsync<DemoDataRefusedException>(() => SeedAsync(agency, 50));
        Assert.Equal(1L, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task SeedAsync(Agency agency, int contacts) =>
        DemoData.SeedAsync(agency.Database.OwnerConnectionString, agency.App, agency.Clock, Agency.Fingerprints, contacts, seed: 1, cancel: Cancel);
}
