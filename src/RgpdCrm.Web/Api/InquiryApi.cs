using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Pages.Public;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Api;

/// <summary>The agency's own site sends its inquiries here (<c>wwwroot/api/v1/openapi.json</c> describes it). Each field is checked as the public page checks it.</summary>
internal static class InquiryApi
{
    /// <summary>Bytes of a request at most.</summary>
    public const int MostBytes = 64 * 1024;

    /// <summary>Inquiries one key may send a minute.</summary>
    public const int SentPerMinute = 30;

    private const int LongestIdempotencyKey = 100;
    private static readonly TimeSpan IdempotencyLife = TimeSpan.FromHours(24);
    private static readonly PartitionedRateLimiter<Guid> KeyLimit = PartitionedRateLimiter.Create<Guid, Guid>(key =>
        RateLimitPartition.GetFixedWindowLimiter(key, _ => new() { PermitLimit = SentPerMinute, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>What is stored of a key.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    // Every method comes here, so that a GET is told it is none of them rather than sent to sign in.
    public static void MapInquiryApi(this WebApplication app) =>
        app.Map("/api/v1/inquiries", (Delegate)PostAsync).WithMetadata(new RequestSizeLimitAttribute(MostBytes)).RequireRateLimiting(PublicForms.AskLimit).FromAccessTable();

    private static async Task<IResult> PostAsync(HttpContext http, CrmDbContext db, AgencyClock clock, CancellationToken cancel)
    {
        if (!HttpMethods.IsPost(http.Request.Method)) return Problem(StatusCodes.Status405MethodNotAllowed, T("Cette adresse ne reçoit que POST."));
        if (await KeyAsync(http.Request, db, cancel) is not { } key)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem(StatusCodes.Status401Unauthorized, T("La clé manque, est inconnue ou a été révoquée."));
        }
        using var permit = KeyLimit.AttemptAcquire(key.Id);
        if (!permit.IsAcquired)
        {
            http.Response.Headers.RetryAfter = "60";
            return Problem(StatusCodes.Status429TooManyRequests, T("Trop de demandes en une minute : attendez, puis recommencez."));
        }
        if (!http.Request.HasJsonContentType()) return Problem(StatusCodes.Status415UnsupportedMediaType, T("Le contenu doit être du JSON : application/json."));
        if (await BodyAsync(http.Request, cancel) is not { } body) return Problem(StatusCodes.Status413PayloadTooLarge, T("Le contenu est trop long : 64 ko au plus."));

        var faults = new Dictionary<string, string[]>();
        if (Read(body, faults) is not { } input) return Problem(StatusCodes.Status400BadRequest, T("Le contenu n’est pas un objet JSON lisible."));
        foreach (var (field, error) in input.Faults()) faults.TryAdd(Camel(field), [error]);
        var property = await InquiryInput.FindAsync(db, input.Property, cancel);
        if (property is null && !string.IsNullOrWhiteSpace(input.Property)) faults.TryAdd("property", [T("Ce bien est inconnu, ou n’est plus proposé.")]);
        var idempotency = http.Request.Headers["Idempotency-Key"].ToString();
        if (idempotency.Length > LongestIdempotencyKey) faults.TryAdd("Idempotency-Key", [T($"Ce texte est trop long : {LongestIdempotencyKey} caractères au plus.")]);
        if (faults.Count > 0) return Results.ValidationProblem(faults, title: T("La demande n’a pas été enregistrée."), statusCode: StatusCodes.Status422UnprocessableEntity);

        key.Use(clock.Today);
        await input.ToEntry(property?.Id, InquirySource.Api).ReceiveAsync(db, Once(key, idempotency, body, clock), null, clock, cancel);
        return Results.Json(new { status = "received" }, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<ApiKey?> KeyAsync(HttpRequest request, CrmDbContext db, CancellationToken cancel)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) || header.Length > 200) return null;
        var hash = HashOf(header[scheme.Length..].Trim());
        return await db.ApiKeys.SingleOrDefaultAsync(k => k.Hash == hash && k.RevokedAt == null, cancel);
    }

    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > MostBytes) return null;
        var buffer = new byte[MostBytes + 1];
        try
        {
            var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            return length > MostBytes ? null : buffer[..length];
        }
        catch (BadHttpRequestException tooLong) when (tooLong.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    // Read by hand: what is unknown or of another kind is named, and nothing is guessed.
    private static InquiryInput? Read(byte[] body, Dictionary<string, string[]> faults)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            var input = new InquiryInput();
            foreach (var member in json.RootElement.EnumerateObject())
            {
                var text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null;
                var kept = member.Name switch
                {
                    "name" => Keep(member.Value, () => input.Name = text),
                    "email" => Keep(member.Value, () => input.Email = text),
                    "phone" => Keep(member.Value, () => input.Phone = text),
                    "message" => Keep(member.Value, () => input.Message = text),
                    "property" => Keep(member.Value, () => input.Property = text),
                    "similarProperties" => member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False && (input.SimilarProperties = member.Value.GetBoolean()) is var _,
                    _ => false,
                };
                // Whatever a caller calls its field is not repeated: it could be anything.
                if (!kept) faults.TryAdd(Known(member.Name) ? member.Name : "", [Known(member.Name) ? T("Cette valeur n’est pas valable.") : T("Un champ est inconnu : voyez la description de l’API.")]);
            }
            return input;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }

        static bool Keep(JsonElement value, Action keep)
        {
            if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) return false;
            keep();
            return true;
        }
    }

    private static bool Known(string name) => name is "name" or "email" or "phone" or "message" or "property" or "similarProperties";

    private static string Camel(string field) => char.ToLowerInvariant(field[0]) + field[1..];

    // The content is part of it: another message under a key used before is another message, and is not lost.
    private static SpentChallenge? Once(ApiKey key, string idempotency, byte[] body, AgencyClock clock) => idempotency.Length == 0 ? null : new SpentChallenge
    {
        Hash = SHA256.HashData([.. key.Id.ToByteArray(), .. HashOf(idempotency), .. body]),
        ExpiresAt = clock.Now + IdempotencyLife,
    };

    private static IResult Problem(int status, string title) => Results.Problem(title: title, statusCode: status);
}
