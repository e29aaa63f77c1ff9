using System.Diagnostics;
using System.Security.Cryptography;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;
using ActivityKind = RgpdCrm.Core.Contacts.ActivityKind;

namespace RgpdCrm.Tests.Faults;

/// <summary>Colleagues who place a hold or log a call at the very instant the run deletes.</summary>
public sealed class RacingDecisionTests(PostgresFixture postgres)
{
    private const int Colleagues = 20;

    // The weekly run asks for 1,000.
    private static readonly int Races = int.TryParse(Environment.GetEnvironmentVariable("RGPDCRM_TEST_RACES"), out var wanted) ? wanted : 200;

    [Fact]
    public async Task Whoever_was_saved_an_instant_before_stays_and_whoever_was_not_is_gone_for_good()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        // Twenty people fall due on each of the days that follow.
        await agency.SqlAsync($"""
            INSERT INTO contacts (id, kind, last_name, first_name, search_name, roles, language, collected_on, created_at, status, pending_since, pending_version, from_archive, postponements, deletion_approved, restricted)
            SELECT gen_random_uuid(), 'Private', 'Martin', 'P' || n, 'p', 1, 'fr', '2020-01-01', now(), 'PendingDeletion', date '2026-09-15' + n / {Colleagues}, 1, false, 0, true, false FROM generate_series(0, {Races} - 1) n;
            INSERT INTO emails (id, contact_id, value) SELECT gen_random_uuid(), id, lower(first_name) || '@crowd.example' FROM contacts
            """);
        var invariants = await Invariants.BeforeAsync(agency.Database);
        var (saved, duration) = (0, TimeSpan.FromMilliseconds(200));

        for (var day = agency.Today; day < agency.Today.AddDays(Races / Colleagues); day = day.AddDays(1))
        {
            var due = await agency.Database.OwnerConnectionString.QueryAsync<Guid>($"SELECT id FROM contacts WHERE pending_since = '{day.AddMonths(-2):O}'");
            var watch = Stopwatch.StartNew();
            var run = agency.RunAsync($"{day:O}");
            var decisions = due.Select(person => DecideAsync(agency, person, duration)).ToList();
            Assert.Equal(RunOutcome.Succeeded, (await run).Outcome);
            duration = watch.Elapsed;

            foreach (var (person, done) in due.Zip(await Task.WhenAll(decisions)))
            {
                Assert.Equal(done, await agency.FindAsync(person) is not null);
                if (!done) continue;
                invariants.MustStay(person);
                saved++;
            }
        }

        Assert.InRange(saved, 1, Races - 1);
        var end = $"{agency.Today.AddDays(Races / Colleagues):O}";
        await agency.RunAsync(end);
        await invariants.HoldTwiceAsync(() => agency.RunAsync(end));
    }

    /// <summary>A colleague decides at some instant of the run; whether it counted is what they are told.</summary>
    private static async Task<bool> DecideAsync(Agency agency, Guid person, TimeSpan during)
    {
        await Task.Delay(during * (RandomNumberGenerator.GetInt32(1000) / 1000.0));
        return (await agency.ReviewAsync(review => RandomNumberGenerator.GetInt32(2) == 0
            ? review.HoldAsync(person, "Litige", null, agency.Today.AddMonths(6), agency.Act)
            : review.LogAsync(person, ActivityKind.InboundCall, Outcome.None, agency.Today, null, agency.Act))).Done;
    }
}
