using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>The list: views, search, filters and order, all in the address.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private static readonly Dictionary<string, ContactSort> Sorts = new()
    {
        ["name"] = ContactSort.Name,
        ["agent"] = ContactSort.Responsible,
        ["activity"] = ContactSort.LastActivity,
        ["date"] = ContactSort.NextDate,
    };

    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }
    [BindProperty(SupportsGet = true)] public ContactView View { get; set; }
    [BindProperty(SupportsGet = true)] public ContactRoles Role { get; set; }
    [BindProperty(SupportsGet = true, Name = "agent")] public Guid? ResponsibleId { get; set; }
    [BindProperty(SupportsGet = true)] public RetentionFilter Retention { get; set; }
    [BindProperty(SupportsGet = true)] public string? Tag { get; set; }
    [BindProperty(SupportsGet = true)] public string? Sort { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public ViewCounts? Counts { get; private set; }
    public ContactPage Found { get; private set; } = null!;
    public IReadOnlyList<ContactRow> Rows { get; private set; } = [];
    public IReadOnlyList<SetAsideHint> Hints { get; private set; } = [];
    public IReadOnlyList<SelectListItem> Followers { get; private set; } = [];
    public DateOnly Today { get; } = clock.Today;

    public bool Searched => !string.IsNullOrWhiteSpace(Text);

    public bool Filtered => Role != ContactRoles.None || ResponsibleId is not null || Retention != RetentionFilter.Any || !string.IsNullOrWhiteSpace(Tag);

    public async Task OnGetAsync()
    {
        var policies = await PolicyHistory.LoadAsync(db);
        Found = await ContactSearch.FindAsync(db, Query(), policies.Current, User.AccountId(), Today);
        Rows = await ContactRow.LoadAsync(db, Found.Ids, policies, Today);
        Followers = await Staff.FollowersAsync(db, ResponsibleId);
        if (Searched) Hints = await SetAsideHint.FindAsync(db, Text);
        else Counts = await ContactSearch.CountViewsAsync(db, User.AccountId(), Today);
    }

    private ContactQuery Query() => new()
    {
        Text = Text,
        View = Enum.IsDefined(View) ? View : ContactView.All,
        Role = Role,
        ResponsibleId = ResponsibleId,
        Retention = Retention,
        Tag = Tag,
        Sort = Sorts.TryGetValue(Sort?.TrimStart('-') ?? "", out var sort) ? sort : null,
        Descending = Sort?.StartsWith('-') == true,
        Page = Number,
    };
}
