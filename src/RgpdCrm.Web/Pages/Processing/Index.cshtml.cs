using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Pages.Public.Legal;

namespace RgpdCrm.Web.Pages.Processing;

/// <summary>The register of processing (GDPR 30): a page to read and print.</summary>
public sealed class IndexModel(CrmDbContext db, LegalPages pages, LegalIdentity identity) : PageModel
{
    public LegalPages Pages => pages;
    public IReadOnlyList<Processing> Rows { get; private set; } = [];
    public IReadOnlyList<Recipient> Recipients { get; private set; } = [];
    public int RulesVersion { get; private set; }

    /// <summary>Settings that the public pages miss.</summary>
    public IReadOnlyList<string> Missing => identity.Missing;

    public async Task OnGetAsync(CancellationToken cancel)
    {
        (Rows, Recipients) = (await pages.ProcessingAsync(cancel), await pages.RecipientsAsync(cancel));
        RulesVersion = (await PolicyHistory.LoadAsync(db, cancel)).Current.Version;
    }
}
