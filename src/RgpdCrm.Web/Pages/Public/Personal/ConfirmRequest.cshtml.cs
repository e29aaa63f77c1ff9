using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>The link that proves who asks for a right: reading it changes nothing, confirming works once.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class ConfirmRequestModel(CrmDbContext db, AgencyClock clock, RightsDesk desk) : PersonalPage(db, clock)
{
    protected override LinkPurpose[] Purposes => [LinkPurpose.Identity];

    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => AskAsync(cancel);

    public Task<IActionResult> OnPostAsync(CancellationToken cancel) => DoAsync(_ => desk.ProveByLinkAsync(Key, cancel), cancel);
}
