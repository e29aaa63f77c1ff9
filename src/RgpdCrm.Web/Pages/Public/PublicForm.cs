using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>A form that anyone may send. It sets no cookie: a sealed token stands for antiforgery, which guards what a cookie would open.</summary>
[IgnoreAntiforgeryToken, EnableRateLimiting(PublicForms.SendLimit)]
public abstract class PublicForm(FormTokens tokens, ICaptcha captcha) : PageModel
{
    /// <summary>When the form was shown, sealed.</summary>
    [BindProperty] public string? Token { get; set; }

    /// <summary>A field that people do not see.</summary>
    [BindProperty] public string? Website { get; set; }

    /// <summary>What the captcha made.</summary>
    [BindProperty] public string? Captcha { get; set; }

    /// <summary>The visitor lets Google tell whether they are human.</summary>
    [BindProperty] public bool Google { get; set; }

    /// <summary>The form was received.</summary>
    [BindProperty(SupportsGet = true, Name = "sent")] public bool Sent { get; set; }

    /// <summary>Seals the form that is about to be shown.</summary>
    protected void Seal()
    {
        ModelState.Remove(nameof(Token));
        Token = tokens.Create();
    }

    /// <summary>The seal of the form that came back; a new one is put on when it is too old or none of ours.</summary>
    protected FormToken? ReadSeal()
    {
        var token = tokens.Read(Token);
        if (token is null) Seal();
        return token;
    }

    /// <summary>Says what is wrong with a seal.</summary>
    protected void Judge(FormToken? token)
    {
        if (token is null) ModelState.AddModelError("", T("Ce formulaire était ouvert depuis trop longtemps. Vérifiez votre message et envoyez-le de nouveau."));
        else if (token.TooFast) ModelState.AddModelError("", T("Ce formulaire est revenu trop vite. Vérifiez votre message et envoyez-le de nouveau dans quelques secondes."));
    }

    /// <summary>What the captcha says; without an answer it says nothing.</summary>
    protected async Task<CaptchaAnswer> SolvedAsync(CancellationToken cancel) =>
        string.IsNullOrEmpty(Captcha) ? new CaptchaAnswer(CaptchaVerdict.Unavailable) : await captcha.CheckAsync(Captcha, cancel);

    /// <summary>The visitor has just accepted Google: the form comes back as it was, with its captcha.</summary>
    protected PageResult WithGoogle()
    {
        ModelState.Clear();
        Google = true;
        return Shown(StatusCodes.Status200OK);
    }

    /// <summary>The form again, nothing lost; a captcha is solved anew.</summary>
    protected PageResult Shown(FormToken? token) => Shown(token is null ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity);

    /// <summary>The form again, because its captcha was refused or used before.</summary>
    protected PageResult NotHuman()
    {
        ModelState.AddModelError("", T("La vérification contre les robots n’est plus valable. Votre message est encore là : envoyez-le de nouveau."));
        return Shown(StatusCodes.Status422UnprocessableEntity);
    }

    private PageResult Shown(int status)
    {
        if (Google) SecurityHeaders.AllowGoogle(HttpContext);
        ModelState.Remove(nameof(Captcha));
        Captcha = null;
        Response.StatusCode = status;
        return Page();
    }
}
