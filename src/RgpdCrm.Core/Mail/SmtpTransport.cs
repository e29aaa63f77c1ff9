using System.Net.Sockets;
using System.Security.Authentication;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace RgpdCrm.Core.Mail;

/// <summary>Where the agency's mails leave from.</summary>
/// <param name="Host">Name of the server.</param>
/// <param name="Port">Its port.</param>
/// <param name="Security">How the connection is encrypted.</param>
/// <param name="From">The agency's name and address.</param>
/// <param name="User">Whom we sign in as; none for a server that asks nothing.</param>
/// <param name="Password">Their password.</param>
/// <param name="Returns">Where undeliverable mails come back to; none for where they come from.</param>
public sealed record SmtpServer(string Host, int Port, SecureSocketOptions Security, MailboxAddress From, string? User = null, string? Password = null, MailboxAddress? Returns = null)
{
    /// <summary>A server that says nothing for so long is as good as gone.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>A real SMTP server, through MailKit.</summary>
public sealed class SmtpTransport(SmtpServer server) : IMailTransport
{
    public bool Ready => true;

    public MailboxAddress From => server.From;

    public async Task<IMailConnection> ConnectAsync(CancellationToken cancel = default)
    {
        var client = new Client(server.Returns ?? server.From) { Timeout = (int)server.Patience.TotalMilliseconds };
        // Without this every mail waits some 40 ms for the server to acknowledge half of it.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(server.Patience);
            await socket.ConnectAsync(server.Host, server.Port, patience.Token);
            await client.ConnectAsync(socket, server.Host, server.Port, server.Security, cancel);
            if (server.User is { } user) await client.AuthenticateAsync(user, server.Password ?? "", cancel);
            return client;
        }
        catch (Exception e) when (IsServersFault(e) || e is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            await client.DisposeAsync();
            socket.Dispose();
            throw new MailRefusedException(MailFailure.Unreachable);
        }
    }

    private static bool IsServersFault(Exception e) =>
        e is IOException or SocketException or TimeoutException or CommandException or ProtocolException or System.Security.Authentication.AuthenticationException
            or MailKit.Security.AuthenticationException or SslHandshakeException or NotSupportedException or ServiceNotConnectedException or ServiceNotAuthenticatedException;

    private sealed class Client(MailboxAddress returns) : SmtpClient, IMailConnection
    {
        // From the moment the address is accepted, a silence may mean that the mail left.
        private bool _handedOver;

        public async Task SendAsync(MimeMessage mail, CancellationToken cancel)
        {
            _handedOver = false;
            try
            {
                await base.SendAsync(mail, returns, mail.To.Mailboxes, cancel);
            }
            catch (SmtpCommandException e)
            {
                var refused = (int)e.StatusCode >= 500;
                throw new MailRefusedException(!refused ? MailFailure.Deferred : e.ErrorCode == SmtpErrorCode.RecipientNotAccepted ? MailFailure.AddressRefused : MailFailure.MailRefused);
            }
            catch (NotSupportedException)
            {
                // The server does not speak SMTPUTF8, and the part before the @ has letters that need it.
                throw new MailRefusedException(MailFailure.AddressRefused);
            }
            catch (Exception e) when (IsServersFault(e))
            {
                throw new MailRefusedException(_handedOver ? MailFailure.Unanswered : MailFailure.Unreachable);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (IsConnected) await DisconnectAsync(true, CancellationToken.None);
            }
            catch (Exception e) when (IsServersFault(e))
            {
                // It has what it took; how it says goodbye does not matter.
            }
            Dispose();
        }

        // A server that can says it again when the mail comes back (RFC 3461).
        protected override string? GetEnvelopeId(MimeMessage message) => message.MessageId;

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => _handedOver = true;
    }
}
