using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Security;

/// <summary>Writes who was shown whose page, when. Every page whose address holds an id is about someone unless it is named here, so a new one cannot be forgotten.
/// The line is written before anything is sent: without it nobody sees the page.</summary>
public sealed class PagesSeen(CrmDbContext db, AgencyClock clock) : IAsyncPageFilter
{
    /// <summary>Starts of addresses whose ids are nobody's: tools, processors, breaches, colleagues, versions of the notice, photos of a property.</summary>
    public static IReadOnlyList<string> AboutNobody { get; } = ["/statistics/tools", "/processors", "/breaches", "/users", "/privacy/versions", "/properties/{id:guid}/photos"];

    /// <summary>Pages that open one person of a list by a value of the query.</summary>
    public static IReadOnlyDictionary<string, string> OpenedBy { get; } = new Dictionary<string, string> { ["/pending"] = "open" };

    /// <summary>Files with many people: one line for the file.</summary>
    public static IReadOnlyList<string> Files { get; } = ["/contacts/export.csv", "/pending/export"];

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        var http = context.HttpContext;
        var page = http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } template } ? "/" + template.Trim('/') : "";
        if (http.User.Identity?.IsAuthenticated == true && Files.Contains(page)) await WriteAsync(http, page, null);
        var answer = (await next()).Result;
        if (http.User.Identity?.IsAuthenticated != true || !Shows(answer)) return;
        foreach (var subject in SubjectsOf(http, page)) await WriteAsync(http, page, subject);
    }

    // Whatever it is, a page, a file or a text, unless it sends elsewhere or refuses.
    private static bool Shows(IActionResult? answer) => answer is not (null or IKeepTempDataResult or IStatusCodeActionResult { StatusCode: >= StatusCodes.Status400BadRequest } or ForbidResult or ChallengeResult);

    private static IEnumerable<Guid> SubjectsOf(HttpContext http, string page)
    {
        if (AboutNobody.Any(start => page.StartsWith(start, StringComparison.OrdinalIgnoreCase))) return [];
        if (OpenedBy.TryGetValue(page.EndsWith("/index", StringComparison.OrdinalIgnoreCase) ? page[..^"/index".Length] : page, out var query)) return Guid.TryParse(http.Request.Query[query], out var opened) ? [opened] : [];
        var pattern = ((RouteEndpoint)http.GetEndpoint()!).RoutePattern;
        return pattern.Parameters.Where(p => p.ParameterPolicies.Any(policy => policy.Content == "guid"))
            .Select(p => Guid.TryParse(http.GetRouteValue(p.Name)?.ToString(), out var id) ? id : (Guid?)null).OfType<Guid>().Distinct();
    }

    // Nothing that the page may have changed and not saved goes along.
    private Task<int> WriteAsync(HttpContext http, string page, Guid? subject)
    {
        var entry = new AccessEntry(clock.Now, http.User.AccountId(), page, subject);
        return db.Database.ExecuteSqlAsync($"INSERT INTO access_entries (id, at, actor_id, page, subject_id) VALUES ({entry.Id}, {entry.At}, {entry.ActorId}, {entry.Page}, {entry.SubjectId})", http.RequestAborted);
    }
}
