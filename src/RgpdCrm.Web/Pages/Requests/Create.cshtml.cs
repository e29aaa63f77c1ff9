using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>A request that arrived by mail, letter, phone or at the desk, with the day it really arrived.</summary>
public sealed class CreateModel(AgencyClock clock, RightsDesk desk) : PageModel
{
    /// <summary>Ways in that a colleague types.</summary>
    public static IReadOnlyList<RequestChannel> Channels { get; } = [RequestChannel.Email, RequestChannel.Letter, RequestChannel.Phone, RequestChannel.InPerson];

    [BindProperty, EnumDataType(typeof(RightKind), ErrorMessage = "Choisissez le droit.")] public RightKind Kind { get; set; }
    [BindProperty] public RequestChannel Channel { get; set; } = RequestChannel.Email;
    [BindProperty, Required(ErrorMessage = "Indiquez la date.")] public DateOnly? ReceivedOn { get; set; }
    [BindProperty, Required(ErrorMessage = "Indiquez le nom."), StringLength(200, ErrorMessage = "200 caractères au plus."), PlainText] public string? Name { get; set; }
    [BindProperty] public string? Email { get; set; }
    [BindProperty, StringLength(RightsRequest.TextLength, ErrorMessage = "4000 caractères au plus."), PlainText(Multiline = true)] public string? Message { get; set; }

    public void OnGet() => ReceivedOn = clock.Today;

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        var email = Core.Contacts.Email.Normalise(Email ?? "");
        if (!string.IsNullOrWhiteSpace(Email) && email is null) ModelState.AddModelError(nameof(Email), T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
        if (ReceivedOn > clock.Today) ModelState.AddModelError(nameof(ReceivedOn), T("Cette date est à venir."));
        if (!Channels.Contains(Channel)) ModelState.AddModelError(nameof(Channel), T("Cette valeur n’est pas valable."));
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        var entry = new RequestEntry(Kind, Channel, ReceivedOn!.Value, Name!.Trim(), email, null, string.IsNullOrWhiteSpace(Message) ? null : Message.Trim().ReplaceLineEndings("\n"));
        var (_, id) = await desk.ReceiveAsync(entry, form: null, captcha: null, User.AccountId(), cancel);
        return RedirectToPage("Details", new { id });
    }
}
