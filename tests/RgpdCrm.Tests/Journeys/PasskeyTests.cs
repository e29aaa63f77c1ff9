using System.Buffers.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Journeys;

/// <summary>Passkeys in a real browser, whose authenticator is Chromium's virtual one.</summary>
public sealed class PasskeyTests(PostgresFixture postgres) : IAsyncLifetime
{
    // A page that has come is enough; what it loads is not waited for.
    private static readonly PageWaitForURLOptions Committed = new() { WaitUntil = WaitUntilState.Commit };

    private LiveApp _live = null!;

    public async ValueTask InitializeAsync() => _live = await LiveApp.StartAsync(postgres);

    public ValueTask DisposeAsync() => _live.DisposeAsync();

    // Browsers keep no passkey for an IP address.
    private string Address => _live.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    [Fact]
    public async Task Sophie_signs_in_with_her_passkey_alone_and_it_opens_nothing_of_Leas()
    {
        await using var context = await _live.Chromium.NewContextAsync(new() { Locale = "fr-FR" });
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => { if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) complaints.Add(message.Text); };
        var devtools = await context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new() { ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true } });

        // Sophie makes one, signs out and comes back with it alone.
        await SignInAsync(page, Role.Agent);
        await AddPasskeyAsync(page, "clé bleue");
        await page.GotoAsync(Address + "/account/second-factor");
        await page.GetByRole(AriaRole.Link, new() { Name = "Renommer ou retirer clé bleue" }).ClickAsync();
        await page.FillAsync("#Name", "téléphone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Renommer la clé" }).ClickAsync();
        await page.GetByText("La clé d’accès a un nouveau nom").WaitForAsync();
        await context.ClearCookiesAsync();
        await page.GotoAsync(Address + "/account/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Se connecter avec une clé d’accès" }).ClickAsync();
        await page.WaitForURLAsync(Address + "/", Committed);

        // Léa has one too; after her password, Sophie's is shown in its place.
        await context.ClearCookiesAsync();
        await SignInAsync(page, Role.Admin);
        await AddPasskeyAsync(page, "clé rouge");
        await using var db = CrmDbContext.Open(_live.Database.AppConnectionString);
        var sophies = (await PasskeyOfAsync(db, Role.Agent)).CredentialId;
        Assert.Equal(404, (await page.GotoAsync($"{Address}/account/second-factor/passkey/{Convert.ToHexStringLower(sophies)}"))!.Status);
        await context.ClearCookiesAsync();
        await SignInAsync(page, Role.Admin);
        Assert.EndsWith("/account/second-step", page.Url, StringComparison.Ordinal);
        await page.EvaluateAsync("""
            id => {
              const form = document.querySelector('form[data-passkey]'), asked = JSON.parse(form.dataset.passkey);
              asked.allowCredentials = [{ type: 'public-key', id }];
              form.dataset.passkey = JSON.stringify(asked);
            }
            """, Base64Url.EncodeToString(sophies));
        await page.GetByRole(AriaRole.Button, new() { Name = "Utiliser une clé d’accès" }).ClickAsync();
        await page.GetByText("Cette clé d’accès n’est pas reconnue").WaitForAsync();
        Assert.Contains("/account/sign-in", (await page.GotoAsync(Address + "/contacts"))!.Url, StringComparison.Ordinal);

        Assert.Equal("téléphone", (await PasskeyOfAsync(db, Role.Agent)).Data.Name);

        // Sophie comes back with both and takes hers away: her password alone opens again.
        await SignInAsync(page, Role.Agent);
        await page.GetByRole(AriaRole.Button, new() { Name = "Utiliser une clé d’accès" }).ClickAsync();
        await page.WaitForURLAsync(Address + "/", Committed);
        await page.GotoAsync($"{Address}/account/second-factor/passkey/{Convert.ToHexStringLower(sophies)}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Retirer la clé" }).ClickAsync();
        await page.GetByText("La clé d’accès est retirée").WaitForAsync();
        await context.ClearCookiesAsync();
        await SignInAsync(page, Role.Agent);
        await page.WaitForURLAsync(Address + "/", Committed);

        Assert.False(await db.Set<IdentityUserPasskey<Guid>>().AnyAsync(p => db.Users.Any(u => u.Id == p.UserId && u.Role == Role.Agent), TestContext.Current.CancellationToken));
        Assert.Equal([SignInOutcome.Password, SignInOutcome.Passkey, SignInOutcome.Password, SignInOutcome.Passkey, SignInOutcome.Password],
            await db.SignIns.OrderBy(s => s.At).Select(s => s.Outcome).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(complaints);
    }

    private static Task<IdentityUserPasskey<Guid>> PasskeyOfAsync(CrmDbContext db, Role role) =>
        db.Set<IdentityUserPasskey<Guid>>().AsNoTracking().SingleAsync(p => db.Users.Any(u => u.Id == p.UserId && u.Role == role));

    private async Task SignInAsync(IPage page, Role role)
    {
        await page.GotoAsync(Address + "/account/sign-in");
        await page.FillAsync("#Email", $"{role}@example.org".ToLowerInvariant());
        await page.FillAsync("#Password", LiveApp.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Se connecter", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal), Committed);
    }

    private async Task AddPasskeyAsync(IPage page, string name)
    {
        await page.GotoAsync(Address + "/account/second-factor/passkey");
        await page.FillAsync("#Name", name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Créer la clé d’accès" }).ClickAsync();
        await page.GetByText("Gardez ces codes en lieu sûr").WaitForAsync();
    }
}
