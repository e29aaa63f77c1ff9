using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>Anyone asks for a right here. The answer is the same whether the agency knows them or not.</summary>
public sealed class RightsModel(AgencyClock clock, FormTokens tokens, ICaptcha captcha, RightsDesk desk) : PublicForm(tokens, captcha)
{
    [BindProperty, EnumDataType(typeof(RightKind), ErrorMessage = "Choisissez ce que vous demandez.")] public RightKind Kind { get; set; }

    [BindProperty, Required(ErrorMessage = "Indiquez votre nom."), StringLength(200, ErrorMessage = "200 caractères au plus."), PlainText] public string? Name { get; set; }

    [BindProperty] public string? Email { get; set; }
    [BindProperty] public string? Phone { get; set; }

    [BindProperty, StringLength(RightsRequest.TextLength, ErrorMessage = "4000 caractères au plus."), PlainText(Multiline = true)] public string? Message { get; set; }

    public void OnGet() => Seal();

    public async Task<IActionResult> OnPostAsync(string? accept, CancellationToken cancel)
    {
        Sent = false;
        var token = ReadSeal();
        if (accept is not null) return WithGoogle();
        var (email, phone) = (Core.Contacts.Email.Normalise(Email ?? ""), string.IsNullOrWhiteSpace(Phone) || Phone.Length > 40 ? null : Core.Contacts.Phone.Normalise(Phone));
        if (!string.IsNullOrWhiteSpace(Email) && email is null) ModelState.AddModelError(nameof(Email), T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
        if (!string.IsNullOrWhiteSpace(Phone) && phone is null) ModelState.AddModelError(nameof(Phone), T("Ce numéro de téléphone n’est pas valable, par exemple 06 39 98 14 27 ou +32 2 555 12 12."));
        if (string.IsNullOrWhiteSpace(Email) && string.IsNullOrWhiteSpace(Phone)) ModelState.AddModelError(nameof(Email), T("Indiquez votre e-mail ou votre téléphone, pour que l’agence puisse vous répondre."));
        Judge(token);
        if (!ModelState.IsValid) return Shown(token);

        var answer = await SolvedAsync(cancel);
        // What fills in a hidden field is no person: it is told the same and nothing is written.
        if (!string.IsNullOrEmpty(Website)) return RedirectToPage(new { sent = true, lang = Languages.Current });
        var entry = new RequestEntry(Kind, RequestChannel.Website, clock.Today, Name!.Trim(), email, phone, string.IsNullOrWhiteSpace(Message) ? null : Message.Trim().ReplaceLineEndings("\n"));
        if (answer.Verdict == CaptchaVerdict.Refused || (await desk.ReceiveAsync(entry, token!.Spent, answer.Spent, by: null, cancel)).Reception == Reception.Replayed) return NotHuman();
        return RedirectToPage(new { sent = true, lang = Languages.Current });
    }
}
