using System.Collections.Concurrent;
using MimeKit;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Web.Mail;

/// <summary>In development nothing leaves: mails stay in memory, to be read on a page, until the process ends.</summary>
public sealed class MailCatcher(MailboxAddress from) : IMailTransport, IMailConnection
{
    private const int Most = 200;
    private readonly ConcurrentQueue<CaughtMail> _caught = new();

    public bool Ready => true;

    public MailboxAddress From => from;

    /// <summary>The latest first.</summary>
    public IEnumerable<CaughtMail> All => _caught.Reverse();

    public CaughtMail? Find(Guid id) => _caught.FirstOrDefault(mail => mail.Id == id);

    public Task<IMailConnection> ConnectAsync(CancellationToken cancel = default) => Task.FromResult<IMailConnection>(this);

    public Task SendAsync(MimeMessage mail, CancellationToken cancel = default)
    {
        _caught.Enqueue(new CaughtMail(Guid.NewGuid(), mail.Date, mail.To.ToString(), mail.Subject ?? "", mail.HtmlBody ?? "", mail.TextBody ?? ""));
        while (_caught.Count > Most) _caught.TryDequeue(out _);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A mail that would have left.</summary>
public sealed record CaughtMail(Guid Id, DateTimeOffset At, string To, string Subject, string Html, string Text);
