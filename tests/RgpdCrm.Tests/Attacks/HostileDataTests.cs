using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Attacks;

/// <summary>An agency in which every text that somebody typed is an attack, read from its first page to its last.</summary>
public sealed partial class HostileDataTests(PostgresFixture postgres) : IAsyncLifetime
{
    // A formula, the end of an attribute in either quotes, an element that htmx would act upon, a template, text turned around, a header of its own.
    private const string Hostile = "1+1 canary\"canary'canary<b hx-get=/x onfocus=x>{{7*7}}\u202E<script>canary</script>\r\nSet-Cookie: canary=1";
    private const string Starts = "=+-@\t\r";
    private const int Shortest = 40;

    // Closed words, hashes and names that the product gives: nobody types them.
    private static readonly string[] NotTyped = ["AuditEntry.Action", "AuditEntry.Subject", "AccessEntry.Page", "Photo.Placeholder", "OutgoingMail.Template", "Account.AuthenticatorSecret", "BackupRecord.Digest", "FailedRow.Fault"];

    // Who read what, when a session was used last, the keys that seal sessions: what reading leaves, and the audit's line of each export, and nothing else.
    private static readonly string[] LeftByReading = ["access_entries", "account_sessions", "data_protection_keys"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hostile");
    private readonly List<string> _faults = [];
    private CrmApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await CrmApp.StartAsync(postgres, settings: ("Storage:Folder", _folder.FullName));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_was_typed_becomes_no_element_on_any_page_no_formula_in_any_file_and_reading_everything_changes_nothing()
    {
        var clock = _app.Services.GetRequiredService<AgencyClock>();
        var planted = await EveryAddress.PlantAsync(_app.Database, _app.Services, clock, contacts: 600);
        planted["passkey"] = $"{Guid.NewGuid()}";
        var (admin, ops) = (await _app.SignInAsync(Role.Admin), await _app.SignInAsync(Role.Ops));
        var poisoned = await PoisonAsync();
        var before = await StateAsync();
        var opened = 0;

        foreach (var address in EveryAddress.Shown.Concat(EveryAddress.NotShown).Select(address => EveryAddress.Filled(address.TrimStart('+'), planted, "fr")))
        {
            if (await LookAsync(admin, address) == HttpStatusCode.OK || await LookAsync(ops, address) == HttpStatusCode.OK) opened++;
        }
        foreach (var address in await MisreadAsync()) await LookAsync(admin, address);

        Assert.True(_faults.Count == 0, string.Join(Environment.NewLine, _faults.Distinct()));
        var after = await StateAsync();
        Assert.True(before.SetEquals(after), string.Join(Environment.NewLine, after.Except(before).Concat(before.Except(after)).Select(row => row[..Math.Min(row.Length, 200)]).Take(10)));
        Assert.InRange(opened, EveryAddress.Shown.Length - 30, int.MaxValue);
        Assert.InRange(poisoned, 25, int.MaxValue);
    }

    private async Task<HttpStatusCode> LookAsync(Browser browser, string address)
    {
        using var answer = await browser.GetAsync(address);
        var shown = address[..Math.Min(address.Length, 120)];
        if (answer.StatusCode >= HttpStatusCode.InternalServerError && !address.StartsWith("/error", StringComparison.Ordinal)) _faults.Add($"{shown}: {answer.StatusCode}");
        if (answer.Headers.Concat(answer.Content.Headers).Any(header => header.Value.Any(value => value.Contains("canary=1", StringComparison.Ordinal)))) _faults.Add($"{shown}: a header");
        var body = await answer.Content.ReadAsStringAsync();
        switch (answer.Content.Headers.ContentType?.MediaType)
        {
            case "text/html" when Live().Match(body) is { Success: true } live:
                _faults.Add($"{shown}: {body[Math.Max(0, live.Index - 80)..Math.Min(body.Length, live.Index + 80)]}");
                break;
            case "text/csv":
                _faults.AddRange(Formula().Matches(body).Select(cell => $"{shown}: {cell.Value}").Take(3));
                break;
        }
        return answer.StatusCode;
    }

    // Puts the attack into every column that holds what somebody typed, past every rule of the forms: an import, an older version or another program may have written it.
    private async Task<int> PoisonAsync()
    {
        await using var db = _app.Db();
        var typed = db.Model.GetEntityTypes().SelectMany(entity => entity.GetDeclaredProperties()).Where(IsTyped).ToList();
        var starts = string.Join(", ", Starts.Select(start => $"chr({(int)start})"));
        var hostile = $"'{Hostile.Replace("'", "''", StringComparison.Ordinal)}'";
        var written = 0;
        foreach (var property in typed)
        {
            var (table, column) = (property.DeclaringType.GetTableName(), property.GetColumnName());
            written += (await _app.Database.SuperuserConnectionString.QueryAsync<int>($"""
                SET session_replication_role = replica;
                WITH poisoned AS (UPDATE {table} SET {column} = left((ARRAY[{starts}])[1 + abs(hashtext(ctid::text)) % {Starts.Length}] || left(md5(ctid::text), 6) || {hostile}, {property.GetMaxLength()}) WHERE {column} <> '' RETURNING 1)
                SELECT least(count(*), 1)::int FROM poisoned
                """)).Single();
        }
        return written;
    }

    private static bool IsTyped(IProperty property) => property.ClrType == typeof(string) && property.GetMaxLength() >= Shortest && property.GetComputedColumnSql() is null && !property.IsKey() && !property.IsForeignKey()
        && property.PropertyInfo is { } declared && Attribute.IsDefined(declared, typeof(FateAttribute)) && !NotTyped.Contains($"{property.DeclaringType.ClrType.Name}.{property.Name}");

    // Everything that is stored, but for the job store and what reading is said to leave.
    private async Task<HashSet<string>> StateAsync() => [.. (await _app.Database.DumpAsync()).Split("\nINSERT INTO ")
        .Select(row => row.Split("\n\n\n--", 2)[0]).Where(row => row.StartsWith("public.", StringComparison.Ordinal) && !LeftByReading.Contains(row.Split(' ', 2)[0]["public.".Length..])
            && !(row.StartsWith("public.audit_entries ", StringComparison.Ordinal) && row.Contains(".exported'", StringComparison.Ordinal)))];

    // Every address that needs no id, with an attack in every name that its page reads from the address.
    private async Task<List<string>> MisreadAsync()
    {
        string[] attacks = ["'; DROP TABLE contacts; --", "canary\"canary'canary<b hx-get=/x>", "\0", "\uFFFE", "-1", "99999999999999999999", "9999-12-31", "../../../etc/passwd"];
        var loader = _app.Services.GetRequiredService<PageLoader>();
        var found = new List<string>();
        foreach (var endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var route = "/" + OptionalPart().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "").Trim('/');
            if (route.Contains('{', StringComparison.Ordinal) || route.EndsWith("/index", StringComparison.OrdinalIgnoreCase) || endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not { } page) continue;
            var compiled = await loader.LoadAsync(page, endpoint.Metadata);
            var names = compiled.BoundProperties.Concat(compiled.HandlerMethods.SelectMany(handler => handler.Parameters))
                .SelectMany(read => NamesOf(read.BindingInfo?.BinderModelName ?? read.Name, read.ParameterType)).Distinct().ToList();
            if (names.Count > 0) found.AddRange(attacks.Select(attack => $"{route}?{string.Join('&', names.Select(name => $"{name}={Uri.EscapeDataString(attack)}"))}"));
        }
        return found;
    }

    private static IEnumerable<string> NamesOf(string name, Type type) => type.Namespace?.StartsWith("RgpdCrm", StringComparison.Ordinal) == true && !type.IsEnum
        ? type.GetProperties().SelectMany(property => (string[])[property.Name, $"{name}.{property.Name}"])
        : [name];

    /// <summary>The end of an attribute or the beginning of an element, as typed.</summary>
    [GeneratedRegex("canary[\"'<]|<b hx-get", RegexOptions.IgnoreCase)]
    private static partial Regex Live();

    /// <summary>A cell that a spreadsheet would compute.</summary>
    [GeneratedRegex("(?:^|;|\\n)\"?[=+@\\t\\r-][^;\"]*canary")]
    private static partial Regex Formula();

    [GeneratedRegex(@"/\{[^}]*\?\}")]
    private static partial Regex OptionalPart();
}
