using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Retention;

/// <summary>Clocks and kept-until follow the facts in the same transaction, whatever writes them.</summary>
public sealed class StoredDatesTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Each_clock_follows_the_latest_entry_that_counts_for_it_and_says_which()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var marc = await agency.PersonAsync("Marc", "2022-10-01",
            ("2023-01-15", ActivityKind.VisitAttended, Outcome.None),
            ("2025-06-10", ActivityKind.OutboundCall, Outcome.NoAnswer),
            ("2025-07-01", ActivityKind.OutboundCall, Outcome.NoLongerInterested),
            ("2026-01-01", ActivityKind.AutomaticEmailOpened, Outcome.None));
        var contact = (await agency.FindAsync(marc))!;
        Assert.Equal((Agency.D("2025-06-10"), ActivityKind.OutboundCall), (contact.IdleOn, contact.IdleKind));
        Assert.Equal((Agency.D("2023-01-15"), ActivityKind.VisitAttended), (contact.SilentOn, contact.SilentKind));

        await agency.SqlAsync("UPDATE activities SET happened_on = '2024-02-02' WHERE kind = 'VisitAttended'");
        Assert.Equal(Agency.D("2024-02-02"), (await agency.FindAsync(marc))!.SilentOn);
        await agency.SqlAsync("DELETE FROM activities WHERE kind = 'OutboundCall'");
        Assert.Equal(Agency.D("2024-02-02"), (await agency.FindAsync(marc))!.IdleOn);
    }

    [Fact]
    public async Task Every_kind_and_outcome_moves_in_the_database_what_the_table_says()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        await using var db = agency.Db();
        var claire = await agency.PersonAsync("Claire", "2020-01-01");
        foreach (var kind in Enum.GetValues<ActivityKind>())
            foreach (var outcome in Enum.GetValues<Outcome>())
                db.Activities.Add(new Activity(claire, agency.Today, kind, outcome, null, agency.Clock.Now));
        await db.SaveChangesAsync();
        await using var fresh = agency.Db();
        foreach (var a in fresh.Activities) Assert.Equal((Clocks.MovesIdle(a.Kind, a.Outcome), Clocks.MovesSilent(a.Kind, a.Outcome)), (a.MovesIdle, a.MovesSilent));
    }

    [Fact]
    public async Task Kept_until_follows_revocation_and_survives_the_contracts_own_destruction()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var paul = await agency.CallerAsync("Paul", "2026-11-01");
        var lease = await agency.ContractAsync("B-1", "2024-02-29", paul);
        Assert.Equal(Agency.D("2034-02-28"), (await agency.FindAsync(paul))!.KeptUntil);
        await agency.SqlAsync($"UPDATE obligations SET revoked_on = '2016-01-31' WHERE id = '{lease}'");
        Assert.Equal(Agency.D("2026-01-31"), (await agency.FindAsync(paul))!.KeptUntil);

        await agency.RunAsync();

        Assert.Equal(0, await agency.SqlAsync<long>("SELECT count(*) FROM obligations"));
        Assert.Equal(Agency.D("2026-01-31"), (await agency.FindAsync(paul))!.KeptUntil);
        await using var db = agency.Db();
        Assert.Empty(await ClockCheck.DifferencesAsync(db));
    }

    [Fact]
    public async Task The_weekly_check_finds_a_tampered_date_and_puts_it_right()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var ines = await agency.CallerAsync("Ines", "2025-05-05");
        await agency.CallerAsync("Hugo", "2025-05-05");
        await using var db = agency.Db();
        Assert.Empty(await ClockCheck.DifferencesAsync(db));
        await agency.SqlAsync($"UPDATE contacts SET silent_on = '2026-11-01' WHERE id = '{ines}'");
        Assert.Equal([ines], await ClockCheck.RepairAsync(db));
        Assert.Equal(Agency.D("2025-05-05"), (await agency.FindAsync(ines))!.SilentOn);
        Assert.Empty(await ClockCheck.DifferencesAsync(db));
    }

    [Fact]
    public async Task Register_numbers_are_unbroken_under_concurrency_and_a_rollback_gives_its_number_back()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var db = agency.Db();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var number = await Core.Obligations.MandateRegister.TakeNumberAsync(db, agency.Today);
            if (i % 4 == 0) return 0;
            await transaction.CommitAsync();
            return number;
        }));
        Assert.Equal(Enumerable.Range(1, 15), taken.Where(n => n > 0).Order());
    }
}
