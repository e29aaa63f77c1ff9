using MimeKit;

namespace RgpdCrm.Core.Mail;

/// <summary>What takes mails away: an SMTP server, the page of caught mails, or nothing.</summary>
public interface IMailTransport
{
    /// <summary>Whether mails can leave at all; while not, they wait.</summary>
    bool Ready { get; }

    /// <summary>The address mails come from, with the agency's name.</summary>
    MailboxAddress From { get; }

    /// <summary>Opens a connection for several mails.</summary>
    /// <exception cref="MailRefusedException">The server cannot be reached, or does not let us in.</exception>
    Task<IMailConnection> ConnectAsync(CancellationToken cancel = default);
}

/// <summary>An open connection.</summary>
public interface IMailConnection : IAsyncDisposable
{
    /// <summary>Hands a mail over; once this returns, it is the server's.</summary>
    /// <exception cref="MailRefusedException">It was not taken, or nobody knows.</exception>
    Task SendAsync(MimeMessage mail, CancellationToken cancel = default);
}

/// <summary>A mail was not taken. It carries a word, never the server's sentence: that one repeats addresses.</summary>
public sealed class MailRefusedException(MailFailure failure) : Exception(failure.ToString())
{
    public MailFailure Failure { get; } = failure;

    /// <summary>The connection is of no more use.</summary>
    public bool Broken => Failure is MailFailure.Unreachable or MailFailure.Unanswered;
}

/// <summary>No server is configured: everything waits.</summary>
public sealed class NoTransport : IMailTransport
{
    public bool Ready => false;

    public MailboxAddress From => throw new NotSupportedException();

    public Task<IMailConnection> ConnectAsync(CancellationToken cancel = default) => throw new NotSupportedException();
}
