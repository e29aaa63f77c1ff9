using System.Net;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Security;

/// <summary>What stands in front: only proxies named by <c>Proxy:Known</c> are believed, and Production speaks HTTPS only.</summary>
internal static class Proxy
{
    public static void AddProxy(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        var known = Addresses(builder.Configuration["Proxy:Known"]);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = known.Length == 0 ? ForwardedHeaders.None : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var network in known) forwarded.KnownIPNetworks.Add(network);
        });
        if (builder.Configuration["AllowedHosts"] is null or "" && Address(builder.Configuration) is { } address)
            builder.Services.PostConfigure<HostFilteringOptions>(hosts => hosts.AllowedHosts = [address.Host]);
        builder.Services.AddHsts(hsts => (hsts.MaxAge, hsts.IncludeSubDomains) = (TimeSpan.FromDays(365), true));
        builder.Services.AddHttpsRedirection(https =>
            (https.HttpsPort, https.RedirectStatusCode) = (builder.Configuration.GetValue("HttpsPort", 443), StatusCodes.Status308PermanentRedirect));
    }

    public static void UseProxy(this WebApplication app)
    {
        app.UseForwardedHeaders();
        if (app.Environment.IsDevelopment()) return;
        app.UseHsts();
        // A load balancer asks the process itself, without certificates.
        app.UseWhen(http => !http.Request.Path.StartsWithSegments("/health"), web => web.UseHttpsRedirection());
    }

    /// <summary>Where people find the application, from outside; links in messages start with it.</summary>
    /// <exception cref="WrongSettingException">Production must know it: it is also the only host name it answers to.</exception>
    public static Uri PublicAddress(this WebApplication app) => app.Configuration.PublicAddress(app.Environment);

    /// <inheritdoc cref="PublicAddress(WebApplication)"/>
    public static Uri PublicAddress(this IConfiguration settings, IHostEnvironment environment) => Address(settings)
        ?? (environment.IsDevelopment() ? new Uri("http://127.0.0.1:5080") : throw new WrongSettingException(T("Le réglage Agency__Address manque : l’adresse https:// à laquelle l’équipe ouvre l’application.")));

    /// <summary>The same while a request is answered: without the setting, where the request came to.</summary>
    public static Uri PublicAddress(this IConfiguration settings, HttpRequest request) => Address(settings) ?? new Uri($"{request.Scheme}://{request.Host}");

    private static Uri? Address(IConfiguration settings) => settings["Agency:Address"] switch
    {
        null or "" => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var address) => address,
        var text => throw new WrongSettingException(T($"Le réglage Agency__Address n’est pas une adresse : {text}.")),
    };

    private static System.Net.IPNetwork[] Addresses(string? list) =>
        [.. (list ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Network)];

    private static System.Net.IPNetwork Network(string text)
    {
        if (System.Net.IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var address)) return new(address, address.GetAddressBytes().Length * 8);
        throw new WrongSettingException(T($"Le réglage Proxy__Known contient une adresse illisible : {text}."));
    }
}
