using System.Security.Claims;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>People chosen inside a form, without a script: a search that keeps what was typed, matches to tick, the chosen ones with their side.</summary>
public sealed class PeopleInput
{
    /// <summary>People a mandate or contract may have, and matches shown.</summary>
    public const int MostChosen = 20, MostFound = 8;

    public string? Search { get; set; }

    /// <summary>The side on which the ticked people are added.</summary>
    public Side As { get; set; }

    /// <summary>People ticked among the matches.</summary>
    public List<Guid> Pick { get; set; } = [];

    public List<PartyInput> Chosen { get; set; } = [];

    [BindNever, ValidateNever] public IReadOnlyDictionary<Guid, PersonChoice> People { get; private set; } = new Dictionary<Guid, PersonChoice>();
    [BindNever, ValidateNever] public IReadOnlyList<PersonChoice>? Found { get; private set; }
    [BindNever, ValidateNever] public IReadOnlyList<SetAsideHint> Hints { get; private set; } = [];

    /// <summary>The ticked people join the chosen ones; with <paramref name="onlyOne"/> the last one replaces whoever was chosen.</summary>
    public void Take(bool onlyOne = false)
    {
        foreach (var id in Pick.Distinct().Where(id => Chosen.All(c => c.ContactId != id))) Chosen.Add(new PartyInput { ContactId = id, Side = As });
        if (onlyOne && Chosen.Count > 1) Chosen.RemoveRange(0, Chosen.Count - 1);
        Pick.Clear();
    }

    /// <summary>Reads the names of the chosen and leaves out whom the reader may not choose: an agent chooses among the daily screens, an admin also
    /// pending and archived people when <paramref name="mayReturn"/>. <paramref name="already"/> may always stay.</summary>
    public async Task<bool> ReadAsync(CrmDbContext db, ClaimsPrincipal user, bool mayReturn = true, Guid? already = null)
    {
        var ids = Chosen.Select(c => c.ContactId).Distinct().ToArray();
        var anyone = mayReturn && user.IsInRole(Access.Admin);
        People = (await PersonChoice.LoadAsync(db, db.Contacts.Where(c => ids.Contains(c.Id))))
            .Where(p => p.State is null || anyone || p.Id == already).ToDictionary(p => p.Id);
        return Chosen.RemoveAll(c => !People.ContainsKey(c.ContactId)) == 0 && Chosen.Count <= MostChosen;
    }

    /// <summary>Looks for what was typed. People out of daily screens are matches for an admin, a hint for an agent.</summary>
    public async Task FindAsync(CrmDbContext db, ClaimsPrincipal user, DateOnly today, bool mayReturn = true)
    {
        if (string.IsNullOrWhiteSpace(Search)) return;
        var policies = await PolicyHistory.LoadAsync(db);
        var page = await ContactSearch.FindAsync(db, new ContactQuery { Text = Search }, policies.Current, user.AccountId(), today);
        var ids = page.Ids.Take(MostFound).ToList();
        var hints = await SetAsideHint.FindAsync(db, Search);
        if (mayReturn && user.IsInRole(Access.Admin)) ids.AddRange(hints.Select(h => h.ContactId));
        else Hints = hints;
        Found = [.. (await PersonChoice.LoadAsync(db, db.Contacts.Where(c => ids.Contains(c.Id)))).OrderBy(p => ids.IndexOf(p.Id))];
    }

    /// <summary>The chosen people as the rules want them.</summary>
    public IReadOnlyList<Signatory> ToSignatories() => [.. Chosen.Select(c => new Signatory(c.ContactId, c.Side))];
}

/// <summary>One chosen person as the form posts it.</summary>
public sealed class PartyInput
{
    public Guid ContactId { get; set; }
    public Side Side { get; set; }
}

/// <summary>Someone to choose: enough to tell two namesakes apart, and nothing but the name and the state of who is out of daily screens.</summary>
public sealed record PersonChoice(Guid Id, string Name, string Detail, string? State)
{
    public static async Task<IReadOnlyList<PersonChoice>> LoadAsync(CrmDbContext db, IQueryable<Contact> contacts)
    {
        var rows = await contacts.AsNoTracking().Select(c => new
        {
            Contact = c,
            Phone = c.Phones.OrderBy(p => p.Value).Select(p => p.Value).FirstOrDefault(),
            Email = c.Emails.OrderBy(e => e.Value).Select(e => e.Value).FirstOrDefault(),
            City = c.Addresses.Select(a => a.City).FirstOrDefault(),
        }).ToListAsync();
        return [.. rows.Select(r => StateOf(r.Contact) is { } state
            ? new PersonChoice(r.Contact.Id, r.Contact.DisplayName, "", state)
            : new PersonChoice(r.Contact.Id, r.Contact.DisplayName, string.Join(", ", new[] { r.Phone is null ? null : Phone.Show(r.Phone), r.Email, r.City }.Where(t => !string.IsNullOrEmpty(t))), null))];
    }

    private static string? StateOf(Contact contact) => contact switch
    {
        { Restricted: true } => T("effacement accordé en partie"),
        { Status: ContactStatus.PendingDeletion } => T("en attente de suppression"),
        { Status: ContactStatus.Archived } => T("en archive"),
        _ => null,
    };
}
