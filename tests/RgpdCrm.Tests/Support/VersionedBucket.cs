using System.Net;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Photos;

namespace RgpdCrm.Tests.Support;

/// <summary>A bucket that keeps versions and markers, lists two entries at a time, and fails as a test tells it to.</summary>
internal sealed class VersionedBucket : IAsyncDisposable
{
    private const string Name = "photos";
    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";
    private readonly WebApplication _server;
    private readonly Lock _lock = new();

    private VersionedBucket(WebApplication server) => _server = server;

    /// <summary>Every version and marker, oldest first.</summary>
    public List<(string Key, string Id, bool Marker)> Held { get; } = [];

    public List<(string Key, string Id)> Uploads { get; } = [];

    /// <summary>Objects the bucket says it did not delete, inside an answer 200.</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>Answers in the bucket's place, or not.</summary>
    public Func<HttpContext, Task<bool>> Fault { get; set; } = _ => Task.FromResult(false);

    /// <summary>Comes after the bucket did what it was asked, and before it says so.</summary>
    public Func<HttpContext, Task> Afterwards { get; set; } = _ => Task.CompletedTask;

    public int Requests { get; private set; }

    /// <summary>What the latest object was written with.</summary>
    public Dictionary<string, string>? Written { get; private set; }

    public S3Location Location => new(Name, "eu-west-1", "tilleul/", new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), ForcePathStyle: true)
    {
        Retries = 1,
    };

    public static async Task<VersionedBucket> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        var bucket = new VersionedBucket(server);
        server.Run(bucket.AnswerAsync);
        await server.StartAsync();
        return bucket;
    }

    public S3PhotoStore Store(int timeoutSeconds = 15) => new(Location with { Timeout = TimeSpan.FromSeconds(timeoutSeconds) }, TimeProvider.System, S3Server.Credentials);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        lock (_lock) Requests++;
        if (await Fault(http)) return;
        if (http.Request.Method == "PUT") Written = http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var query = http.Request.Query;
        var key = http.Request.Path.Value!.TrimStart('/') is var path && path.Length > Name.Length + 1 ? path[(Name.Length + 1)..] : "";
        XElement? answer;
        lock (_lock)
        {
            answer = (http.Request.Method, query) switch
            {
                ("GET", _) when query.ContainsKey("versioning") => new XElement(S3 + "VersioningConfiguration", new XElement(S3 + "Status", "Enabled")),
                ("GET", _) when query.ContainsKey("versions") => Versions(query["prefix"]!, query["key-marker"], query["version-id-marker"]),
                ("GET", _) when query.ContainsKey("uploads") => new XElement(S3 + "ListMultipartUploadsResult", new XElement(S3 + "IsTruncated", "false"),
                    Uploads.Where(u => u.Key.StartsWith(query["prefix"]!, StringComparison.Ordinal)).Select(u => new XElement(S3 + "Upload", new XElement(S3 + "Key", u.Key), new XElement(S3 + "UploadId", u.Id)))),
                ("GET", _) => Current(query["prefix"]!),
                ("POST", _) when query.ContainsKey("delete") => Delete(XElement.Parse(Encoding.UTF8.GetString(body.ToArray()))),
                ("DELETE", _) => Forget(() => Uploads.RemoveAll(u => u.Id == query["uploadId"])),
                ("PUT", _) => Forget(() => Held.Add((key, Guid.NewGuid().ToString("N"), false))),
                _ => throw new NotSupportedException(http.Request.Method),
            };
        }
        await Afterwards(http);
        http.Response.ContentType = "application/xml";
        if (answer is not null) await http.Response.WriteAsync(answer.ToString());
        else if (http.Request.Method == "DELETE") http.Response.StatusCode = (int)HttpStatusCode.NoContent;
        else http.Response.Headers.ETag = "\"d41d8cd98f00b204e9800998ecf8427e\"";
    }

    private static XElement? Forget(Action change)
    {
        change();
        return null;
    }

    private XElement Versions(string prefix, string? afterKey, string? afterId)
    {
        var all = Held.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal).ToList();
        var rest = afterKey is null ? all : all[(all.FindIndex(v => v.Key == afterKey && v.Id == afterId) + 1)..];
        var page = rest.Take(2).ToList();
        return new XElement(S3 + "ListVersionsResult", new XElement(S3 + "IsTruncated", rest.Count > 2 ? "true" : "false"),
            rest.Count > 2 ? [new XElement(S3 + "NextKeyMarker", page[^1].Key), new XElement(S3 + "NextVersionIdMarker", page[^1].Id)] : Array.Empty<XElement>(),
            page.Select(v => new XElement(S3 + (v.Marker ? "DeleteMarker" : "Version"), new XElement(S3 + "Key", v.Key), new XElement(S3 + "VersionId", v.Id),
                new XElement(S3 + "IsLatest", Held.Last(h => h.Key == v.Key).Id == v.Id ? "true" : "false"), new XElement(S3 + "LastModified", "2026-11-01T08:00:00.000Z"))));
    }

    private XElement Current(string prefix) => new(S3 + "ListBucketResult", new XElement(S3 + "IsTruncated", "false"),
        Held.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(v => v.Key).Where(g => !g.Last().Marker)
            .Select(g => new XElement(S3 + "Contents", new XElement(S3 + "Key", g.Key), new XElement(S3 + "LastModified", "2026-11-01T08:00:00.000Z"))));

    private XElement Delete(XElement asked)
    {
        var answers = new List<XElement>();
        foreach (var one in asked.Elements().Where(e => e.Name.LocalName == "Object"))
        {
            var (key, id) = (one.Elements().Single(e => e.Name.LocalName == "Key").Value, one.Elements().SingleOrDefault(e => e.Name.LocalName == "VersionId")?.Value);
            if (Refused.Contains(key))
            {
                answers.Add(new XElement(S3 + "Error", new XElement(S3 + "Key", key), new XElement(S3 + "Code", "AccessDenied"), new XElement(S3 + "Message", "no")));
                continue;
            }
            if (id is null) Held.Add((key, Guid.NewGuid().ToString("N"), true));
            else Held.RemoveAll(v => v.Key == key && v.Id == id);
            answers.Add(new XElement(S3 + "Deleted", new XElement(S3 + "Key", key)));
        }
        return new XElement(S3 + "DeleteResult", answers);
    }
}
