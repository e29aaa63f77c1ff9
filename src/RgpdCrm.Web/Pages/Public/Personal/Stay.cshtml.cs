using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>An act of the person: someone pending leaves the queue at once.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class StayModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => AskAsync(cancel);

    public Task<IActionResult> OnPostAsync(CancellationToken cancel) => DoAsync(id => choices.StayAsync(id, cancel), cancel);
}
