using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>The form by which anyone writes to the agency. It sets no cookie: a sealed token stands for antiforgery, which guards what a cookie would open.</summary>
[IgnoreAntiforgeryToken, EnableRateLimiting(PublicForms.SendLimit)]
public abstract class InquiryForm(CrmDbContext db, AgencyClock clock, FormTokens tokens, ICaptcha captcha, InquirySource source) : PageModel
{
    [BindProperty] public InquiryInput Input { get; set; } = new();

    /// <summary>When the form was shown, sealed.</summary>
    [BindProperty] public string? Token { get; set; }

    /// <summary>A field that people do not see.</summary>
    [BindProperty] public string? Website { get; set; }

    /// <summary>What the captcha made.</summary>
    [BindProperty] public string? Captcha { get; set; }

    /// <summary>The visitor lets Google tell whether they are human.</summary>
    [BindProperty] public bool Google { get; set; }

    /// <summary>The message was received.</summary>
    [BindProperty(SupportsGet = true, Name = "sent")] public bool Sent { get; set; }

    public Property? Property { get; private set; }

    /// <summary>Months the message is kept, by the rules in force.</summary>
    public int Months { get; private set; }

    public async Task OnGetAsync(string? property, CancellationToken cancel)
    {
        Input.Property = property;
        Token = tokens.Create();
        Property = await InquiryInput.FindAsync(db, Input.Property, cancel);
        await LoadNoticeAsync(cancel);
    }

    public async Task<IActionResult> OnPostAsync(string? accept, CancellationToken cancel)
    {
        Property = await InquiryInput.FindAsync(db, Input.Property, cancel);
        var token = tokens.Read(Token);
        if (token is null) Renew();
        if (accept is not null)
        {
            ModelState.Clear();
            Google = true;
            return await ShownAsync(StatusCodes.Status200OK, cancel);
        }
        // What does not bind is no text and no tick: nobody typed it.
        foreach (var (field, error) in ModelState.IsValid ? Input.Faults() : [("", T("Cette valeur n’est pas valable."))])
            ModelState.AddModelError(field.Length == 0 ? "" : $"Input.{field}", error);
        if (token is null) ModelState.AddModelError("", T("Ce formulaire était ouvert depuis trop longtemps. Vérifiez votre message et envoyez-le de nouveau."));
        else if (token.TooFast) ModelState.AddModelError("", T("Ce formulaire est revenu trop vite. Vérifiez votre message et envoyez-le de nouveau dans quelques secondes."));
        if (!ModelState.IsValid) return await ShownAsync(token is null ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity, cancel);

        var answer = string.IsNullOrEmpty(Captcha) ? new CaptchaAnswer(CaptchaVerdict.Unavailable) : await captcha.CheckAsync(Captcha, cancel);
        var entry = Input.ToEntry(Property?.Id, source) with { Spam = !string.IsNullOrEmpty(Website), ToConfirm = answer.Verdict == CaptchaVerdict.Unavailable };
        if (answer.Verdict == CaptchaVerdict.Refused || await entry.ReceiveAsync(db, token!.Spent, answer.Spent, clock, cancel) == Reception.Replayed)
        {
            ModelState.AddModelError("", T("La vérification contre les robots n’est plus valable. Votre message est encore là : envoyez-le de nouveau."));
            return await ShownAsync(StatusCodes.Status422UnprocessableEntity, cancel);
        }
        return RedirectToPage(new { sent = true, lang = Languages.Current });
    }

    private void Renew()
    {
        ModelState.Remove(nameof(Token));
        Token = tokens.Create();
    }

    private async Task LoadNoticeAsync(CancellationToken cancel) => Months = (await PolicyHistory.LoadAsync(db, cancel)).Current.InquiryMonths;

    private async Task<PageResult> ShownAsync(int status, CancellationToken cancel)
    {
        await LoadNoticeAsync(cancel);
        if (Google) SecurityHeaders.AllowGoogle(HttpContext);
        ModelState.Remove(nameof(Captcha));
        Captcha = null;
        Response.StatusCode = status;
        return Page();
    }
}
