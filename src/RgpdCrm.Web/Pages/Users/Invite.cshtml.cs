using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>Creates an account and shows, once, the link with which its owner chooses a password.</summary>
public sealed class InviteModel(Invitations invitations, AgencyClock clock, IConfiguration settings) : PageModel
{
    [BindProperty] public InviteInput Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid) return Shown();
        var email = Input.Email!.Trim();
        var account = new Core.Accounts.Account { Id = Guid.NewGuid(), UserName = email, Email = email, FullName = Input.FullName!.Trim(), Role = Input.Role!.Value };
        var result = await invitations.CreateAsync(account, new Act(User.AccountId(), clock.Now));
        if (!result.Succeeded)
        {
            foreach (var text in result.Errors.Select(e => e.Description).Distinct()) ModelState.AddModelError("Input.Email", text);
            return Shown();
        }

        TempData[LinkModel.Shown] = await invitations.LinkAsync(account, settings.PublicAddress(Request));
        return RedirectToPage("Link", new { account.Id });
    }

    private PageResult Shown()
    {
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}

/// <summary>Who is invited.</summary>
public sealed class InviteInput
{
    [Required(ErrorMessage = "Indiquez le prénom et le nom."), StringLength(120, ErrorMessage = "120 caractères au plus.")]
    public string? FullName { get; set; }

    [Required(ErrorMessage = "Indiquez l’adresse électronique."), StringLength(254, ErrorMessage = "254 caractères au plus."), EmailAddress(ErrorMessage = "Cette adresse électronique n’est pas valable.")]
    public string? Email { get; set; }

    [Required(ErrorMessage = "Choisissez un rôle."), EnumDataType(typeof(Role), ErrorMessage = "Choisissez un rôle.")]
    public Role? Role { get; set; }
}
