using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>The form by which anyone writes to the agency.</summary>
public abstract class InquiryForm(CrmDbContext db, AgencyClock clock, FormTokens tokens, ICaptcha captcha, InquirySource source) : PublicForm(tokens, captcha)
{
    [BindProperty] public InquiryInput Input { get; set; } = new();

    public Property? Property { get; private set; }

    /// <summary>Months the message is kept, by the rules in force.</summary>
    public int Months { get; private set; }

    public async Task OnGetAsync(string? property, CancellationToken cancel)
    {
        Input.Property = property;
        Seal();
        await LoadAsync(cancel);
    }

    public async Task<IActionResult> OnPostAsync(string? accept, CancellationToken cancel)
    {
        await LoadAsync(cancel);
        var token = ReadSeal();
        if (accept is not null) return WithGoogle();
        // What does not bind is no text and no tick: nobody typed it.
        foreach (var (field, error) in ModelState.IsValid ? Input.Faults() : [("", T("Cette valeur n’est pas valable."))])
            ModelState.AddModelError(field.Length == 0 ? "" : $"Input.{field}", error);
        Judge(token);
        if (!ModelState.IsValid) return Shown(token);

        var answer = await SolvedAsync(cancel);
        var entry = Input.ToEntry(Property?.Id, source) with { Spam = !string.IsNullOrEmpty(Website), ToConfirm = answer.Verdict == CaptchaVerdict.Unavailable };
        if (answer.Verdict == CaptchaVerdict.Refused || await entry.ReceiveAsync(db, token!.Spent, answer.Spent, clock, cancel) == Reception.Replayed) return NotHuman();
        return RedirectToPage(new { sent = true, lang = Languages.Current });
    }

    private async Task LoadAsync(CancellationToken cancel)
    {
        Property = await InquiryInput.FindAsync(db, Input.Property, cancel);
        Months = (await PolicyHistory.LoadAsync(db, cancel)).Current.InquiryMonths;
    }
}
