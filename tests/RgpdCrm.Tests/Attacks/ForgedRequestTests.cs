using System.Net;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Tests.Pages.Mandates;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Attacks;

/// <summary>Requests that no page of ours would send.</summary>
public sealed partial class ForgedRequestTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_token_of_someone_else_is_refused_even_in_the_browser_they_share()
    {
        var shared = await _app.SignInAsync(Role.Admin);
        var hers = WebUtility.HtmlDecode(TokenField().Match(await shared.ReadAsync("/contacts")).Groups[1].Value);
        await shared.PostFormAsync("/account/sign-out", [], tokenFrom: "/contacts");
        await _app.EnsureAccountAsync("marc@example.org", Role.Agent);
        Assert.Equal(HttpStatusCode.Redirect, (await shared.SignInAsync("marc@example.org", CrmApp.Password)).StatusCode);
        var claire = await _app.PersonAsync("Claire", "claire@exemple.fr");

        var answer = await shared.PostWithoutTokenAsync($"/contacts/{claire}/tags", [("Name", "vue sur la Loire"), ("__RequestVerificationToken", hers)]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, await _app.CountAsync("tags"));
    }

    [Fact]
    public void What_is_posted_to_and_is_no_page_needs_a_key_or_has_no_session_to_abuse() =>
        Assert.Equal(["/api/v1/inquiries", "/hangfire/{**path}", "/stats/hit"], Endpoints().Where(e => e.Metadata.GetMetadata<PageActionDescriptor>() is null && e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is null or { Count: 0 }).Select(e => "/" + e.RoutePattern.RawText!.Trim('/')).Order());

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task An_agent_who_knows_the_id_of_someone_archived_gets_the_answer_of_an_id_that_is_nobodys(bool archived)
    {
        var (claire, other) = (await _app.NamedAsync("Claire", "Petit"), await _app.NamedAsync("Paul", "Petit"));
        if (archived) await _app.SetAsideAsync(claire, "archived");
        else claire = Guid.NewGuid();
        var agent = await _app.SignInAsync(Role.Agent);

        var open = new List<string>();
        foreach (var route in Endpoints().Select(e => "/" + e.RoutePattern.RawText!.Trim('/')).Where(route => route.StartsWith("/contacts/{", StringComparison.Ordinal)))
        {
            var address = Parameter().Replace(route.Replace("{id:guid}", $"{claire}", StringComparison.Ordinal), $"{other}");
            var answer = await agent.GetAsync(address);
            if (answer.StatusCode != HttpStatusCode.NotFound) open.Add(route);
            Assert.DoesNotContain("Claire", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(open);
    }

    [Theory]
    [InlineData("https://evil.example/"), InlineData("//evil.example"), InlineData("/\\evil.example"), InlineData("/\t/evil.example"), InlineData("javascript:alert(1)")]
    public async Task No_switch_leads_out_of_the_house(string returnUrl)
    {
        var sophie = await _app.SignInAsync(Role.Agent);
        foreach (var page in (string[])["/theme", "/language", "/shortcuts"])
        {
            var answer = await sophie.PostFormAsync(page, [("returnUrl", returnUrl), ("Theme", "dark"), ("language", "fr")], tokenFrom: "/contacts");
            Assert.Equal("/", answer.Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task A_session_planted_before_signing_in_is_replaced_and_opens_nothing()
    {
        await _app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var victim = _app.Visitor();
        victim.Client.DefaultRequestHeaders.Add("Cookie", "rgpdcrm-session=planted");

        var answer = await victim.SignInAsync("sophie@example.org", CrmApp.Password);

        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("rgpdcrm-session=", StringComparison.Ordinal) && !cookie.Contains("planted", StringComparison.Ordinal));
        var attacker = _app.Visitor();
        attacker.Client.DefaultRequestHeaders.Add("Cookie", "rgpdcrm-session=planted");
        Assert.Equal(HttpStatusCode.Redirect, (await attacker.GetAsync("/contacts")).StatusCode);
    }

    [Fact]
    public void No_form_writes_into_a_record_directly()
    {
        using var db = _app.Db();
        var records = db.Model.GetEntityTypes().Select(e => e.ClrType).ToHashSet();
        var bound = typeof(Web.Program).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(PageModel)))
            .SelectMany(page => page.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.NonPublic)).Where(property => property.IsDefined(typeof(BindPropertyAttribute)))
            .SelectMany(property => Within(property.PropertyType, []));

        Assert.DoesNotContain(bound, records.Contains);
    }

    private static HashSet<Type> Within(Type type, HashSet<Type> seen)
    {
        type = type.IsArray ? type.GetElementType()! : type.IsGenericType ? type.GetGenericArguments()[^1] : type;
        if (!seen.Add(type) || type.Namespace?.StartsWith("RgpdCrm", StringComparison.Ordinal) != true || type.IsEnum) return seen;
        foreach (var property in type.GetProperties().Where(property => property.SetMethod?.IsPublic == true)) Within(property.PropertyType, seen);
        return seen;
    }

    private IEnumerable<RouteEndpoint> Endpoints() => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex TokenField();
}
