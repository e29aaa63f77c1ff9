using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Npgsql;
using RgpdCrm.Core.Mail;

namespace RgpdCrm.Benchmarks;

/// <summary>Mails of the outbox, rendered and noted one by one, against the same number of ready messages in a bare MailKit loop, to the same server on this machine. On its own
/// MailKit waits for the server to acknowledge the first half of every message, 40 ms on Linux; <see cref="SmtpTransport"/> does not.</summary>
internal static class MailClaim
{
    private const int Mails = 10_000;

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var mails = bench.Scaled(Mails);
        await using var database = await bench.DatabaseAsync(mails * 2);
        using var sink = new Sink();
        await using var app = Web.Program.Build(
            ["--environment=Development", "--applicationName=RgpdCrm.Web", "--Logging:Level=Fatal", "--Hangfire:Server=false", $"--ConnectionStrings:RgpdCrm={database.App}", "--Agency:Address=https://localhost", "--Mail:Smtp:Host=127.0.0.1", $"--Mail:Smtp:Port={sink.Port}",
                "--Mail:Smtp:Security=none", "--Mail:From=agence@example.org", "--Mail:PerMinute=1000000", "--Mail:PerDay=1000000"]);
        await QueueAsync(database.App, 20);
        await DrainAsync(app, 20); // Compiles.
        await BareAsync(sink.Port, 20);

        await QueueAsync(database.App, mails);
        var ours = await TimedAsync(() => DrainAsync(app, mails));
        var bare = await TimedAsync(() => BareAsync(sink.Port, mails));
        yield return Measure.AtLeast(0.5, $"{mails} mails, against a bare MailKit loop", mails / ours, mails / bare, "/s");
    }

    private static async Task QueueAsync(string app, int mails)
    {
        await using var connection = new NpgsqlConnection(app);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "DELETE FROM outgoing_mails; INSERT INTO outgoing_mails (id, contact_id, template, created_at, state) SELECT gen_random_uuid(), id, 'preferences-link', now(), 'Recorded' FROM contacts WHERE status = 'Active' LIMIT @mails", connection)
        { CommandTimeout = 0 };
        command.Parameters.AddWithValue("mails", mails);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task DrainAsync(WebApplication app, int mails)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var drained = await scope.ServiceProvider.GetRequiredService<MailDrain>().RunAsync();
        if (drained.Sent != mails) throw new InvalidOperationException($"{drained.Sent} of {mails} mails left.");
    }

    private static async Task BareAsync(int port, int mails)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        for (var i = 0; i < mails; i++)
        {
            using var message = new MimeMessage();
            message.From.Add(new MailboxAddress("Agence", "agence@example.org"));
            message.To.Add(new MailboxAddress("Camille Martin", $"camille.martin{i}@example.org"));
            message.Subject = "Votre lien vers vos e-mails et vos données";
            message.Body = new BodyBuilder { TextBody = new string('t', 800), HtmlBody = new string('h', 5000) }.ToMessageBody();
            await client.SendAsync(message);
        }
        await client.DisconnectAsync(quit: true);
    }

    private static async Task<double> TimedAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>A server that takes everything and keeps nothing.</summary>
    private sealed class Sink : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Sink()
        {
            _listener.Start();
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _ = AcceptAsync();
        }

        public int Port { get; }

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            try
            {
                while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The measure is over.
            }
        }

        private static async Task ServeAsync(TcpClient client)
        {
            using var connection = client;
            client.NoDelay = true;
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
            await writer.WriteLineAsync("220 sink");
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase))
                {
                    await writer.WriteLineAsync("354 go on");
                    while (await reader.ReadLineAsync() is not (null or ".")) { }
                }
                await writer.WriteLineAsync(line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase) ? "221 bye" : "250 ok");
            }
        }
    }
}
