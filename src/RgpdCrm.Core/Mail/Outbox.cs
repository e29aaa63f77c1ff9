using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Mail;

/// <summary>Mails that someone asks for. Whether the address is known or not, one row is written, so that neither the answer nor its time tells;
/// a row for nobody is discarded by who sends.</summary>
public static class Outbox
{
    // One request every few minutes is enough for anyone, and too few to flood a mailbox.
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    /// <summary>The link for a colleague whose account has just been made.</summary>
    public static Task InviteAsync(CrmDbContext db, Guid accountId, DateTimeOffset now, CancellationToken cancel = default)
    {
        db.OutgoingMails.Add(new OutgoingMail { AccountId = accountId, Template = MailTemplate.Invitation, CreatedAt = now });
        return db.SaveChangesAsync(cancel);
    }

    /// <summary>A link to choose a new password, for whoever has an account with this address.</summary>
    public static Task ForgottenPasswordAsync(CrmDbContext db, string email, DateTimeOffset now, CancellationToken cancel = default)
    {
        var (normalised, since) = (email.Trim().ToUpperInvariant(), now - Pause);
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO outgoing_mails (id, account_id, template, created_at, state)
            SELECT gen_random_uuid(), a.id, {MailTemplate.ForgottenPassword}, {now}, 'Recorded'
            FROM (SELECT 1) one LEFT JOIN accounts a ON a.normalized_email = {normalised} AND a.disabled_at IS NULL
              AND NOT EXISTS (SELECT FROM outgoing_mails m WHERE m.account_id = a.id AND m.template = {MailTemplate.ForgottenPassword} AND m.created_at > {since})
            """, cancel);
    }

    /// <summary>A new link to the preferences, for everyone within reach who has this address: a couple may share one.</summary>
    public static Task PreferencesLinkAsync(CrmDbContext db, string email, DateTimeOffset now, CancellationToken cancel = default)
    {
        var since = now - Pause;
        return db.Database.ExecuteSqlAsync($"""
            INSERT INTO outgoing_mails (id, contact_id, email_id, template, created_at, state)
            SELECT gen_random_uuid(), p.contact_id, p.id, {MailTemplate.PreferencesLink}, {now}, 'Recorded'
            FROM (SELECT 1) one LEFT JOIN (
              SELECT e.contact_id, e.id FROM emails e JOIN contacts c ON c.id = e.contact_id
              WHERE e.value = {email} AND c.status <> 'Archived' AND NOT c.from_archive AND NOT c.restricted
                AND NOT EXISTS (SELECT FROM outgoing_mails m WHERE m.contact_id = c.id AND m.template = {MailTemplate.PreferencesLink} AND m.created_at > {since})
              ORDER BY c.created_at LIMIT 5) p ON true
            """, cancel);
    }
}
