using System.Text.RegularExpressions;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Hosting;

/// <summary>The counter of the agency's website and of our public pages: <c>stats/counter.js</c> posts a path and the host before. No cookie;
/// the caller's address limits its rate and is forgotten within a minute, the browser's name tells robots apart and is never kept.</summary>
internal static partial class SiteCounter
{
    /// <summary>Where the script posts to.</summary>
    public const string Address = "/stats/hit";

    /// <summary>Hits a minute from one network address; a household or an office reads no faster.</summary>
    public const int HitsPerMinute = 60;

    private const string RateLimit = "hits";
    private const int MostBytes = 8 * 1024;

    public static void AddSiteCounter(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(provider => PublicSite.From(provider.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<HitBuffer>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<HitBuffer>());
        builder.Services.Configure<RateLimiterOptions>(limits => limits.AddPolicy(RateLimit, http => RateLimits.PerAddress(http, HitsPerMinute, TimeSpan.FromMinutes(1))));
    }

    // Every method comes here, so that a GET is told it is none of them rather than sent to sign in.
    public static void MapSiteCounter(this WebApplication app) =>
        app.Map(Address, (Delegate)CountAsync).RequireRateLimiting(RateLimit).WithMetadata(new SkipStatusCodePagesAttribute()).FromAccessTable();

    private static async Task<IResult> CountAsync(HttpContext http, PublicSite site, HitBuffer hits, AgencyClock clock, IConfiguration settings)
    {
        var request = http.Request;
        if (!HttpMethods.IsPost(request.Method)) return Results.StatusCode(StatusCodes.Status405MethodNotAllowed);
        var own = settings.PublicAddress(request);
        var origin = request.Headers.Origin.ToString();
        if (origin != own.GetLeftPart(UriPartial.Authority) && !site.Allows(origin)) return Results.StatusCode(StatusCodes.Status403Forbidden);
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.Vary = "Origin";
        if (request.ContentLength is null or > MostBytes) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (!request.HasFormContentType) return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        if (Objects(request.Headers) || Robot().IsMatch(request.Headers.UserAgent.ToString())) return Results.NoContent();

        if (await ReadAsync(http) is not { } form || SeenPage.Page(form["p"]) is not { } page) return Results.BadRequest();
        hits.Add(new Hit { SeenOn = clock.Today, Page = page, Source = SeenPage.Source(form["r"], host => host == own.Host || site.IsHost(host)) });
        return Results.NoContent();
    }

    // A form made to break the reader is no page either.
    private static async Task<IFormCollection?> ReadAsync(HttpContext http)
    {
        try
        {
            return await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return null;
        }
    }

    // The script asks the browser first; a browser that only says it here is heard too.
    private static bool Objects(IHeaderDictionary headers) => headers["DNT"] == "1" || headers["Sec-GPC"] == "1";

    [GeneratedRegex(@"^$|bot\b|crawl|spider|slurp|preview|headless|scan|monitor|lighthouse|curl|wget|python|java/|okhttp|go-http|libwww", RegexOptions.IgnoreCase)]
    private static partial Regex Robot();
}

/// <summary>The agency's own sites: they may embed the contact form and count their pages.</summary>
internal sealed class PublicSite
{
    private readonly HashSet<string> _origins, _hosts;

    private PublicSite(IEnumerable<Uri> sites) =>
        (_origins, _hosts) = ([.. sites.Select(site => site.GetLeftPart(UriPartial.Authority))], [.. sites.Select(site => site.Host)]);

    /// <summary>The sites, as a browser names them.</summary>
    public IReadOnlyCollection<string> Origins => _origins;

    /// <summary>Whether a browser's <c>Origin</c> is one of the sites.</summary>
    public bool Allows(string origin) => _origins.Contains(origin);

    /// <summary>Whether a host is one of the sites.</summary>
    public bool IsHost(string host) => _hosts.Contains(host);

    public static PublicSite From(IConfiguration settings) =>
        new([.. (settings["PublicSite:AllowedSites"] ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Site)]);

    private static Uri Site(string text) => Uri.TryCreate(text, UriKind.Absolute, out var site) && site.Scheme is "https" or "http"
        ? site
        : throw new WrongSettingException(T($"Le réglage PublicSite__AllowedSites contient une adresse illisible : {text}. Écrivez https://www.exemple.fr."));
}

/// <summary>Hits wait here a moment and are written together: a page never waits for the database. When it cannot keep up, hits are dropped; they are only counted.</summary>
internal sealed partial class HitBuffer(IServiceScopeFactory scopes, ILogger<HitBuffer> logger) : BackgroundService
{
    private const int Room = 10_000, BatchSize = 1000;
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<Hit> _waiting = Channel.CreateBounded<Hit>(new BoundedChannelOptions(Room) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<Hit> _batch = new(BatchSize);

    /// <summary>Takes one; returns at once.</summary>
    public void Add(Hit hit) => _waiting.Writer.TryWrite(hit);

    /// <summary>What still waits is written before the process ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (await WriteAsync(cancellationToken))
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (_batch.Count > 0 || await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(_waiting.Reader.Count < BatchSize ? Gathering : TimeSpan.Zero, stoppingToken);
                await WriteAsync(stoppingToken);
                if (_batch.Count > 0) await Task.Delay(Patience, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The rest is written by StopAsync.
        }
    }

    /// <summary>Writes one batch; false when there was none or the database refused, and the batch is kept for the next try.</summary>
    private async Task<bool> WriteAsync(CancellationToken cancel)
    {
        while (_batch.Count < BatchSize && _waiting.Reader.TryRead(out var hit)) _batch.Add(hit);
        if (_batch.Count == 0) return false;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var (days, pages, sources) = (_batch.Select(h => h.SeenOn).ToArray(), _batch.Select(h => h.Page).ToArray(), _batch.Select(h => h.Source).ToArray());
            await scope.ServiceProvider.GetRequiredService<CrmDbContext>().Database
                .ExecuteSqlAsync($"INSERT INTO hits (seen_on, page, source) SELECT * FROM unnest({days}, {pages}, {sources})", cancel);
            _batch.Clear();
            return true;
        }
        catch (Exception e) when (e is System.Data.Common.DbException or InvalidOperationException)
        {
            LogRefused(logger, _batch.Count);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} hits could not be written yet")]
    private static partial void LogRefused(ILogger logger, int count);
}
