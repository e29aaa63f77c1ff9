using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>Their erasure request, received today; the agency carries it out.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class EraseModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => AskAsync(cancel);

    public Task<IActionResult> OnPostAsync(CancellationToken cancel) => DoAsync(id => choices.AskErasureAsync(id, cancel), cancel);
}
