using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Web.Mail;

namespace RgpdCrm.Web.Pages.Mail;

/// <summary>The mails that development keeps from leaving; there is no such page where mails leave.</summary>
public sealed class IndexModel(IMailTransport transport, AgencyClock clock) : PageModel
{
    public AgencyClock Clock => clock;
    public IReadOnlyList<CaughtMail> Caught { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (transport is not MailCatcher catcher) return NotFound();
        Caught = [.. catcher.All];
        return Page();
    }
}
