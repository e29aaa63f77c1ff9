using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Web.Pages.Users;

/// <summary>Gives an account another role; its sessions end within a minute.</summary>
public sealed class RoleModel(CrmDbContext db, AgencyClock clock, Team team) : AccountPage(db, clock)
{
    [BindProperty, Required(ErrorMessage = "Choisissez un rôle."), EnumDataType(typeof(Role), ErrorMessage = "Choisissez un rôle.")]
    public Role? Wanted { get; set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        Wanted = Account.Role;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancel)
    {
        if (!await LoadAsync(cancel)) return NotFound();
        if (!ModelState.IsValid)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        return Answer(await team.ChangeRoleAsync(Id, Wanted!.Value, Act, cancel), T($"{Name} : le rôle est changé."));
    }
}
