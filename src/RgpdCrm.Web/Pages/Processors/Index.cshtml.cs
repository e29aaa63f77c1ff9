using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Web.Pages.Public.Legal;

namespace RgpdCrm.Web.Pages.Processors;

/// <summary>Who treats data for the agency: what settings say, and what admins declare.</summary>
public sealed class IndexModel(LegalPages pages) : PageModel
{
    public IReadOnlyList<Recipient> Recipients { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancel) => Recipients = await pages.RecipientsAsync(cancel);
}
