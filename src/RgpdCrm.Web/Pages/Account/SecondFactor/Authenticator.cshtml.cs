using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using QRCoder;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Account.SecondFactor;

/// <summary>An authenticator application: a key to scan or type, and a first code that proves it was. The key waits in the form, sealed, and is stored once the code is right.</summary>
[EnableRateLimiting(Accounts.AttemptLimit)]
public sealed class AuthenticatorModel(UserManager<Core.Accounts.Account> accounts, FrontDoor door, AgencyClock clock, CrmDbContext db, SecondFactors factors, Agency agency)
    : SetUpPage(accounts, door, clock, db, factors)
{
    [BindProperty, StringLength(400)]
    public string? Secret { get; set; }

    [BindProperty, StringLength(20, ErrorMessage = "Ce code est trop long.")]
    public string? Code { get; set; }

    /// <summary>The key as text, in groups of four.</summary>
    public string Key { get; private set; } = "";

    /// <summary>The QR code: its side in modules, margin included, and its dark modules as a path.</summary>
    public int Side { get; private set; }

    public string Drawing { get; private set; } = "";

    public void OnGet() => Draw();

    public async Task<IActionResult> OnPostAsync()
    {
        if (ModelState.IsValid && await ConfirmedAsync())
        {
            if (Secret is not null && await Factors.ConfirmAsync(Account, Secret, Code ?? "")) return await AddedAsync(T("L’application est en place."));
            ModelState.AddModelError(nameof(Code), T("Ce code n’est pas celui de cette clé. Vérifiez l’heure du téléphone et donnez le code affiché maintenant."));
        }
        Draw();
        return Refused();
    }

    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancel)
    {
        if (Account.AuthenticatorSecret is not null && await MayGoAsync(await Factors.PasskeysOf(Account.Id).AnyAsync(cancel)))
        {
            await Factors.RemoveAuthenticatorAsync(Account);
            return await RemovedAsync(T("L’application est retirée."));
        }
        Draw();
        return Refused();
    }

    private void Draw()
    {
        if (Secret is null || Factors.Open(Account, Secret) is not { } key)
        {
            Secret = Factors.NewSecret(Account);
            ModelState.Remove(nameof(Secret));
            key = Factors.Open(Account, Secret)!;
        }
        Key = string.Join(' ', key.Chunk(4).Select(signs => new string(signs)));
        var issuer = Uri.EscapeDataString(agency.Name);
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode($"otpauth://totp/{issuer}:{Uri.EscapeDataString(Account.Email!)}?secret={key}&issuer={issuer}", QRCodeGenerator.ECCLevel.M);
        Side = code.ModuleMatrix.Count;
        var drawing = new StringBuilder();
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                if (code.ModuleMatrix[y][x]) drawing.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        Drawing = drawing.ToString();
    }
}
