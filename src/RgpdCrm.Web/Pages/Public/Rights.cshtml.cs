using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>Anyone asks for a right here. The answer is the same whether the agency knows them or not. It sets no cookie: a sealed token stands for antiforgery.</summary>
[IgnoreAntiforgeryToken, EnableRateLimiting(PublicForms.SendLimit)]
public sealed class RightsModel(AgencyClock clock, FormTokens tokens, ICaptcha captcha, RightsDesk desk) : PageModel
{
    [BindProperty, EnumDataType(typeof(RightKind), ErrorMessage = "Choisissez ce que vous demandez.")] public RightKind Kind { get; set; }

    [BindProperty, Required(ErrorMessage = "Indiquez votre nom."), StringLength(200, ErrorMessage = "200 caractères au plus."), PlainText] public string? Name { get; set; }

    [BindProperty] public string? Email { get; set; }
    [BindProperty] public string? Phone { get; set; }

    [BindProperty, StringLength(RightsRequest.TextLength, ErrorMessage = "4000 caractères au plus."), PlainText(Multiline = true)] public string? Message { get; set; }

    /// <summary>When the form was shown, sealed.</summary>
    [BindProperty] public string? Token { get; set; }

    /// <summary>A field that people do not see.</summary>
    [BindProperty] public string? Website { get; set; }

    /// <summary>What the captcha made.</summary>
    [BindProperty] public string? Captcha { get; set; }

    /// <summary>The request was received.</summary>
    [BindProperty(SupportsGet = true, Name = "sent")] public bool Sent { get; set; }

    public void OnGet() => Token = tokens.Create();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        Sent = false;
        var token = tokens.Read(Token);
        var (email, phone) = (Core.Contacts.Email.Normalise(Email ?? ""), string.IsNullOrWhiteSpace(Phone) || Phone.Length > 40 ? null : Core.Contacts.Phone.Normalise(Phone));
        if (!string.IsNullOrWhiteSpace(Email) && email is null) ModelState.AddModelError(nameof(Email), T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
        if (!string.IsNullOrWhiteSpace(Phone) && phone is null) ModelState.AddModelError(nameof(Phone), T("Ce numéro de téléphone n’est pas valable, par exemple 06 39 98 14 27 ou +32 2 555 12 12."));
        if (string.IsNullOrWhiteSpace(Email) && string.IsNullOrWhiteSpace(Phone)) ModelState.AddModelError(nameof(Email), T("Indiquez votre e-mail ou votre téléphone, pour que l’agence puisse vous répondre."));
        if (token is null) ModelState.AddModelError("", T("Ce formulaire était ouvert depuis trop longtemps. Vérifiez votre message et envoyez-le de nouveau."));
        else if (token.TooFast) ModelState.AddModelError("", T("Ce formulaire est revenu trop vite. Vérifiez votre message et envoyez-le de nouveau dans quelques secondes."));
        if (!ModelState.IsValid) return Shown(token is null ? StatusCodes.Status400BadRequest : StatusCodes.Status422UnprocessableEntity);

        var answer = string.IsNullOrEmpty(Captcha) ? new CaptchaAnswer(CaptchaVerdict.Unavailable) : await captcha.CheckAsync(Captcha, cancel);
        // What fills in a hidden field is no person: it is told the same and nothing is written.
        if (!string.IsNullOrEmpty(Website)) return RedirectToPage(new { sent = true, lang = Languages.Current });
        var entry = new RequestEntry(Kind, RequestChannel.Website, clock.Today, Name!.Trim(), email, phone, string.IsNullOrWhiteSpace(Message) ? null : Message.Trim().ReplaceLineEndings("\n"));
        if (answer.Verdict == CaptchaVerdict.Refused || (await desk.ReceiveAsync(entry, token!.Spent, answer.Spent, by: null, cancel)).Reception == Reception.Replayed)
        {
            ModelState.AddModelError("", T("La vérification contre les robots n’est plus valable. Votre message est encore là : envoyez-le de nouveau."));
            return Shown(StatusCodes.Status422UnprocessableEntity);
        }
        return RedirectToPage(new { sent = true, lang = Languages.Current });
    }

    private PageResult Shown(int status)
    {
        ModelState.Remove(nameof(Captcha));
        ModelState.Remove(nameof(Token));
        if (status == StatusCodes.Status400BadRequest || string.IsNullOrEmpty(Token)) Token = tokens.Create();
        Captcha = null;
        Response.StatusCode = status;
        return Page();
    }
}
