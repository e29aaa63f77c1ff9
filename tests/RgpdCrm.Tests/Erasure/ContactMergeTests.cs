using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Erasure;

/// <summary>Two records of one person become one (retention.md, "Merge of two records").</summary>
public sealed class ContactMergeTests(PostgresFixture postgres) : IAsyncLifetime
{
    private Agency _agency = null!;

    public async ValueTask InitializeAsync() => _agency = await Agency.OpenAsync(postgres);

    public ValueTask DisposeAsync() => _agency.DisposeAsync();

    [Fact]
    public async Task Everything_of_the_second_record_moves_and_what_both_have_is_kept_once()
    {
        var (jeanne, again) = (await _agency.PersonAsync("Jeanne", "2024-03-01", ("2026-02-01", ActivityKind.InboundCall, Outcome.None)), await _agency.CallerAsync("Jeanne", "2026-06-01"));
        var contract = await _agency.ContractAsync("C-1", "2020-05-01", again);
        var shared = await _agency.ContractAsync("C-2", null, jeanne, again);
        await _agency.SqlAsync($"""
            INSERT INTO emails (id, contact_id, value) VALUES (gen_random_uuid(), '{again}', 'autre@example.org');
            INSERT INTO tags (id, contact_id, name) VALUES (gen_random_uuid(), '{jeanne}', 'Vue mer'), (gen_random_uuid(), '{again}', 'Vue mer'), (gen_random_uuid(), '{again}', 'Pressée');
            INSERT INTO inquiries (id, contact_id, received_on, status, name, message) VALUES (gen_random_uuid(), '{again}', '2026-06-01', 'Handled', 'Jeanne', 'Bonjour');
            INSERT INTO properties (id, reference, kind, address, changed_on, owner_id) VALUES (gen_random_uuid(), 'P1', 'House', '', '2026-06-01', '{again}');
            UPDATE contacts SET roles = 4 WHERE id = '{again}';
            """);

        var merged = await MergeAsync(new Merge(jeanne, again));

        Assert.Null(merged.Refusal);
        Assert.Null(await _agency.FindAsync(again));
        var one = (await _agency.FindAsync(jeanne))!;
        Assert.Equal((Agency.D("2023-01-10"), Agency.D("2026-06-01"), ContactRoles.Buyer | ContactRoles.Seller), (one.CollectedOn, one.IdleSince, one.Roles));
        await using var db = _agency.Db();
        Assert.Equal(["autre@example.org", "jeanne@example.org"], await db.Emails.Where(e => e.ContactId == jeanne).Select(e => e.Value).Order().ToListAsync());
        Assert.Equal(["Pressée", "Vue mer"], await db.Tags.Where(t => t.ContactId == jeanne).Select(t => t.Name).Order().ToListAsync());
        Assert.Single(await db.Phones.Where(p => p.ContactId == jeanne).ToListAsync());
        Assert.Equal(new[] { contract, shared }.Order(), (await db.Parties.Where(p => p.ContactId == jeanne).Select(p => p.ObligationId).ToListAsync()).Order());
        Assert.Equal((1, 1), (await db.Inquiries.CountAsync(i => i.ContactId == jeanne), await db.Properties.CountAsync(p => p.OwnerId == jeanne)));
        Assert.Contains(await db.Activities.Where(a => a.ContactId == jeanne).Select(a => a.Kind).ToListAsync(), kind => kind == ActivityKind.Merge);
        Assert.Empty(await ClockCheck.DifferencesAsync(db));
        Assert.DoesNotContain(again.ToString(), await _agency.Database.DumpAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_names_both_by_their_hashes_and_stays_intact()
    {
        var (jeanne, again) = (await _agency.CallerAsync("Jeanne", "2026-02-01"), await _agency.CallerAsync("Jeanne", "2026-06-01"));

        await MergeAsync(new Merge(jeanne, again));

        await using var db = _agency.Db();
        var entry = await db.Ledger.SingleAsync();
        Assert.Equal((LedgerAction.Merged, Rule.Merged), (entry.Action, entry.Rule));
        Assert.Equal(PersonErasure.HashOf(jeanne), entry.SubjectHash);
        Assert.Equal(PersonErasure.HashOf(again), entry.OtherHash);
        Assert.True((await LedgerChain.VerifyAsync(db)).Intact);
    }

    [Fact]
    public async Task A_preview_announces_the_very_dates_and_changes_nothing()
    {
        var (jeanne, again) = (await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15"), await _agency.CallerAsync("Jeanne", "2026-06-01"));
        var before = await RowsAsync();

        MergeResult preview;
        await using (var db = _agency.Db()) preview = await new ContactMerge(db, _agency.Clock).PreviewAsync(new Merge(jeanne, again), _agency.Act);

        Assert.Equal(before, await RowsAsync());
        Assert.Equal((ContactStatus.Active, (DateOnly?)Agency.D("2028-12-01")), (preview.Facts!.Status, preview.Outlook!.FlagOn));
        Assert.Equal(preview.Outlook, (await MergeAsync(new Merge(jeanne, again))).Outlook);
    }

    [Fact]
    public async Task Two_in_the_queue_keep_the_later_entry_and_two_in_the_archive_stay_there()
    {
        var (early, late) = (await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-09-20"), await _agency.PendingAsync("Jeanne", "2024-03-15", "2026-10-15"));
        await _agency.SqlAsync($"UPDATE contacts SET postponements = 2, postponed_until = '2027-01-20', deletion_approved = true WHERE id = '{early}'");
        var (old, older) = (await ArchivedAsync("Luc", "2025-01-01"), await ArchivedAsync("Luc", "2024-01-01"));

        await MergeAsync(new Merge(early, late));
        await MergeAsync(new Merge(older, old));

        var pending = (await _agency.FindAsync(early))!;
        Assert.Equal((ContactStatus.PendingDeletion, Agency.D("2026-10-15"), Agency.D("2027-01-20"), 2, false),
            (pending.Status, pending.PendingSince!.Value, pending.PostponedUntil!.Value, pending.Postponements, pending.DeletionApproved));
        var archived = (await _agency.FindAsync(older))!;
        Assert.Equal((ContactStatus.Archived, Agency.D("2025-01-01")), (archived.Status, archived.ArchivedOn!.Value));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public async Task Who_is_pending_with_an_archived_record_is_pending_from_the_archive_only_if_both_came_from_there(bool firstFromArchive, bool secondArchivedToo, bool fromArchive)
    {
        var pending = await _agency.PendingAsync("Luc", "2024-03-15", "2026-10-15");
        await _agency.SqlAsync($"UPDATE contacts SET from_archive = {firstFromArchive}, archived_on = {(firstFromArchive ? "'2020-01-01'" : "NULL")} WHERE id = '{pending}'");
        var other = secondArchivedToo ? await ArchivedAsync("Luc", "2024-01-01") : await _agency.PendingAsync("Luc", "2024-03-15", "2026-09-15");

        await MergeAsync(new Merge(other, pending));

        var one = (await _agency.FindAsync(other))!;
        Assert.Equal((ContactStatus.PendingDeletion, fromArchive, Agency.D("2026-10-15")), (one.Status, one.FromArchive, one.PendingSince!.Value));
    }

    [Fact]
    public async Task Restriction_holds_and_requests_stay_and_deletion_orders_lapse()
    {
        var (jeanne, again) = (await _agency.CallerAsync("Jeanne", "2026-02-01"), await _agency.CallerAsync("Jeanne", "2026-06-01"));
        await _agency.ReviewAsync(r => r.HoldAsync(jeanne, "Litige sur le dépôt", "TJ 12", Agency.D("2027-05-01"), _agency.Act));
        await _agency.ReviewAsync(r => r.HoldAsync(again, "Vice caché", null, Agency.D("2027-02-01"), _agency.Act));
        var ordered = await _agency.CallerAsync("Jeanne", "2026-01-01");
        await _agency.ReviewAsync(r => r.OrderDeletionAsync([ordered], _agency.Act));
        await _agency.SqlAsync($"UPDATE contacts SET restricted = true WHERE id = '{again}'; INSERT INTO rights_requests (id, contact_id, kind, received_on, restricted) VALUES (gen_random_uuid(), '{again}', 'Access', '2026-11-01', false)");

        await MergeAsync(new Merge(jeanne, again));
        await MergeAsync(new Merge(jeanne, ordered));

        await using var db = _agency.Db();
        var standing = await db.Holds.SingleAsync(h => h.LiftedAt == null);
        Assert.Equal((jeanne, "Litige sur le dépôt ; Vice caché", "TJ 12", Agency.D("2027-02-01")), (standing.ContactId, standing.Reason, standing.Reference, standing.ReviewOn));
        Assert.Equal(2, await db.Holds.CountAsync(h => h.ContactId == jeanne));
        Assert.True((await _agency.FindAsync(jeanne))!.Restricted);
        Assert.Equal(1, await db.RightsRequests.CountAsync(r => r.ContactId == jeanne));
        Assert.Equal(OrderState.Withdrawn, (await db.DeletionOrders.SingleAsync()).State);
    }

    [Fact]
    public async Task A_private_person_stays_private_whichever_name_was_chosen()
    {
        var (jeanne, notary) = (await _agency.CallerAsync("Jeanne", "2026-02-01"), await _agency.CallerAsync("Jeanne", "2026-06-01"));
        await _agency.SqlAsync($"UPDATE contacts SET kind = 'Professional', organisation = 'Étude Martin', siren = '732829320' WHERE id = '{notary}'");

        await MergeAsync(new Merge(notary, jeanne));

        var one = (await _agency.FindAsync(notary))!;
        Assert.Equal((ContactKind.Private, null, null), (one.Kind, one.Organisation, one.Siren));
    }

    [Fact]
    public async Task Oneself_someone_gone_and_a_record_changed_since_are_refused()
    {
        var (jeanne, again) = (await _agency.CallerAsync("Jeanne", "2026-02-01"), await _agency.CallerAsync("Jeanne", "2026-06-01"));

        Assert.Equal(MergeRefusal.Oneself, (await MergeAsync(new Merge(jeanne, jeanne))).Refusal);
        Assert.Equal(MergeRefusal.Unknown, (await MergeAsync(new Merge(jeanne, Guid.NewGuid()))).Refusal);
        Assert.Equal(MergeRefusal.Stale, (await MergeAsync(new Merge(jeanne, again, Versions: (1, 1)))).Refusal);
        Assert.NotNull(await _agency.FindAsync(again));
    }

    private async Task<MergeResult> MergeAsync(Merge merge)
    {
        await using var db = _agency.Db();
        return await new ContactMerge(db, _agency.Clock).MergeAsync(merge, _agency.Act);
    }

    // pg_dump frames its output with a key of its own.
    private async Task<string[]> RowsAsync() => [.. (await _agency.Database.DumpAsync()).Split('\n').Where(line => !line.StartsWith('\\'))];

    private async Task<Guid> ArchivedAsync(string firstName, string on)
    {
        var id = await _agency.CallerAsync(firstName, "2020-01-01");
        await _agency.SqlAsync($"DELETE FROM activities WHERE contact_id = '{id}'; UPDATE contacts SET status = 'Archived', archived_on = '{on}', kept_until_of_destroyed = '2030-01-01', kept_until = '2030-01-01' WHERE id = '{id}'");
        return id;
    }
}
