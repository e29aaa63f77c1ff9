using System.Net.Sockets;
using System.Text;

namespace RgpdCrm.Tests.Support;

internal static class DockerEngine
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Whether an engine answers a ping: the one of <c>DOCKER_HOST</c>, else the sockets Docker uses by default.</summary>
    internal static async Task<bool> AnswersAsync()
    {
        foreach (var address in Addresses())
        {
            if (await AnswersAtAsync(address))
                return true;
        }

        return false;
    }

    private static IEnumerable<Uri> Addresses()
    {
        if (Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host)
            return Uri.TryCreate(host, UriKind.Absolute, out var chosen) ? [chosen] : [];
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [new Uri("unix:///var/run/docker.sock"), new Uri($"unix://{home}/.docker/run/docker.sock")];
    }

    private static async Task<bool> AnswersAtAsync(Uri address)
    {
        var unix = address.Scheme == "unix";
        if (unix && !File.Exists(address.AbsolutePath))
            return false;

        using var patience = new CancellationTokenSource(Patience);
        using var socket = unix
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (unix)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), patience.Token);
            else
                await socket.ConnectAsync(address.Host, address.Port, patience.Token);
            await socket.SendAsync("GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"u8.ToArray(), patience.Token);
            var answer = new byte[32];
            var length = await socket.ReceiveAsync(answer, patience.Token);
            return Encoding.ASCII.GetString(answer, 0, length).Contains(" 200 ", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
