using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The list, with its filters, as a file for a spreadsheet, written row by row: who is in daily screens and nobody else.
/// It leaves the product, so the audit keeps who took it.</summary>
public sealed class ExportModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private static readonly string[] Header =
        ["nom", "prenom", "organisation", "siren", "roles", "telephones", "emails", "suivi_par", "etiquettes", "collecte_le", "dernier_echange"];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        db.AuditEntries.Add(new AuditEntry(clock.Now, User.AccountId(), "contacts.exported", "contact", null));
        await db.SaveChangesAsync(cancel);

        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var query = ContactFilter.Read(name => Request.Query[name]);
        var rows = ContactSearch.All(db, query, policies.Current, User.AccountId(), clock.Today).AsNoTracking().Select(c => new
        {
            c.LastName,
            c.FirstName,
            c.Organisation,
            c.Siren,
            c.Roles,
            Phones = db.Phones.Where(p => p.ContactId == c.Id).Select(p => p.Value).OrderBy(v => v).ToArray(),
            Emails = db.Emails.Where(e => e.ContactId == c.Id).Select(e => e.Value).OrderBy(v => v).ToArray(),
            Responsible = db.Users.Where(u => u.Id == c.ResponsibleId).Select(u => u.FullName).FirstOrDefault(),
            Tags = db.Tags.Where(t => t.ContactId == c.Id).Select(t => t.Name).OrderBy(v => v).ToArray(),
            c.CollectedOn,
            c.IdleSince,
        });
        await using var writer = Csv.Begin(Response, $"contacts-{clock.Today:yyyy-MM-dd}.csv");
        await writer.WriteAsync(Csv.Line(Header));
        await foreach (var c in rows.AsAsyncEnumerable().WithCancellation(cancel))
        {
            await writer.WriteAsync(Csv.Line([
                c.LastName, c.FirstName, c.Organisation ?? "", c.Siren ?? "", Words.Of(c.Roles), string.Join(", ", c.Phones.Select(Phone.Show)), string.Join(", ", c.Emails),
                c.Responsible ?? "", string.Join(", ", c.Tags), Day(c.CollectedOn), Day(c.IdleSince)]));
        }
        return new EmptyResult();
    }

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
