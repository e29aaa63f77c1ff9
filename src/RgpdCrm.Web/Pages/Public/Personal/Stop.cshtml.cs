using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>Stops everything: from the page, and by the one POST of a mail program (RFC 8058), which brings neither cookie nor token.</summary>
[EnableRateLimiting(PublicForms.StopLimit)]
public sealed class StopModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    protected override LinkPurpose[] Purposes => [LinkPurpose.Preferences, LinkPurpose.Stop];

    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => AskAsync(cancel);

    public Task<IActionResult> OnPostAsync(CancellationToken cancel) => DoAsync(id => choices.StopAsync(id, cancel), cancel);
}
