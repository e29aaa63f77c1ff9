using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;

namespace RgpdCrm.Core.Data;

/// <summary>The fictional Agence du Tilleul, in Angers: what a newcomer sees first. Its schedule is lived, not painted: the people have a history,
/// and the nightly run itself has passed over them for the last months.</summary>
public static class DemoData
{
    /// <summary>Up to this many contacts the last nights are lived; more are for measuring, and nobody among them is due yet.</summary>
    public const int MostLived = 5000;

    private const int NightsLived = 75;
    private const int RunHour = 4;
    private const int ChunkPeople = 5000;

    /// <summary>Fills an empty database: the same number, seed and day give the same people.</summary>
    /// <exception cref="DemoDataRefusedException">There are contacts already; nothing was changed.</exception>
    public static async Task SeedAsync(
        string ownerConnection, string appConnection, AgencyClock clock, Fingerprints fingerprints, int contacts, int seed, IProgress<DemoProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contacts);
        var nights = contacts <= MostLived ? LastNights(clock) : [];
        await LoadAsync(appConnection, clock, contacts, seed, nights, progress, cancel);
        await AnalyzeAsync(ownerConnection, cancel);

        if (nights.Count > 0) progress?.Report(new DemoProgress(contacts, nights.Count));
        var quick = Quick(appConnection);
        foreach (var night in nights)
        {
            var run = new RetentionRun(quick, new AgencyClock(new Frozen(night), clock.Zone), NullLogger<RetentionRun>.Instance);
            var report = await run.RunAsync(new RunRequest(), cancel);
            if (report.Outcome != RunOutcome.Succeeded) throw new InvalidOperationException($"The night of {report.Date:yyyy-MM-dd} ended {report.Outcome}: {report.Note}");
        }
        if (nights.Count > 0) await DecideAsync(appConnection, clock, fingerprints, seed, cancel);
    }

    // Small tables, many nights: compiling plans and waiting for the disk at each commit would take most of the time.
    private static string Quick(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        settings.Options = $"{settings.Options} -c jit=off -c synchronous_commit=off".Trim();
        return settings.ConnectionString;
    }

    private static List<DateTimeOffset> LastNights(AgencyClock clock)
    {
        var nights = new List<DateTimeOffset>();
        for (var day = clock.Today.AddDays(-NightsLived); day <= clock.Today; day = day.AddDays(1))
        {
            var local = day.ToDateTime(new TimeOnly(RunHour, 0));
            var night = new DateTimeOffset(local, clock.Zone.GetUtcOffset(local)).ToUniversalTime();
            if (night <= clock.Now) nights.Add(night);
        }
        return nights;
    }

    private static async Task LoadAsync(
        string appConnection, AgencyClock clock, int contacts, int seed, List<DateTimeOffset> nights, IProgress<DemoProgress>? progress, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(appConnection);
        await connection.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var db = CrmDbContext.On(connection);
        await db.Database.UseTransactionAsync(transaction, cancel);
        if (await db.Contacts.AnyAsync(cancel))
            throw new DemoDataRefusedException();

        // As in an import: fresh rows have no statistics, and the planner would read whole tables for each person.
        await db.Database.ExecuteSqlRawAsync("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off; SET LOCAL gin_pending_list_limit = '32MB'", cancel);
        var agents = await AgentsAsync(db, seed, cancel);
        var firstDue = nights.Count > 0 ? clock.DateOf(nights[0]) : clock.Today.AddDays(2);
        var invention = new DemoPeople(contacts, seed, firstDue, clock.Today, agents);
        var people = invention.Invent();
        var loader = new Loader(connection, clock, nights.Count > 0 ? clock.DateOf(nights[0]) : clock.Today, invention);

        var byPerson = await loader.ObligationsAsync(cancel);
        foreach (var chunk in people.Chunk(ChunkPeople))
        {
            await loader.PeopleAsync(chunk, byPerson, cancel);
            progress?.Report(new DemoProgress(Math.Min(contacts, loader.People), 0));
        }
        await loader.PartiesAsync(cancel);
        await loader.InquiriesAsync(people, cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task<IReadOnlyList<Guid>> AgentsAsync(CrmDbContext db, int seed, CancellationToken cancel)
    {
        var agents = await db.Users.Where(a => a.Role != Role.Ops && a.DisabledAt == null).OrderBy(a => a.Email).Select(a => a.Id).ToListAsync(cancel);
        if (agents.Count > 0) return agents;

        // Accounts without a password: nobody can sign in with them.
        var ids = new DemoPeople(0, ~seed, default, default, []);
        foreach (var (name, address) in new[] { ("Sophie Marchal", "sophie.marchal"), ("Karim Benali", "karim.benali"), ("Claire Rousselot", "claire.rousselot") })
        {
            var email = $"{address}@example.org";
            var account = new Account { Id = ids.NextId(), FullName = name, Role = Role.Agent, UserName = email, Email = email, NormalizedUserName = email.ToUpperInvariant(), NormalizedEmail = email.ToUpperInvariant(), SecurityStamp = ids.NextId().ToString("N"), LockoutEnabled = true };
            db.Users.Add(account);
            agents.Add(account.Id);
        }
        await db.SaveChangesAsync(cancel);
        return agents;
    }

    private static async Task AnalyzeAsync(string ownerConnection, CancellationToken cancel)
    {
        await using var owner = CrmDbContext.Open(ownerConnection);
        await owner.Database.ExecuteSqlRawAsync("ANALYZE", cancel);
    }

    /// <summary>What people of the agency decided in the last days.</summary>
    private static async Task DecideAsync(string appConnection, AgencyClock clock, Fingerprints fingerprints, int seed, CancellationToken cancel)
    {
        await using var db = CrmDbContext.Open(appConnection);
        var by = await db.Users.Where(a => a.Role == Role.Admin).OrderBy(a => a.Email).Select(a => (Guid?)a.Id).FirstOrDefaultAsync(cancel);
        var act = new Act(by, clock.Now);
        var review = new Review(db, clock);
        var pending = await db.Contacts.Where(c => c.Status == ContactStatus.PendingDeletion && !c.FromArchive)
            .OrderBy(c => c.PendingSince).ThenBy(c => c.Id).Select(c => c.Id).ToListAsync(cancel);

        var postponed = 0;
        foreach (var id in pending.Skip(3))
        {
            if (postponed == 2) break;
            if ((await review.PostponeAsync(id, "Absent jusqu’à la fin du mois, demande à réfléchir.", act, cancel: cancel)).Done) postponed++;
        }
        (string Reason, string Reference, int Months)[] disputes =
            [("Litige sur la restitution du dépôt de garantie", "TJ Angers 24/01127", 6), ("Réclamation sur les honoraires", "Médiation 2026-88", 3), ("Vice caché allégué par l’acquéreur", "Expertise 3312", 12)];
        foreach (var (id, dispute) in pending.Skip(8).Where((_, i) => i % 5 == 0).Zip(disputes))
            await review.HoldAsync(id, dispute.Reason, dispute.Reference, clock.Today.AddMonths(dispute.Months), act, cancel);

        var asking = await db.Contacts.Where(c => c.Status == ContactStatus.Active).OrderBy(c => c.Id).Select(c => c.Id).Take(4).ToListAsync(cancel);
        RightKind[] rights = [RightKind.Access, RightKind.Rectification, RightKind.Erasure];
        foreach (var (id, (kind, i)) in asking.Zip(rights.Select((r, i) => (r, i))))
        {
            var receivedOn = clock.Today.AddDays(-2 - (i * 6));
            db.RightsRequests.Add(new RightsRequest { ContactId = id, Kind = kind, ReceivedOn = receivedOn });
            db.Activities.Add(new Activity(id, receivedOn, ActivityKind.RightsRequest, Outcome.None, by, clock.Now));
        }
        foreach (var (id, i) in asking.Skip(rights.Length).Concat(pending.Take(1)).Select((id, i) => (id, i)))
        {
            var then = new AgencyClock(new Frozen(clock.Now.AddDays(-3 - (i * 5))), clock.Zone);
            var objectedOn = then.Today;
            await new ObjectionList(db, then, fingerprints).AddAsync(id, cancel);
            db.Activities.Add(new Activity(id, objectedOn, ActivityKind.Objection, Outcome.None, by, clock.Now));
        }
        await db.SaveChangesAsync(cancel);
    }

    private sealed class Frozen(DateTimeOffset instant) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => instant;
    }

    /// <summary>Writes by COPY. Contacts come with the clocks their history gives, so the triggers find nothing to change.</summary>
    private sealed class Loader(NpgsqlConnection connection, AgencyClock clock, DateOnly recordedBefore, DemoPeople invention)
    {
        public int People { get; private set; }

        /// <summary>Mandates and contracts with their entries in the parties' histories.</summary>
        public async Task<ILookup<Guid, DemoActivity>> ObligationsAsync(CancellationToken cancel)
        {
            var all = invention.Obligations;
            await using (var locked = new NpgsqlCommand($"SELECT pg_advisory_xact_lock({(long)AdvisoryLock.Register})", connection)) await locked.ExecuteNonQueryAsync(cancel);
            await CopyAsync("register_lines (number, taken_on)", all.Where(o => o.RegisterNumber is not null).Select(o => new object?[] { o.RegisterNumber, o.SignedOn }), cancel);
            await CopyAsync("properties (id, reference, kind, address, price, changed_on, transaction, status, surface, rooms, postal_code, city, commune_code, energy_class)",
                all.Select(o => o.Property).Distinct().Select(p => new object?[]
                {
                    p.Id, p.Reference, p.Kind.ToString(), p.Address, (decimal)p.Price, p.ChangedOn, p.Transaction.ToString(), p.Status.ToString(), p.Surface, p.Rooms,
                    p.Town.PostalCode, p.Town.Name, p.Town.Code, p.Energy.ToString(),
                }), cancel);
            await CopyAsync("obligations (id, type, reference, property_id, signed_on, starts_on, term_on, completed_on, end_recorded, mandate_kind, contract_kind, register_number, exclusive)",
                all.Select((o, i) => new object?[]
                {
                    o.Id, o.Mandate is null ? "Contract" : "Mandate", o.Mandate is null ? $"C-{o.SignedOn.Year}-{i + 1:0000}" : $"{o.SignedOn.Year}-{o.RegisterNumber}",
                    o.Property.Id, o.SignedOn, o.SignedOn, o.Contract == ContractKind.Deed ? null : o.EndsOn, o.Contract == ContractKind.Deed ? o.EndsOn : null, Ended(o),
                    o.Mandate?.ToString(), o.Contract?.ToString(), o.RegisterNumber, o.Mandate is null ? null : (object)(o.RegisterNumber % 3 == 0),
                }), cancel);
            return all.SelectMany(o => o.Parties.Where(p => p.Person.ArchivedOn is null).SelectMany(p => Entries(o).Select(e => (p.Person.Id, Entry: e)))).ToLookup(e => e.Id, e => e.Entry);
        }

        public Task PartiesAsync(CancellationToken cancel) =>
            CopyAsync("parties (id, obligation_id, contact_id, side)",
                invention.Obligations.SelectMany(o => o.Parties.Select(p => new object?[] { invention.NextId(), o.Id, p.Person.Id, p.Side.ToString() })), cancel);

        public async Task PeopleAsync(DemoPerson[] people, ILookup<Guid, DemoActivity> deals, CancellationToken cancel)
        {
            People += people.Length;
            var histories = people.Select(p => (Person: p, Entries: p.Activities.Concat(deals[p.Id]).OrderBy(a => a.On).ToList())).ToList();
            await CopyAsync("""
                contacts (id, kind, last_name, first_name, organisation, siren, search_name, roles, language, responsible_id, collected_on, created_at,
                idle_on, idle_kind, silent_on, silent_kind, status, from_archive, postponements, deletion_approved, restricted, archived_on)
                """, histories.Select(h => Contact(h.Person, h.Entries)), cancel);
            await CopyAsync("activities (id, contact_id, happened_on, kind, outcome, by_id, recorded_at, text, obligation_id)",
                histories.SelectMany(h => h.Entries.Select(a => new object?[]
                {
                    invention.NextId(), h.Person.Id, a.On, a.Kind.ToString(), a.Outcome.ToString(), h.Person.ResponsibleId, Instant(a.On), a.Text, a.ObligationId,
                })), cancel);
            await CopyAsync("emails (id, contact_id, value)", people.Where(_ => invention.Chance(92)).Select(p => new object?[] { invention.NextId(), p.Id, p.Email }), cancel);
            await CopyAsync("phones (id, contact_id, value)", people.Where(_ => invention.Chance(88)).Select(p => new object?[] { invention.NextId(), p.Id, p.Phone }), cancel);
            await CopyAsync("addresses (id, contact_id, street, postal_code, city, country)", people.Where(_ => invention.Chance(60)).Select(Address), cancel);
            people = [.. people.Where(p => p.ArchivedOn is null)];
            await CopyAsync("notes (id, contact_id, by_id, at, text)",
                people.Where(_ => invention.Chance(25)).Select(p => new object?[] { invention.NextId(), p.Id, p.ResponsibleId, Instant(p.LastOn), invention.Any(DemoNames.Notes) }), cancel);
            await CopyAsync("tags (id, contact_id, name)", people.Where(_ => invention.Chance(20)).Select(p => new object?[] { invention.NextId(), p.Id, invention.Any(DemoNames.Tags) }), cancel);
            var seekers = people.Where(p => (p.Roles & (ContactRoles.Buyer | ContactRoles.Tenant)) != 0 && invention.Chance(60)).ToList();
            await CopyAsync("searches (id, contact_id, transaction, kinds, communes, min_price, max_price, min_surface, min_rooms, frequency)", seekers.Select(Search), cancel);
            await CopyAsync("subscriptions (id, contact_id, topic, started_on, stopped_on)",
                seekers.Where(_ => invention.Chance(60)).Select(p => new object?[] { invention.NextId(), p.Id, Subscription.MatchingProperties, p.CollectedOn, invention.Chance(20) ? p.LastOn : null }), cancel);
            await CopyAsync("consents (id, contact_id, channel, purpose, granted, wording_version, source, at, expires_on, withdrawn_at)",
                people.Where(_ => invention.Chance(40)).Select(p => new object?[] { invention.NextId(), p.Id, "Email", "Annonces par e-mail", true, "2025-01", "formulaire du site", Instant(p.CollectedOn), null, null }), cancel);
        }

        /// <summary>Inquiries of the last two years, and three that nobody has opened yet.</summary>
        public async Task InquiriesAsync(IReadOnlyList<DemoPerson> people, CancellationToken cancel)
        {
            var oldest = clock.Today.DayNumber - recordedBefore.AddMonths(-24).DayNumber - 2;
            var known = people.Where(p => p.Name.Kind == ContactKind.Private).Take(Math.Max(1, people.Count / 10)).Select(p => (Person: p, On: invention.Before(clock.Today, 5, oldest), State: InquiryStatus.Handled));
            var unopened = people.Reverse().Where(p => p.Name.Kind == ContactKind.Private).Take(3).Select((p, i) => (Person: p, On: clock.Today.AddDays(-i), State: InquiryStatus.New));
            await CopyAsync("inquiries (id, contact_id, received_on, status, name, email, phone, message, property_id, assigned_to_id)",
                known.Concat(unopened).Select(i => new object?[]
                {
                    invention.NextId(), i.State == InquiryStatus.New ? null : i.Person.Id, i.On, i.State.ToString(), i.Person.Name.FirstName + " " + i.Person.Name.LastName,
                    i.Person.Email, i.Person.Phone, invention.Any(DemoNames.Inquiries), null, i.State == InquiryStatus.New ? null : i.Person.ResponsibleId,
                }), cancel);
        }

        private object?[] Contact(DemoPerson person, List<DemoActivity> entries)
        {
            var idle = entries.LastOrDefault(a => Clocks.MovesIdle(a.Kind, a.Outcome));
            var silent = entries.LastOrDefault(a => Clocks.MovesSilent(a.Kind, a.Outcome));
            return
            [
                person.Id, person.Name.Kind.ToString(), person.Name.LastName, person.Name.FirstName, person.Name.Organisation, person.Name.Siren, person.Name.SearchKey,
                (int)person.Roles, "fr", person.ResponsibleId, person.CollectedOn, Instant(person.CollectedOn), idle?.On, idle?.Kind.ToString(), silent?.On, silent?.Kind.ToString(),
                (person.ArchivedOn is null ? ContactStatus.Active : ContactStatus.Archived).ToString(), false, 0, false, false, person.ArchivedOn,
            ];
        }

        private object?[] Address(DemoPerson person)
        {
            var (code, city) = invention.Any(DemoNames.Cities);
            return [invention.NextId(), person.Id, $"{1 + (person.CollectedOn.DayNumber % 90)} {invention.Any(DemoNames.Streets)}", code, city, "FR"];
        }

        private object?[] Search(DemoPerson person)
        {
            var renting = person.Roles.HasFlag(ContactRoles.Tenant);
            var price = renting ? 500 + (person.LastOn.DayNumber % 9 * 100) : 120_000 + (person.LastOn.DayNumber % 30 * 10_000);
            var kind = invention.Any(DemoNames.Kinds);
            return
            [
                invention.NextId(), person.Id, (renting ? Transaction.Rental : Transaction.Sale).ToString(), new[] { kind.ToString() }, new[] { DemoPeople.Town(invention.Any(DemoNames.Towns).Town).Code },
                price * 3 / 4, price, 30 + (price % 7 * 10), kind == PropertyKind.Commercial ? null : 1 + (person.LastOn.DayNumber % 4), MailFrequency.Weekly.ToString(),
            ];
        }

        private bool Ended(DemoObligation obligation) => obligation.EndsOn < recordedBefore;

        private IEnumerable<DemoActivity> Entries(DemoObligation obligation)
        {
            yield return new DemoActivity(obligation.SignedOn, ActivityKind.ObligationSigned, ObligationId: obligation.Id);
            if (Ended(obligation)) yield return new DemoActivity(obligation.EndsOn!.Value, ActivityKind.ObligationEnded, ObligationId: obligation.Id);
        }

        // Office hours; never later than now.
        private DateTimeOffset Instant(DateOnly day)
        {
            var instant = new DateTimeOffset(day.ToDateTime(new TimeOnly(9, 30)), TimeSpan.Zero);
            return instant < clock.Now ? instant : clock.Now.ToUniversalTime();
        }

        private async Task CopyAsync(string table, IEnumerable<object?[]> rows, CancellationToken cancel)
        {
            await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT BINARY)", cancel);
            foreach (var row in rows)
            {
                await copy.StartRowAsync(cancel);
                foreach (var value in row)
                {
                    await (value switch
                    {
                        null => copy.WriteNullAsync(cancel),
                        string[] texts => copy.WriteAsync(texts, NpgsqlDbType.Array | NpgsqlDbType.Text, cancel),
                        string text => copy.WriteAsync(text, NpgsqlDbType.Text, cancel),
                        Guid id => copy.WriteAsync(id, NpgsqlDbType.Uuid, cancel),
                        DateOnly day => copy.WriteAsync(day, NpgsqlDbType.Date, cancel),
                        DateTimeOffset instant => copy.WriteAsync(instant, NpgsqlDbType.TimestampTz, cancel),
                        int number => copy.WriteAsync(number, NpgsqlDbType.Integer, cancel),
                        bool yes => copy.WriteAsync(yes, NpgsqlDbType.Boolean, cancel),
                        decimal amount => copy.WriteAsync(amount, NpgsqlDbType.Numeric, cancel),
                        _ => throw new NotSupportedException(value.GetType().Name),
                    });
                }
            }
            await copy.CompleteAsync(cancel);
        }
    }
}

/// <summary>How far the demonstration is: people invented so far, then the nights that are lived with them.</summary>
public readonly record struct DemoProgress(int Contacts, int Nights);

/// <summary>Demonstration data only go into an empty database.</summary>
public sealed class DemoDataRefusedException() : Exception("The database has contacts already.");
