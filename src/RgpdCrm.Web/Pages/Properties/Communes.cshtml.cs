using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>Communes to complete what is being typed; without a script, the form's button finds them too.</summary>
public sealed class CommunesModel : PageModel
{
    private const int Most = 10;

    public IReadOnlyList<Commune> Found { get; private set; } = [];

    public void OnGet([FromQuery(Name = "q")] string? typed) => Found = Communes.Find(typed, Most);
}
