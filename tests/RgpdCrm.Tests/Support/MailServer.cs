using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MimeKit;
using RgpdCrm.Tests.Deployment;

namespace RgpdCrm.Tests.Support;

/// <summary>An SMTP server in a process of its own; what it received lives in memory, and it misbehaves on demand. It refuses every mailbox that starts with <c>refused</c>.</summary>
public sealed class MailServer : IAsyncLifetime
{
    private static readonly string Folder = Checkout.PathOf("tests/servers");
    private readonly HttpClient _desk = new() { BaseAddress = new Uri($"http://127.0.0.1:{Doors.FreePort()}") };
    private Daemon _process = null!;

    public int Port { get; } = Doors.FreePort();

    /// <summary>The settings of an application that sends through it.</summary>
    public (string, string)[] Settings =>
        [("Mail:Smtp:Host", "127.0.0.1"), ("Mail:Smtp:Port", $"{Port}"), ("Mail:Smtp:Security", "none"), ("Mail:From", "agence@tilleul.example"), ("Agency:Address", "https://localhost")];

    public async ValueTask InitializeAsync()
    {
        Assert.True(Directory.Exists(Path.Combine(Folder, "node_modules")), "The test servers are missing: npm ci in tests/servers.");
        _process = new Daemon(["node", "mail.mjs", $"{Port}", $"{_desk.BaseAddress!.Port}"], Folder, []);
        await _process.UntilAsync(async () =>
        {
            try
            {
                return (await _desk.GetAsync(new Uri("/", UriKind.Relative))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>Every mail received so far, and forgets them.</summary>
    public async Task<IReadOnlyList<MimeMessage>> TakeAsync()
    {
        var received = await _desk.GetFromJsonAsync<List<Received>>(new Uri("/", UriKind.Relative), JsonSerializerOptions.Web);
        await _desk.DeleteAsync(new Uri("/", UriKind.Relative));
        return [.. received!.Select(mail => MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail.Source))))];
    }

    /// <summary>The next times a command is reached, it fails: <c>{ stage = "rcpt" | "data", code = 451 }</c>, <c>drop = true</c> to take the mail and break off without a word, or <c>silent = true</c> to take it and say nothing.</summary>
    public Task FailAsync(params object[] faults) => _desk.PostAsJsonAsync(new Uri("/", UriKind.Relative), faults);

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _process.DisposeAsync();
    }

    private sealed record Received(string[] To, string Source);
}
