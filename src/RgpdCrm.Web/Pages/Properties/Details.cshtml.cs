using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Mandates;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>One property: what it is, its photos, owner, mandates and contracts, the inquiries it brought, who changed what.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private const int MostActs = 50, MostSeekers = 20;

    public Property Property { get; private set; } = null!;
    public PartyName? Owner { get; private set; }
    public IReadOnlyList<Photo> Photos { get; private set; } = [];
    public IReadOnlyList<Obligation> Obligations { get; private set; } = [];
    public ILookup<Guid, PartyName> Parties { get; private set; } = null!;

    /// <summary>The page of inquiries, from 1.</summary>
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;
    public int Asked { get; private set; }
    public IReadOnlyList<InquiryRow> Inquiries { get; private set; } = [];

    /// <summary>Contacts whose searches look for it: how many, and the first by name.</summary>
    public (int Total, IReadOnlyList<Contact> First) Seekers { get; private set; }

    /// <summary>What the audit knows of it, the latest first, with the colleague.</summary>
    public IReadOnlyList<(AuditEntry Act, string? By)> Acts { get; private set; } = [];
    public AgencyClock Clock => clock;
    public DateOnly Today { get; } = clock.Today;

    /// <summary>When it goes; none while a mandate or contract keeps it.</summary>
    public DateOnly? LeavesOn => Obligations.Count == 0 ? Property.ChangedOn.AddMonths(Property.KeptMonths) : null;

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        var read = await db.Properties.AsNoTracking().Where(p => p.Id == id)
            .LeftJoin(db.Contacts, p => p.OwnerId, c => c.Id, (p, c) => new { Property = p, Owner = c }).SingleOrDefaultAsync();
        if (read is null) return NotFound();
        Property = read.Property;
        if (read.Owner is { } owner) Owner = PartyName.Of(owner, default, User);
        Photos = await PhotoGallery.OfAsync(db, id);
        Obligations = await db.Obligations.AsNoTracking().Where(o => o.PropertyId == id).OrderByDescending(o => o.StartsOn).ThenBy(o => o.Reference).ToListAsync();
        Parties = await PartyName.LoadAsync(db, [.. Obligations.Select(o => o.Id)], User);
        (Asked, Inquiries) = await InquiryInbox.AboutAsync(db, User.IsInRole(Access.Admin), id, Number);
        Seekers = await Matcher.ContactsForAsync(db, id, MostSeekers);
        Number = Paging.Within(Number, Asked, InquiryInbox.AboutPageSize);
        var acts = await db.AuditEntries.AsNoTracking().Where(a => a.SubjectId == id).OrderByDescending(a => a.At).ThenByDescending(a => a.Id).Take(MostActs)
            .LeftJoin(db.Users, a => a.ActorId, u => u.Id, (a, u) => new { Act = a, By = (string?)u!.FullName }).ToListAsync();
        Acts = [.. acts.OrderByDescending(a => a.Act.At).ThenByDescending(a => a.Act.Id).Select(a => (a.Act, a.By))];
        return Page();
    }
}
