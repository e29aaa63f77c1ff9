using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Deployment;

/// <summary>The two ports of a Caddy, and how people come through them.</summary>
/// <param name="Data">Caddy's data folder, where its own authority is.</param>
internal sealed record Doors(string Data)
{
    public int Http { get; } = FreePort();

    public int Https { get; } = FreePort();

    /// <summary>Someone who opens the site, trusting the authority that Caddy made and no other. Redirects are not followed.</summary>
    public Browser Visitor(IPAddress? from = null) => new(new HttpClient(Handler(from ?? IPAddress.Loopback)) { BaseAddress = new Uri(Site.Home) });

    /// <summary>The answer, or null while nobody answers.</summary>
    public static async Task<HttpResponseMessage?> TryAsync(Browser browser, string url)
    {
        try
        {
            return await browser.GetAsync(url);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A port of a range that the system hands to nobody by itself.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 30_000);
            using var probe = new TcpListener(IPAddress.Any, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another.
            }
        }
    }

    private SocketsHttpHandler Handler(IPAddress from) => new()
    {
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(from, 0));
            var loopback = from.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
            await socket.ConnectAsync(new IPEndPoint(loopback, context.DnsEndPoint.Port == 443 ? Https : Http), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
        SslOptions = { CertificateChainPolicy = TrustInCaddyAlone() },
    };

    private X509ChainPolicy TrustInCaddyAlone()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        var root = Path.Combine(Data, "caddy", "pki", "authorities", "local", "root.crt");
        if (File.Exists(root)) policy.CustomTrustStore.ImportFromPemFile(root);
        return policy;
    }
}
