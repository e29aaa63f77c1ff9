using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MimeKit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Mail;

/// <summary>The mailbox that undeliverable mails come back to.</summary>
/// <param name="Host">Name of its IMAP server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is encrypted.</param>
/// <param name="User">Whom we sign in as.</param>
/// <param name="Password">Their password.</param>
public sealed record ReturnsMailbox(string Host, int Port, SecureSocketOptions Security, string User, string Password);

/// <summary>What one look into the mailbox found.</summary>
/// <param name="Returned">Mails that turned out not to have arrived.</param>
/// <param name="Reached">The mailbox was read, or there is none.</param>
public sealed record BouncesRead(int Returned, bool Reached = true);

/// <summary>Reads the reports of mails that came back, notes them and deletes the reports, which repeat addresses. Anything else in the mailbox is left as it is, unread.</summary>
public sealed partial class Bounces(CrmDbContext db, IMailTransport transport, AgencyClock clock, ILogger<Bounces> logger, ReturnsMailbox? mailbox = null)
{
    /// <summary>Days a server may take to give up, and a little more: what is older was looked at.</summary>
    private const int Days = 14;

    // Servers return our headers or our mail, which is small.
    private const int MostBytes = 1_000_000;

    /// <summary>Reads what has come back since. Twice at once, or killed in between, notes nothing twice.</summary>
    public async Task<BouncesRead> ReadAsync(CancellationToken cancel = default)
    {
        if (mailbox is null || !transport.Ready) return new BouncesRead(0);
        var domain = MailboxAddress.EncodeAddrspec(transport.From.Address).Split('@')[^1];
        using var client = new ImapClient { Timeout = 30_000 };
        try
        {
            await client.ConnectAsync(mailbox.Host, mailbox.Port, mailbox.Security, cancel);
            await client.AuthenticateAsync(mailbox.User, mailbox.Password, cancel);
            await client.Inbox.OpenAsync(FolderAccess.ReadWrite, cancel);
            var returned = 0;
            List<UniqueId> done = [];
            var since = SearchQuery.DeliveredAfter(clock.Now.UtcDateTime.AddDays(-Days)).And(SearchQuery.SmallerThan(MostBytes));
            foreach (var uid in await client.Inbox.SearchAsync(since.And(SearchQuery.HeaderContains("Content-Type", "delivery-status")), cancel))
            {
                using var message = await client.Inbox.GetMessageAsync(uid, cancel);
                if (DeliveryReport.Read(message, domain) is not { } report) continue;
                if (report.Failure is { } failure && await NoteAsync(report.Mail, failure, cancel)) returned++;
                done.Add(uid);
            }
            if (done.Count > 0)
            {
                await client.Inbox.StoreAsync(done, new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, cancel);
                await client.Inbox.ExpungeAsync(done, cancel);
            }
            await client.DisconnectAsync(true, cancel);
            return new BouncesRead(returned);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or CommandException or ProtocolException or AuthenticationException or SslHandshakeException or NotSupportedException)
        {
            // The server's sentence may repeat the account: only the kind of fault is told.
            LogUnread(logger, e.GetType().Name);
            return new BouncesRead(0, Reached: false);
        }
    }

    private async Task<bool> NoteAsync(Guid mail, MailFailure failure, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var noted = await db.OutgoingMails.Where(m => m.Id == mail && m.State == MailState.Sent)
            .ExecuteUpdateAsync(m => m.SetProperty(x => x.State, MailState.Bounced).SetProperty(x => x.Failure, failure), cancel) == 1;
        if (noted && failure == MailFailure.AddressRefused)
            await RefuseAddressAsync(db, mail, await db.OutgoingMails.Where(m => m.Id == mail).Select(m => m.EmailId).SingleAsync(cancel), clock.Now, cancel);
        await transaction.CommitAsync(cancel);
        if (noted) LogReturned(logger, mail, failure);
        return noted;
    }

    /// <summary>An address that no mailbox answers to: the product writes there no more by itself, and the properties of the mail are owed again once there is another.</summary>
    internal static async Task RefuseAddressAsync(CrmDbContext db, Guid mail, Guid? email, DateTimeOffset now, CancellationToken cancel)
    {
        await db.Emails.Where(e => e.Id == email).ExecuteUpdateAsync(e => e.SetProperty(x => x.RefusedAt, now), cancel);
        await db.Matches.Where(m => m.MailId == mail).ExecuteUpdateAsync(m => m.SetProperty(x => x.ToldAt, (DateTimeOffset?)null).SetProperty(x => x.MailId, (Guid?)null), cancel);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Mail} came back: {Failure}")]
    private static partial void LogReturned(ILogger logger, Guid mail, MailFailure failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "The mailbox of returned mails could not be read: {Fault}")]
    private static partial void LogUnread(ILogger logger, string fault);
}
