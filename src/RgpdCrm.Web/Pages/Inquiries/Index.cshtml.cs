using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Inquiries;

/// <summary>The messages of the agency's website: new, handled, spam.</summary>
public sealed class IndexModel(CrmDbContext db) : PageModel
{
    [BindProperty(SupportsGet = true)] public string? Tab { get; set; }

    /// <summary>Only those given to the reader.</summary>
    [BindProperty(SupportsGet = true)] public bool Mine { get; set; }

    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public InquiryStatus Part { get; private set; }
    public InquiryCounts Counts { get; private set; } = new(0, 0, 0);
    public IReadOnlyList<InquiryRow> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel)
    {
        var admin = User.IsInRole(Access.Admin);
        Guid? to = Mine ? User.AccountId() : null;
        Part = Enum.TryParse<InquiryStatus>(Tab, ignoreCase: true, out var part) && Enum.IsDefined(part) ? part : InquiryStatus.New;
        Counts = await InquiryInbox.CountAsync(db, admin, to, cancel);
        Number = Paging.Within(Number, Counts.Of(Part), InquiryInbox.PageSize);
        Rows = await InquiryInbox.PageAsync(db, admin, Part, to, Number, cancel);
    }
}
