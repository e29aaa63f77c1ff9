using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Tests.Support;
using static RgpdCrm.Tests.Support.Agency;

namespace RgpdCrm.Tests.Obligations;

/// <summary>Renewals, revocations, completions and the yearly question about open leases.</summary>
public sealed class NewEndTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;
    private Guid _nadia, _omar;

    public async ValueTask InitializeAsync()
    {
        _agency = await OpenAsync(postgres);
        (_nadia, _omar) = (await _agency.CallerAsync("Nadia", "2026-10-01"), await _agency.CallerAsync("Omar", "2026-10-01"));
    }

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task A_renewal_moves_the_term_keeps_the_former_one_and_moves_what_is_owed()
    {
        var mandate = await MandateAsync();

        var renewed = await EndAsync(mandate, EndChangeKind.Renewal, "2027-05-09");

        Assert.Equal((D("2037-02-09"), D("2037-05-09")), (renewed.Effects.Single().Before.KeptUntil!.Value, renewed.Effects.Single().After.KeptUntil!.Value));
        await using var db = _agency.Db();
        var stored = await db.Mandates.Include(m => m.EndChanges).SingleAsync();
        var change = Assert.Single(stored.EndChanges);
        Assert.Equal((D("2027-05-09"), EndChangeKind.Renewal, D("2027-02-09"), D("2027-05-09")), (stored.EndsOn!.Value, change.Kind, change.Before!.Value, change.After));
        Assert.Equal(D("2037-05-09"), (await _agency.FindAsync(_nadia))!.KeptUntil);
        Assert.Equal(["TermOn"], (await db.AuditEntries.SingleAsync(a => a.Action == "mandate.renewed")).Fields);
    }

    [Theory]
    [InlineData("2027-02-09", "2027-05-09", null), InlineData("2027-02-10", "2027-05-09", ObligationRefusal.NoLongerRunning)]
    [InlineData("2026-11-15", "2027-02-09", ObligationRefusal.TermNotLater), InlineData("2026-11-15", "2027-02-10", null)]
    [InlineData("2026-11-15", "2126-01-01", ObligationRefusal.TermTooFar)]
    public async Task A_renewal_is_later_and_made_while_it_runs(string today, string term, ObligationRefusal? refusal)
    {
        var mandate = await MandateAsync();
        At(today);

        Assert.Equal(refusal, (await EndAsync(mandate, EndChangeKind.Renewal, term)).Refusal);
    }

    [Theory]
    [InlineData("2026-11-09", ObligationRefusal.EndBeforeStart), InlineData("2026-11-10", null)]
    [InlineData("2027-02-09", null), InlineData("2027-02-10", ObligationRefusal.AfterTerm)]
    public async Task A_revocation_lies_between_start_and_term(string on, ObligationRefusal? refusal)
    {
        var mandate = await MandateAsync();

        Assert.Equal(refusal, (await EndAsync(mandate, EndChangeKind.Revocation, on)).Refusal);
    }

    [Fact]
    public async Task A_second_revocation_replaces_the_first_until_the_end_is_in_the_history()
    {
        var mandate = await MandateAsync();
        await EndAsync(mandate, EndChangeKind.Revocation, "2026-12-31");
        Assert.True((await EndAsync(mandate, EndChangeKind.Revocation, "2026-11-14")).Done);
        Assert.Equal(ObligationRefusal.EndDecided, (await EndAsync(mandate, EndChangeKind.Completion, "2026-11-14")).Refusal);
        Assert.Equal(ObligationRefusal.EndDecided, (await EndAsync(mandate, EndChangeKind.Renewal, "2028-01-01")).Refusal);

        await _agency.RunAsync();

        Assert.Equal(ObligationRefusal.EndRecorded, (await EndAsync(mandate, EndChangeKind.Revocation, "2026-11-15")).Refusal);
        await using var db = _agency.Db();
        Assert.Equal([D("2026-12-31"), D("2026-11-14")], await db.EndChanges.OrderBy(c => c.At).ThenByDescending(c => c.After).Select(c => c.After).ToListAsync());
        Assert.Equal(D("2026-11-14"), (await db.Activities.SingleAsync(a => a.Kind == ActivityKind.ObligationEnded)).On);
        Assert.Equal((D("2036-11-14"), null), ((await _agency.FindAsync(_nadia))!.KeptUntil!.Value, (await _agency.FindAsync(_nadia))!.RunningUntil));
    }

    [Fact]
    public async Task An_end_in_the_past_counts_for_the_clocks_at_once()
    {
        var mandate = await MandateAsync();

        var ended = await EndAsync(mandate, EndChangeKind.Revocation, "2026-11-14");

        var after = ended.Effects.Single().After;
        Assert.Equal((false, D("2029-05-14"), D("2036-11-14")), (after.Suspended, after.FlagOn!.Value, after.KeptUntil!.Value));
    }

    [Theory]
    [InlineData("2026-11-15", null), InlineData("2026-11-16", ObligationRefusal.EndInFuture), InlineData("2026-11-09", ObligationRefusal.EndBeforeStart)]
    public async Task A_mandate_is_completed_on_a_day_that_has_come(string on, ObligationRefusal? refusal)
    {
        var mandate = await MandateAsync();

        Assert.Equal(refusal, (await EndAsync(mandate, EndChangeKind.Completion, on)).Refusal);
    }

    [Fact]
    public async Task The_notice_of_an_open_lease_ends_it_in_the_future_and_can_be_corrected()
    {
        var lease = await LeaseAsync(null);
        Assert.Equal(ObligationRefusal.NoTerm, (await EndAsync(lease, EndChangeKind.Renewal, "2028-01-01")).Refusal);

        var given = await EndAsync(lease, EndChangeKind.Completion, "2027-02-28");
        await EndAsync(lease, EndChangeKind.Completion, "2027-01-31");

        Assert.Equal((true, D("2029-08-28"), D("2037-02-28")), (given.Effects[0].After.Suspended, given.Effects[0].After.FlagOn!.Value, given.Effects[0].After.KeptUntil!.Value));
        await using var db = _agency.Db();
        Assert.Equal(D("2027-01-31"), (await db.Contracts.SingleAsync()).EndsOn);
        Assert.Equal([null, D("2027-02-28")], await db.EndChanges.OrderBy(c => c.Before != null).Select(c => c.Before).ToListAsync());
    }

    [Fact]
    public async Task A_renewal_cannot_run_into_an_exclusive_mandate()
    {
        await using var db = _agency.Db();
        var house = (await new PropertyEntry("M-1", PropertyKind.House, "", null, null).CreateAsync(db, _agency.Act, _agency.Today))!.Value;
        var first = await MandateAsync(house);
        await new MandateEntry(MandateKind.Sale, true, house, D("2026-11-10"), D("2027-02-10"), D("2027-05-09"), [new Signatory(_omar, Side.Principal)]).CreateAsync(db, _agency.Act, _agency.Today);

        Assert.Equal(ObligationRefusal.ExclusiveOverlap, (await EndAsync(first, EndChangeKind.Renewal, "2027-02-10")).Refusal);
        await using var read = _agency.Db();
        Assert.Equal(D("2027-02-09"), (await read.Mandates.SingleAsync(m => m.Id == first)).TermOn);
    }

    [Fact]
    public async Task A_colleague_s_change_is_noticed_and_a_preview_changes_nothing()
    {
        var mandate = await MandateAsync();
        await using var db = _agency.Db();
        var shown = (await db.Mandates.AsNoTracking().SingleAsync()).Version;

        var preview = await new NewEnd(EndChangeKind.Renewal, D("2027-05-09")).PreviewAsync(db, mandate, shown, _agency.Act, _agency.Today);
        Assert.Equal(D("2037-05-09"), preview.Effects.Single().After.KeptUntil);
        Assert.Equal(shown, (await db.Mandates.AsNoTracking().SingleAsync()).Version);

        await EndAsync(mandate, EndChangeKind.Revocation, "2026-12-31");
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => new NewEnd(EndChangeKind.Renewal, D("2027-05-09")).ApplyAsync(db, mandate, shown, _agency.Act, _agency.Today));
        Assert.Equal(1, await db.EndChanges.CountAsync());
    }

    [Fact]
    public async Task An_open_lease_is_asked_about_every_year_until_someone_confirms_it()
    {
        var lease = await LeaseAsync(null);
        await LeaseAsync("2032-01-01");

        Assert.Empty(await ToConfirmAsync("2027-11-09"));
        Assert.Equal([lease], await ToConfirmAsync("2027-11-10"));

        At("2027-11-20");
        await using (var db = _agency.Db())
            Assert.Null(await OpenLeases.ConfirmAsync(db, lease, (await db.Contracts.AsNoTracking().SingleAsync(c => c.Id == lease)).Version, _agency.Act, _agency.Today));

        Assert.Empty(await ToConfirmAsync("2028-11-19"));
        Assert.Equal([lease], await ToConfirmAsync("2028-11-20"));
        await EndAsync(lease, EndChangeKind.Completion, "2027-11-20");
        Assert.Empty(await ToConfirmAsync("2030-01-01"));
        await using var read = _agency.Db();
        Assert.Equal(ObligationRefusal.NotOpen, await OpenLeases.ConfirmAsync(read, lease, 1, _agency.Act, _agency.Today));
    }

    private void At(string day) => _agency.Time.SetUtcNow(new DateTimeOffset(D(day), new TimeOnly(9, 0), TimeSpan.Zero));

    private async Task<List<Guid>> ToConfirmAsync(string on)
    {
        await using var db = _agency.Db();
        return await db.Contracts.ToConfirm(D(on)).Select(c => c.Id).ToListAsync();
    }

    private async Task<Guid> MandateAsync(Guid? property = null)
    {
        await using var db = _agency.Db();
        return (await new MandateEntry(MandateKind.Sale, false, property, D("2026-11-10"), D("2026-11-10"), D("2027-02-09"), [new Signatory(_nadia, Side.Principal)]).CreateAsync(db, _agency.Act, _agency.Today)).Id;
    }

    private async Task<Guid> LeaseAsync(string? endsOn)
    {
        await using var db = _agency.Db();
        Signatory[] parties = [new(_nadia, Side.Landlord), new(_omar, Side.Tenant)];
        return (await new ContractEntry(ContractKind.Lease, $"B-{endsOn}", null, D("2026-11-10"), D("2026-11-10"), endsOn is null ? null : D(endsOn), parties).CreateAsync(db, _agency.Act, _agency.Today)).Id;
    }

    private async Task<ObligationResult> EndAsync(Guid id, EndChangeKind kind, string on)
    {
        await using var db = _agency.Db();
        var version = (await db.Obligations.AsNoTracking().SingleAsync(o => o.Id == id)).Version;
        return await new NewEnd(kind, D(on)).ApplyAsync(db, id, version, _agency.Act, _agency.Today);
    }
}
