using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;
using RgpdCrm.Tests.Deployment;

namespace RgpdCrm.Tests.Support;

/// <summary>The mailbox that undeliverable mails come back to: an IMAP server in a process of its own, empty at the start.</summary>
public sealed class ReturnsServer : IAsyncLifetime
{
    private readonly int _port = Doors.FreePort();
    private Daemon _process = null!;

    /// <summary>The settings of an application that reads it.</summary>
    public (string, string)[] Settings =>
        [("Mail:Returns:Address", "retours@tilleul.example"), ("Mail:Returns:Host", "127.0.0.1"), ("Mail:Returns:Port", $"{_port}"), ("Mail:Returns:Security", "none"), ("Mail:Returns:User", "testuser"), ("Mail:Returns:Password", "testpass")];

    public async ValueTask InitializeAsync()
    {
        _process = new Daemon(["node", "returns.mjs", $"{_port}"], Checkout.PathOf("tests/servers"), []);
        await _process.UntilAsync(async () =>
        {
            try
            {
                using var client = await OpenAsync();
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        });
    }

    /// <summary>A message arrives there.</summary>
    public async Task ReceiveAsync(string source)
    {
        using var client = await OpenAsync();
        await client.Inbox.AppendAsync(await MimeMessage.LoadAsync(new MemoryStream(Encoding.UTF8.GetBytes(source.ReplaceLineEndings("\r\n")))));
    }

    /// <summary>What lies there, by subject, and whether it was read.</summary>
    public async Task<IReadOnlyList<(string Subject, bool Seen)>> ListAsync()
    {
        using var client = await OpenAsync();
        await client.Inbox.OpenAsync(FolderAccess.ReadOnly);
        return [.. (await client.Inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope | MessageSummaryItems.Flags)).Select(m => (m.Envelope!.Subject!, m.Flags!.Value.HasFlag(MessageFlags.Seen)))];
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<ImapClient> OpenAsync()
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", _port, SecureSocketOptions.None);
        await client.AuthenticateAsync("testuser", "testpass");
        return client;
    }
}
