using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;

namespace RgpdCrm.Web.Components;

/// <summary>What the frame around every page shows.</summary>
/// <param name="AgencyName">The agency's name and town.</param>
/// <param name="PendingCount">People in the queue; only for those who may see it.</param>
/// <param name="NewInquiries">Website inquiries that nobody has handled; only for those who may see them.</param>
/// <param name="Pulse">State of retention, in a word and two short lines.</param>
public sealed record ShellData(string AgencyName, int? PendingCount, int? NewInquiries, Pulse? Pulse);

/// <summary>One line of the menu, with what waits there.</summary>
public sealed record MenuEntry(string To, string Icon, string Name, int? Count = null, string Unit = "");

/// <summary>The line at the foot of the menu.</summary>
public sealed record Pulse(bool Healthy, string Title, string Last, string Next);

/// <summary>Reads the frame's data; cheap queries only, it runs on every page.</summary>
public delegate Task<ShellData> ShellDataSource(ClaimsPrincipal user);

/// <summary>The side menu.</summary>
public sealed class ShellViewComponent(ShellDataSource source) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync() => View(await source(UserClaimsPrincipal));
}
