using Microsoft.AspNetCore.Mvc.RazorPages;

namespace RgpdCrm.Web.Pages.Mail;

/// <summary>Every template, to be read before anyone receives it.</summary>
public sealed class TemplatesModel : PageModel;
