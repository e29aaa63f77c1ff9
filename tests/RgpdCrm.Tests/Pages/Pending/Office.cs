using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Pending;

/// <summary>People planted in the application's own database, in the words of the stories.</summary>
internal static class Office
{
    public static DateOnly D(string iso) => DateOnly.Parse(iso, CultureInfo.InvariantCulture);

    /// <summary>Someone whose last call left them in the queue since a date.</summary>
    public static async Task<Guid> PendingAsync(this CrmApp app, string firstName, string lastCall = "2024-03-10", string since = "2026-09-20")
    {
        var id = await app.ActiveAsync(firstName, lastCall);
        await app.SqlAsync($"UPDATE contacts SET status = 'PendingDeletion', pending_since = '{since}', pending_version = 1 WHERE id = '{id}'");
        return id;
    }

    public static async Task<Guid> ActiveAsync(this CrmApp app, string firstName, string lastCall)
    {
        await using var db = app.Db();
        var contact = new Contact(ContactName.Person(firstName, "Martin"), D("2022-01-10"), ContactRoles.Buyer, null, app.Time.GetUtcNow());
        contact.Emails.Add(new Email { Value = $"{ContactName.Fold(firstName)}@example.org" });
        contact.Phones.Add(new Phone { Value = "+33639980000" });
        db.Contacts.Add(contact);
        await db.SaveChangesAsync();
        db.Activities.Add(new Activity(contact.Id, D(lastCall), ActivityKind.InboundCall, Outcome.None, null, app.Time.GetUtcNow(), "Cherche un T3"));
        await db.SaveChangesAsync();
        return contact.Id;
    }

    public static async Task HoldAsync(this CrmApp app, Guid id, string reviewOn = "2027-03-01")
    {
        await using var db = app.Db();
        db.Holds.Add(new Hold { ContactId = id, Reason = "Litige sur la commission", ReviewOn = D(reviewOn), PlacedAt = app.Time.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    public static async Task<Contact?> FindAsync(this CrmApp app, Guid id)
    {
        await using var db = app.Db();
        return await db.Contacts.FindAsync(id);
    }

    public static Task SqlAsync(this CrmApp app, string sql) => app.Database.OwnerConnectionString.QueryAsync<object>(sql);

    public static async Task<long> CountAsync(this CrmApp app, string table) =>
        (await app.Database.OwnerConnectionString.QueryAsync<long>($"SELECT count(*) FROM {table}")).Single();

    /// <summary>A page's text as people read it: entities decoded, spaces plain and single.</summary>
    public static async Task<string> TextAsync(this HttpResponseMessage answer) => Plain(await answer.Content.ReadAsStringAsync());

    public static string Plain(string html) => Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(html, "<[^>]+>", " ")).Replace('\u00a0', ' ').Replace('\u202f', ' '), @"\s+", " ");

    public static Task<HttpResponseMessage> DecideAsync(this Browser browser, string url, params (string Name, string Value)[] fields) => browser.PostFormAsync(url, fields, tokenFrom: "/pending");
}
