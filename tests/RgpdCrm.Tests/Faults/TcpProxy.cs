using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace RgpdCrm.Tests.Faults;

/// <summary>A wire to a server of this machine that breaks where a test wants it to.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly Task _accepting;
    private string? _after, _lost;

    public TcpProxy(int server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>How often a reply was lost.</summary>
    public int Lost { get; private set; }

    /// <summary>A connection string that leads through here.</summary>
    public string Through(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        SslMode = SslMode.Disable,
    }.ConnectionString;

    /// <summary>The next time one connection says <paramref name="after"/> and then <paramref name="message"/>, the server does it, answers, and the connection breaks before the answer arrives.</summary>
    public void LoseReplyTo(string message, string after) => (_after, _lost) = (after, message);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting.ContinueWith(_ => { }, TaskScheduler.Default);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _ = CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token));
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                var wire = new Wire();
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), said => Listen(wire, said)),
                    CopyAsync(server.GetStream(), client.GetStream(), _ => !wire.Broken));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two left: so does the other.
            }
        }
    }

    private bool Listen(Wire wire, string said)
    {
        wire.Warned |= _after is { } after && said.Contains(after, StringComparison.Ordinal);
        if (!wire.Warned || _lost is not { } lost || !said.Contains(lost, StringComparison.Ordinal)) return true;
        (wire.Broken, _after, _lost) = (true, null, null);
        Lost++;
        return true;
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, Func<string, bool> passes)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, _end.Token) is > 0 and var read && passes(Encoding.Latin1.GetString(buffer, 0, read)))
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
    }

    private sealed class Wire
    {
        public bool Warned { get; set; }
        public bool Broken { get; set; }
    }
}
