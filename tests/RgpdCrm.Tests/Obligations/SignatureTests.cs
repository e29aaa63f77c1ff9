using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;
using static RgpdCrm.Tests.Support.Agency;

namespace RgpdCrm.Tests.Obligations;

/// <summary>Mandates and contracts as they are signed, and what that does to those who sign.</summary>
public sealed class SignatureTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Nadia_s_mandate_takes_the_next_number_starts_her_clocks_and_suspends_them_until_its_term()
    {
        var nadia = await _agency.CallerAsync("Nadia", "2026-10-01");

        var signed = await SignAsync(Mandate(nadia));

        await using var db = _agency.Db();
        var mandate = await db.Mandates.Include(m => m.Parties).SingleAsync();
        Assert.Equal((signed.Id, "1", 1, D("2026-11-10")), (mandate.Id, mandate.Reference, mandate.RegisterNumber!.Value, mandate.SignedOn));
        Assert.Equal((nadia, Side.Principal), (mandate.Parties.Single().ContactId, mandate.Parties.Single().Side));
        Assert.Equal(_agency.Today, (await db.RegisterLines.SingleAsync()).On);
        var contact = (await _agency.FindAsync(nadia))!;
        Assert.Equal((D("2026-11-10"), ActivityKind.ObligationSigned, D("2037-02-09"), D("2027-02-09")), (contact.SilentOn!.Value, contact.SilentKind!.Value, contact.KeptUntil!.Value, contact.RunningUntil!.Value));
        Assert.Equal(("mandate.created", mandate.Id), await db.AuditEntries.Select(a => new ValueTuple<string, Guid?>(a.Action, a.SubjectId)).SingleAsync());

        var effect = Assert.Single(signed.Effects);
        Assert.Equal(new PartyDates(Suspended: false, Exempt: false, Restricted: false, D("2029-04-01"), null), effect.Before);
        Assert.Equal(new PartyDates(Suspended: true, Exempt: false, Restricted: false, D("2029-08-09"), D("2037-02-09")), effect.After);
        Assert.Empty(await db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM clock_differences").ToListAsync());
    }

    [Fact]
    public async Task The_preview_says_the_same_writes_nothing_and_takes_no_number()
    {
        var nadia = await _agency.CallerAsync("Nadia", "2026-10-01");
        await using var db = _agency.Db();

        var preview = await Mandate(nadia).PreviewAsync(db, _agency.Act, _agency.Today);

        Assert.Equal(0, await db.Obligations.CountAsync() + await db.RegisterLines.CountAsync() + await db.AuditEntries.CountAsync());
        Assert.Equal(D("2026-10-01"), (await _agency.FindAsync(nadia))!.SilentOn);
        Assert.Equal((await SignAsync(Mandate(nadia))).Effects, preview.Effects);
    }

    [Fact]
    public async Task Two_mandates_at_once_take_two_numbers_in_a_row_and_a_failed_one_leaves_no_hole()
    {
        var nadia = await _agency.CallerAsync("Nadia", "2026-10-01");
        var omar = await _agency.CallerAsync("Omar", "2026-10-01");
        await SignAsync(Mandate(nadia) with { SignedOn = D("2026-11-16") });
        await using (var lost = _agency.Db())
        {
            await using var transaction = await lost.Database.BeginTransactionAsync();
            Assert.Equal(1, await MandateRegister.TakeNumberAsync(lost, _agency.Today));
        }

        var both = await Task.WhenAll(SignAsync(Mandate(nadia)), SignAsync(Mandate(omar)));

        Assert.All(both, b => Assert.True(b.Done));
        await using var db = _agency.Db();
        Assert.Equal([1, 2], await db.Mandates.OrderBy(m => m.RegisterNumber).Select(m => m.RegisterNumber!.Value).ToListAsync());
    }

    [Fact]
    public async Task A_number_borne_by_a_mandate_of_an_older_register_says_its_year()
    {
        var nadia = await _agency.CallerAsync("Nadia", "2026-10-01");
        await using (var db = _agency.Db())
        {
            db.Add(new Mandate(MandateKind.Sale, "1", null, false, null, D("2020-01-01"), D("2020-01-01"), D("2020-04-01")));
            await db.SaveChangesAsync();
        }

        await SignAsync(Mandate(nadia));

        await using var read = _agency.Db();
        Assert.Equal("2026/1", await read.Mandates.Where(m => m.RegisterNumber == 1).Select(m => m.Reference).SingleAsync());
    }

    [Theory]
    [InlineData("2026-11-10", ContactStatus.Active)]
    [InlineData("2024-05-15", ContactStatus.PendingDeletion), InlineData("2024-05-16", ContactStatus.Active)]
    public async Task Someone_pending_comes_back_when_the_deed_is_recent_enough(string signedOn, ContactStatus then)
    {
        var jeanne = await _agency.PendingAsync("Jeanne", "2024-03-10", "2026-09-20");
        var omar = await _agency.CallerAsync("Omar", "2026-10-01");

        var signed = await SignAsync(Deed(signedOn, jeanne, omar));

        Assert.Equal(then, await _agency.StatusAsync(jeanne));
        Assert.Equal(then == ContactStatus.Active, signed.Effects.Single(e => e.ContactId == jeanne).ComesBack);
        Assert.False(signed.Effects.Single(e => e.ContactId == omar).ComesBack);
        await using var db = _agency.Db();
        Assert.Equal(then == ContactStatus.Active ? 1 : 0, await db.AuditEntries.CountAsync(a => a.Action == "contact.brought-back" && a.SubjectId == jeanne));
    }

    [Fact]
    public async Task Someone_archived_comes_back_with_a_running_lease_and_only_the_acts_after_the_archiving_enter_the_history()
    {
        var paul = await ArchivedAsync("Paul", "2026-06-01");
        var omar = await _agency.CallerAsync("Omar", "2026-10-01");

        var old = await SignAsync(Deed("2026-05-20", paul, omar));
        Assert.Equal(ContactStatus.Archived, await _agency.StatusAsync(paul));
        Assert.Equal((false, D("2036-05-20")), (old.Effects[0].ComesBack, old.Effects[0].After.KeptUntil!.Value));
        await using var db = _agency.Db();
        Assert.Equal(0, await db.Activities.CountAsync(a => a.ContactId == paul));

        var lease = await SignAsync(Lease("B-2", null, paul, omar));
        Assert.True(lease.Effects[0].ComesBack);
        Assert.Equal(new PartyDates(Suspended: true, Exempt: false, Restricted: false, null, D("2036-05-20")), lease.Effects[0].After);
        Assert.Equal((ContactStatus.Active, null), ((await _agency.FindAsync(paul))!.Status, (await _agency.FindAsync(paul))!.ArchivedOn));
        Assert.Equal(lease.Id, (await db.Activities.SingleAsync(a => a.ContactId == paul)).ObligationId);
    }

    [Fact]
    public async Task Someone_whose_erasure_was_granted_in_part_stays_out_of_the_daily_screens()
    {
        var rita = await _agency.CallerAsync("Rita", "2026-10-01");
        await _agency.SqlAsync($"UPDATE contacts SET restricted = true WHERE id = '{rita}'");

        var signed = await SignAsync(Mandate(rita));

        Assert.True((await _agency.FindAsync(rita))!.Restricted);
        Assert.True(signed.Effects.Single() is { ComesBack: false, After: { Restricted: true, FlagOn: null } });
    }

    [Fact]
    public async Task A_hold_on_one_party_keeps_the_other_without_end()
    {
        var henri = await _agency.CallerAsync("Henri", "2026-10-01");
        var omar = await _agency.CallerAsync("Omar", "2026-10-01");
        await _agency.ReviewAsync(r => r.HoldAsync(henri, "Litige", null, D("2027-03-01"), _agency.Act));

        var signed = await SignAsync(Lease("B-1", "2029-11-09", omar, henri));

        Assert.All(signed.Effects, e => Assert.Equal(DateOnly.MaxValue, e.After.KeptUntil));
    }

    [Fact]
    public async Task What_cannot_be_signed_is_refused_and_writes_nothing()
    {
        var (nadia, omar) = (await _agency.CallerAsync("Nadia", "2026-10-01"), await _agency.CallerAsync("Omar", "2026-10-01"));
        var mandate = Mandate(nadia);
        var lease = Lease("B-1", "2029-11-09", nadia, omar);
        var (seller, buyer) = (new Signatory(nadia, Side.Seller), new Signatory(omar, Side.Buyer));
        (ObligationRefusal, ObligationResult)[] tried =
        [
            (ObligationRefusal.TermMissing, await SignAsync(mandate with { TermOn = null })),
            (ObligationRefusal.TermBeforeStart, await SignAsync(mandate with { TermOn = D("2026-11-09") })),
            (ObligationRefusal.TermTooFar, await SignAsync(mandate with { TermOn = D("9999-12-31") })),
            (ObligationRefusal.SignedInFuture, await SignAsync(mandate with { SignedOn = D("2026-11-16") })),
            (ObligationRefusal.DateTooOld, await SignAsync(mandate with { StartsOn = D("0001-01-01") })),
            (ObligationRefusal.TenYearsOver, await SignAsync(mandate with { StartsOn = D("2016-01-01"), TermOn = D("2016-11-14") })),
            (ObligationRefusal.NoParty, await SignAsync(mandate with { Parties = [] })),
            (ObligationRefusal.PartyTwice, await SignAsync(mandate with { Parties = [.. mandate.Parties, .. mandate.Parties] })),
            (ObligationRefusal.SideDoesNotFit, await SignAsync(mandate with { Parties = [seller] })),
            (ObligationRefusal.UnknownContact, await SignAsync(mandate with { Parties = [new Signatory(Guid.NewGuid(), Side.Principal)] })),
            (ObligationRefusal.UnknownProperty, await SignAsync(mandate with { PropertyId = Guid.NewGuid() })),
            (ObligationRefusal.TermMissing, await SignAsync(lease with { Kind = ContractKind.PreliminarySale, EndsOn = null })),
            (ObligationRefusal.SideDoesNotFit, await SignAsync(lease with { Parties = [seller, buyer] })),
            (ObligationRefusal.SideDoesNotFit, await SignAsync(lease with { Parties = [lease.Parties[0]] })),
            (ObligationRefusal.SideDoesNotFit, await SignAsync(lease with { Kind = ContractKind.PreliminarySale })),
            (ObligationRefusal.ReferenceMissing, await SignAsync(lease with { Reference = " " })),
            (ObligationRefusal.TermBeforeStart, await SignAsync(lease with { EndsOn = D("2026-11-09") })),
        ];

        Assert.All(tried, t => Assert.Equal(t.Item1, t.Item2.Refusal));
        await using var db = _agency.Db();
        Assert.Equal(0, await db.Obligations.CountAsync() + await db.RegisterLines.CountAsync());
        Assert.Null((await SignAsync(mandate with { StartsOn = D("2016-01-01"), TermOn = D("2016-11-15") })).Refusal);
        Assert.Null((await SignAsync(lease)).Refusal);
        Assert.Equal(ObligationRefusal.ReferenceTaken, (await SignAsync(lease)).Refusal);
    }

    [Fact]
    public async Task An_exclusive_mandate_shares_its_property_with_no_other_of_its_kind()
    {
        var nadia = await _agency.CallerAsync("Nadia", "2026-10-01");
        var house = await PropertyAsync("M-1");
        var first = Mandate(nadia) with { PropertyId = house, StartsOn = D("2026-11-10"), TermOn = D("2027-02-09") };
        Assert.True((await SignAsync(first)).Done);

        Assert.True((await SignAsync(first)).Done);
        Assert.Equal(ObligationRefusal.ExclusiveOverlap, (await SignAsync(first with { Exclusive = true, StartsOn = D("2027-02-09"), TermOn = D("2027-05-08") })).Refusal);
        Assert.True((await SignAsync(first with { Exclusive = true, Kind = MandateKind.Rental })).Done);
        Assert.True((await SignAsync(first with { Exclusive = true, PropertyId = await PropertyAsync("M-2") })).Done);
        Assert.True((await SignAsync(first with { Exclusive = true, StartsOn = D("2027-02-10"), TermOn = D("2027-05-09") })).Done);
        Assert.Equal(ObligationRefusal.ExclusiveOverlap, (await SignAsync(first with { StartsOn = D("2027-05-09"), TermOn = D("2027-08-08") })).Refusal);
    }

    [Fact]
    public async Task Two_exclusive_mandates_at_once_on_one_property_one_wins()
    {
        var (nadia, omar) = (await _agency.CallerAsync("Nadia", "2026-10-01"), await _agency.CallerAsync("Omar", "2026-10-01"));
        var house = await PropertyAsync("M-1");

        var both = await Task.WhenAll(new[] { nadia, omar }.Select(p => SignAsync(Mandate(p) with { Exclusive = true, PropertyId = house })));

        Assert.Equal([null, ObligationRefusal.ExclusiveOverlap], both.Select(b => b.Refusal).Order());
    }

    [Fact]
    public async Task Ten_years_after_their_end_both_are_gone_and_the_number_and_its_date_remain()
    {
        var nadia = await _agency.CallerAsync("Nadia", "2026-10-01");
        var omar = await _agency.CallerAsync("Omar", "2026-10-01");
        await SignAsync(Mandate(nadia));
        await SignAsync(Deed("2026-11-15", nadia, omar));
        _agency.Time.SetUtcNow(new DateTimeOffset(2037, 2, 9, 9, 0, 0, TimeSpan.Zero));

        await _agency.RunAsync("2036-11-15");
        Assert.Equal(2, await CountAsync());
        await _agency.RunAsync("2036-11-16");
        Assert.Equal(1, await CountAsync());
        await _agency.RunAsync("2037-02-09");
        Assert.Equal(1, await CountAsync());
        await _agency.RunAsync("2037-02-10");
        Assert.Equal(0, await CountAsync());

        await using var db = _agency.Db();
        Assert.Equal((1, D("2026-11-15")), await db.RegisterLines.Select(l => new ValueTuple<int, DateOnly>(l.Number, l.On)).SingleAsync());
        var again = await SignAsync(Mandate(await _agency.CallerAsync("Ines", "2037-01-01")) with { SignedOn = D("2037-02-09"), StartsOn = D("2037-02-09"), TermOn = D("2037-05-08") });
        Assert.Equal("2", await db.Mandates.Where(m => m.Id == again.Id).Select(m => m.Reference).SingleAsync());
    }

    private async Task<int> CountAsync()
    {
        await using var db = _agency.Db();
        return await db.Obligations.CountAsync();
    }

    private static MandateEntry Mandate(Guid principal) =>
        new(MandateKind.Sale, false, null, D("2026-11-10"), D("2026-11-10"), D("2027-02-09"), [new Signatory(principal, Side.Principal)]);

    private static ContractEntry Deed(string signedOn, Guid seller, Guid buyer) =>
        new(ContractKind.Deed, "A-" + signedOn, null, D(signedOn), default, null, [new Signatory(seller, Side.Seller), new Signatory(buyer, Side.Buyer)]);

    private static ContractEntry Lease(string reference, string? endsOn, Guid landlord, Guid tenant) =>
        new(ContractKind.Lease, reference, null, D("2026-11-10"), D("2026-11-10"), endsOn is null ? null : D(endsOn), [new Signatory(landlord, Side.Landlord), new Signatory(tenant, Side.Tenant)]);

    private async Task<ObligationResult> SignAsync(MandateEntry entry)
    {
        await using var db = _agency.Db();
        return await entry.CreateAsync(db, _agency.Act, _agency.Today);
    }

    private async Task<ObligationResult> SignAsync(ContractEntry entry)
    {
        await using var db = _agency.Db();
        return await entry.CreateAsync(db, _agency.Act, _agency.Today);
    }

    private async Task<Guid> PropertyAsync(string reference)
    {
        await using var db = _agency.Db();
        return (await new PropertyEntry(reference, PropertyKind.House, "3 rue des Tanneurs", 250_000, null).CreateAsync(db, _agency.Act, _agency.Today))!.Value;
    }

    private async Task<Guid> ArchivedAsync(string firstName, string on)
    {
        var id = await _agency.PersonAsync(firstName, "2015-01-01");
        await _agency.SqlAsync($"UPDATE contacts SET status = 'Archived', archived_on = '{on}', kept_until_of_destroyed = '2030-01-01', kept_until = '2030-01-01' WHERE id = '{id}'");
        return id;
    }
}
