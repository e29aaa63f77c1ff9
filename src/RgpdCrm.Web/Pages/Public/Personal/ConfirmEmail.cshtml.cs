using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>The link that proves a new address: reading it changes nothing, confirming works once. It may have reached a stranger: the page says nothing of whose it is.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class ConfirmEmailModel(CrmDbContext db, AgencyClock clock, Choices choices) : PersonalPage(db, clock)
{
    protected override LinkPurpose[] Purposes => [LinkPurpose.NewEmail];

    /// <summary>The record is frozen: nothing in it is corrected.</summary>
    public bool Frozen { get; private set; }

    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => AskAsync(cancel);

    public Task<IActionResult> OnPostAsync(CancellationToken cancel) => DoAsync(async _ =>
    {
        var refusal = await choices.ConfirmEmailAsync(Key, cancel);
        Frozen = refusal == EmailRefusal.Frozen;
        if (Frozen) Response.StatusCode = StatusCodes.Status409Conflict;
        return refusal is null or EmailRefusal.Frozen;
    }, cancel);
}
