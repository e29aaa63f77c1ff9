using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Pages.Requests;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Personal;

/// <summary>What the agency holds about the person, made while it is downloaded: nothing of it is stored. Reading the page starts nothing.</summary>
[EnableRateLimiting(PublicForms.SendLimit)]
public sealed class PackageModel(CrmDbContext db, AgencyClock clock, RightsDesk desk, PackageWriter writer) : PersonalPage(db, clock)
{
    protected override LinkPurpose[] Purposes => [LinkPurpose.Package];

    public Task<IActionResult> OnGetAsync(CancellationToken cancel) => AskAsync(cancel);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await OpenAsync(cancel)) return Refused();
        var link = await ContactLink.FindAsync(Db, Key, Clock.Now, Purposes, cancel);
        if (link?.RequestId is not { } request || await desk.TakePackageAsync(request, by: null, cancel) is not null) return Refused();
        return writer.Download(request, link.ContactId);
    }
}
