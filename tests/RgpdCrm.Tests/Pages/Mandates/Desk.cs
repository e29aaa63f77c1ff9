using System.Net;
using System.Text.RegularExpressions;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Mandates;

/// <summary>People, properties, mandates and contracts planted for the stories of these pages, and what a page answers.</summary>
internal static partial class Desk
{
    public static DateOnly Today(this CrmApp app) => DateOnly.FromDateTime(app.Time.GetUtcNow().DateTime);

    public static async Task<Guid> NamedAsync(this CrmApp app, string firstName, string lastName, string lastCall = "2026-10-01")
    {
        await using var db = app.Db();
        var contact = new Contact(ContactName.Person(firstName, lastName), Office.D("2022-01-10"), ContactRoles.Seller, null, app.Time.GetUtcNow());
        db.Contacts.Add(contact);
        db.Activities.Add(new Activity(contact.Id, Office.D(lastCall), ActivityKind.InboundCall, Outcome.None, null, app.Time.GetUtcNow()));
        await db.SaveChangesAsync();
        return contact.Id;
    }

    public static Task SetAsideAsync(this CrmApp app, Guid id, string status) => app.SqlAsync(status switch
    {
        "pending" => $"UPDATE contacts SET collected_on = '2022-01-10', status = 'PendingDeletion', pending_since = '2026-11-01', pending_version = 1 WHERE id = '{id}'",
        _ => $"DELETE FROM activities WHERE contact_id = '{id}'; UPDATE contacts SET status = 'Archived', archived_on = '2026-06-01', kept_until_of_destroyed = '2030-01-01', kept_until = '2030-01-01' WHERE id = '{id}'",
    });

    public static async Task<Guid> MandateAsync(this CrmApp app, Guid principal, string startsOn = "2026-11-10", string termOn = "2027-02-09", Guid? property = null)
    {
        await using var db = app.Db();
        var entry = new MandateEntry(MandateKind.Sale, false, property, Office.D("2026-11-10"), Office.D(startsOn), Office.D(termOn), [new Signatory(principal, Side.Principal)]);
        return (await entry.CreateAsync(db, new Act(null, app.Time.GetUtcNow()), app.Today())).Id;
    }

    public static async Task<Guid> LeaseAsync(this CrmApp app, string reference, string startsOn, string? endsOn, Guid landlord, Guid tenant)
    {
        await using var db = app.Db();
        var entry = new ContractEntry(ContractKind.Lease, reference, null, Office.D(startsOn), Office.D(startsOn), endsOn is null ? null : Office.D(endsOn), [new Signatory(landlord, Side.Landlord), new Signatory(tenant, Side.Tenant)]);
        return (await entry.CreateAsync(db, new Act(null, app.Time.GetUtcNow()), app.Today())).Id;
    }

    public static async Task<Guid> PropertyAsync(this CrmApp app, string reference, string address = "3 rue des Tanneurs, Angers", Guid? owner = null)
    {
        await using var db = app.Db();
        return (await new PropertyEntry(reference, PropertyKind.House, address, 250_000, owner).CreateAsync(db, new Act(null, app.Time.GetUtcNow()), app.Today()))!.Value;
    }

    public static Task<HttpResponseMessage> SendAsync(this Browser browser, string url, params (string, string)[] fields) => browser.PostFormAsync(url, fields, tokenFrom: "/mandates/create");

    public static async Task<string> PlainAsync(this Browser browser, string url) => Office.Plain(await browser.ReadAsync(url));

    /// <summary>The page's HTML with its entities decoded and its spaces plain.</summary>
    public static async Task<string> HtmlAsync(this HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).Replace('\u00a0', ' ').Replace('\u202f', ' ');

    public static Guid IdOf(this HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return Guid.Parse(answer.Headers.Location!.ToString().Split('/')[^1]);
    }

    /// <summary>The hidden version and instant of a form.</summary>
    public static async Task<(string, string)[]> ShownAsync(this Browser browser, string url) => Shown(await browser.ReadAsync(url));

    public static (string, string)[] Shown(string html) =>
        [("Version", VersionField().Match(html).Groups[1].Value), ("ShownAt", WebUtility.HtmlDecode(ShownAtField().Match(html).Groups[1].Value))];

    [GeneratedRegex("""name="Version"[^>]*value="(\d+)""")]
    private static partial Regex VersionField();

    [GeneratedRegex("""name="ShownAt"[^>]*value="([^"]+)""")]
    private static partial Regex ShownAtField();
}
