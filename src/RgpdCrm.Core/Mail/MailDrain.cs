using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Mail;

/// <summary>How fast the agency's server lets us send; none for no limit.</summary>
public sealed record MailLimits(int? PerMinute, int? PerDay);

/// <summary>What one drain did.</summary>
/// <param name="Sent">Mails the server took.</param>
/// <param name="Refused">Mails that will never leave.</param>
/// <param name="Reached">The server answered, or nothing had to be sent.</param>
public sealed record MailDrained(int Sent, int Refused, bool Reached = true);

/// <summary>Sends what waits in the outbox. One process at a time holds the outbox, by a lock that dies with its connection. A mail is claimed by the date of its next
/// attempt before it is handed over, and noted as sent right after: killed in between, it leaves once more and never gets lost.</summary>
public sealed partial class MailDrain(CrmDbContext db, IMailTransport transport, RenderMail render, MailLimits limits, ObjectionList objections, AgencyClock clock, ILogger<MailDrain> logger)
{
    /// <summary>Days a notice may wait for a configured sender (retention.md, "One notice e-mail at entry").</summary>
    public const int NoticeDays = 7;

    /// <summary>Days any other mail is tried.</summary>
    public const int TryDays = 3;

    private const int AtOnce = 20;
    private const int LongestWaitMinutes = 60;

    /// <summary>Drains what is due, within the limits.</summary>
    public async Task<MailDrained> RunAsync(CancellationToken cancel = default)
    {
        await using var held = await HeldLock.TryAsync(db.Database.GetConnectionString()!, AdvisoryLock.Mails, cancel);
        if (held is null) return new MailDrained(0, 0);
        await NoteSenderAsync(cancel);
        return transport.Ready ? await SendAsync(cancel) : new MailDrained(0, 0);
    }

    private Task<int> NoteSenderAsync(CancellationToken cancel) => transport.Ready
        ? db.Database.ExecuteSqlAsync($"UPDATE installation SET sender_since = {clock.Now} WHERE sender_since IS NULL", cancel)
        : db.Database.ExecuteSqlAsync($"UPDATE installation SET sender_since = NULL WHERE sender_since IS NOT NULL", cancel);

    private async Task<MailDrained> SendAsync(CancellationToken cancel)
    {
        await ExpireAsync(cancel);
        var (sent, refused) = (0, 0);
        IMailConnection? connection = null;
        try
        {
            while (await LeftAsync(cancel) is > 0 and var left && await ClaimAsync(Math.Min(left, AtOnce), cancel) is { Count: > 0 } claimed)
            {
                foreach (var mail in claimed)
                {
                    Guid? to = null;
                    try
                    {
                        if (await PrepareAsync(mail, cancel) is not var (message, emailId))
                        {
                            refused++;
                            continue;
                        }
                        to = emailId;
                        connection ??= await transport.ConnectAsync(cancel);
                        await connection.SendAsync(message, cancel);
                        await NoteSentAsync(mail, to);
                        sent++;
                    }
                    catch (MailRefusedException e)
                    {
                        if (await NoteRefusedAsync(mail, to, e.Failure, cancel)) refused++;
                        if (!e.Broken) continue;
                        // The rest of the claim comes back by its own date, without having cost an attempt.
                        await ReturnAsync([.. claimed.SkipWhile(m => m.Id != mail.Id).Skip(1).Select(m => m.Id)], cancel);
                        return new MailDrained(sent, refused, Reached: false);
                    }
                }
            }
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync();
        }
        return new MailDrained(sent, refused);
    }

    // A notice that could not leave in 7 days of a sender being there expires; an invitation's link lives 72 hours; anything else is given up.
    private async Task ExpireAsync(CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"""
            UPDATE outgoing_mails SET state = 'Expired', failure = coalesce(failure, {nameof(MailFailure.TooLate)})
            WHERE state = 'Recorded' AND template = {MailTemplate.PendingNotice}
              AND greatest(created_at, (SELECT sender_since FROM installation)) <= {clock.Now.AddDays(-NoticeDays)}
            """, cancel);
        await db.Database.ExecuteSqlAsync($"""
            UPDATE outgoing_mails SET state = 'Failed', failure = coalesce(failure, {nameof(MailFailure.TooLate)})
            WHERE state = 'Recorded' AND template <> {MailTemplate.PendingNotice} AND created_at <= {clock.Now.AddDays(-TryDays)}
            """, cancel);
        // What they would have shown is owed again.
        await db.Database.ExecuteSqlAsync($"""
            UPDATE matches SET told_at = NULL, mail_id = NULL
            WHERE mail_id IN (SELECT id FROM outgoing_mails WHERE template = {MailTemplate.PropertyMatches} AND state = 'Failed' AND created_at <= {clock.Now.AddDays(-TryDays)} AND sent_at IS NULL)
            """, cancel);
    }

    private async Task<int> LeftAsync(CancellationToken cancel)
    {
        var (minute, day) = (clock.Now.AddMinutes(-1), clock.Now.AddDays(-1));
        var left = int.MaxValue;
        if (limits.PerMinute is { } perMinute) left = perMinute - await db.OutgoingMails.CountAsync(m => m.SentAt > minute, cancel);
        if (limits.PerDay is { } perDay) left = Math.Min(left, perDay - await db.OutgoingMails.CountAsync(m => m.SentAt > day, cancel));
        return left;
    }

    // Colleagues wait for their links at a screen: they come first.
    private Task<List<OutgoingMail>> ClaimAsync(int most, CancellationToken cancel) => db.OutgoingMails.FromSql($"""
        WITH next AS (SELECT id FROM outgoing_mails WHERE state = 'Recorded' AND (next_attempt_at IS NULL OR next_attempt_at <= {clock.Now})
                      ORDER BY account_id IS NULL, next_attempt_at NULLS FIRST, created_at LIMIT {most} FOR UPDATE SKIP LOCKED)
        UPDATE outgoing_mails m SET attempts = attempts + 1, next_attempt_at = {clock.Now} + interval '1 minute' * least(power(2, least(attempts + 1, 10)), {LongestWaitMinutes})
        FROM next WHERE m.id = next.id RETURNING m.*
        """).AsNoTracking().ToListAsync(cancel);

    /// <summary>The message, or nothing when there is nobody to send it to; then the row says why.</summary>
    private async Task<(MimeKit.MimeMessage Message, Guid? EmailId)?> PrepareAsync(OutgoingMail mail, CancellationToken cancel)
    {
        if (mail is { ContactId: null, AccountId: null })
        {
            await db.OutgoingMails.Where(m => m.Id == mail.Id).ExecuteDeleteAsync(cancel);
            return null;
        }
        switch (await Addressees.MayReceiveAsync(db, mail, clock.Today, cancel))
        {
            case MayReceive.Never:
                await EndAsync(mail, MailState.Failed, MailFailure.NotAllowed, cancel);
                return null;
            case MayReceive.NotWanted:
                await db.OutgoingMails.Where(m => m.Id == mail.Id).ExecuteDeleteAsync(cancel);
                return null;
            case MayReceive.NotNow:
                return null;
        }
        if (await Addressees.ReadAsync(db, mail, cancel) is not { } recipient)
        {
            await EndAsync(mail, MailState.Failed, MailFailure.NoAddress, cancel);
            return null;
        }
        // Someone who objected may have come back under another record: their address says so.
        if (mail.Template is MailTemplate.PropertyMatches or MailTemplate.PendingNotice && await objections.LatestAsync(recipient.Address, null, cancel) is not null)
        {
            await db.OutgoingMails.Where(m => m.Id == mail.Id).ExecuteDeleteAsync(cancel);
            return null;
        }
        try
        {
            if (await render(mail, recipient, cancel) is { } rendered) return (rendered.ToMessage(mail, recipient, transport.From, clock.Now), recipient.EmailId);
            await EndAsync(mail, MailState.Failed, MailFailure.NotAllowed, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not NpgsqlException)
        {
            LogNotRendered(logger, mail.Id, mail.Template, e.GetType().Name);
            await EndAsync(mail, MailState.Failed, MailFailure.NotRendered, cancel);
        }
        return null;
    }

    // A process that is asked to stop still notes what left.
    private async Task NoteSentAsync(OutgoingMail mail, Guid? to)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await db.Database.ExecuteSqlAsync($"UPDATE outgoing_mails SET state = 'Sent', email_id = {to}, sent_at = {clock.Now}, next_attempt_at = NULL, failure = NULL WHERE id = {mail.Id}");
        // What an agent writes is an exchange (retention.md: idle clock only); what the product writes moves nothing and is not an entry of the history.
        if (mail is { Template: MailTemplate.Personal, ContactId: { } contact })
            await new Review(db, clock).LogAsync(contact, ActivityKind.PersonalMessage, Outcome.None, clock.Today, mail.Subject, new Act(mail.ById, clock.Now));
        await transaction.CommitAsync();
        db.ChangeTracker.Clear();
    }

    /// <returns>Whether it will never leave.</returns>
    private async Task<bool> NoteRefusedAsync(OutgoingMail mail, Guid? to, MailFailure failure, CancellationToken cancel)
    {
        LogRefused(logger, mail.Id, mail.Template, mail.Attempts, failure);
        var state = failure switch
        {
            MailFailure.AddressRefused => MailState.Bounced,
            MailFailure.MailRefused => MailState.Failed,
            // It may have left already, and once more already: a third copy helps nobody.
            MailFailure.Unanswered when mail.Failure == MailFailure.Unanswered => MailState.Failed,
            _ => MailState.Recorded,
        };
        await EndAsync(mail, state, failure, cancel);
        if (failure == MailFailure.AddressRefused) await Bounces.RefuseAddressAsync(db, mail.Id, to, clock.Now, cancel);
        return state != MailState.Recorded;
    }

    private Task<int> EndAsync(OutgoingMail mail, MailState state, MailFailure failure, CancellationToken cancel) =>
        db.OutgoingMails.Where(m => m.Id == mail.Id).ExecuteUpdateAsync(m => m.SetProperty(x => x.State, state).SetProperty(x => x.Failure, failure), cancel);

    private Task<int> ReturnAsync(Guid[] ids, CancellationToken cancel) =>
        db.OutgoingMails.Where(m => ids.Contains(m.Id)).ExecuteUpdateAsync(m => m.SetProperty(x => x.Attempts, x => x.Attempts - 1).SetProperty(x => x.NextAttemptAt, clock.Now.AddMinutes(1)), cancel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Mail} ({Template}) was not taken at attempt {Attempt}: {Failure}")]
    private static partial void LogRefused(ILogger logger, Guid mail, string template, int attempt, MailFailure failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Mail} ({Template}) could not be rendered: {Fault}")]
    private static partial void LogNotRendered(ILogger logger, Guid mail, string template, string fault);
}
