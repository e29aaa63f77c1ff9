using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Web.Commands;

namespace RgpdCrm.Tests.Support;

/// <summary>The whole application on a real socket, today, with an account of each role, and the browser that looks at it.</summary>
internal sealed class LiveApp : IAsyncDisposable
{
    public const string Password = "quatre tilleuls au bord de la Loire";

    private readonly WebApplication _app;
    private readonly IPlaywright _playwright;
    private readonly string _storage;

    private LiveApp(TestDatabase database, WebApplication app, string storage, IPlaywright playwright, IBrowser chromium) =>
        (Database, _app, _storage, _playwright, Chromium) = (database, app, storage, playwright, chromium);

    public static AgencyClock Clock { get; } = new(TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone));

    public TestDatabase Database { get; }
    public IBrowser Chromium { get; }
    public IServiceProvider Services => _app.Services;
    public string Address => Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<LiveApp> StartAsync(PostgresFixture postgres, params string[] settings)
    {
        var database = await postgres.CreateDatabaseAsync(owner => MigrateCommand.RunAsync(owner, DatabaseRoles.App, rehearsals: true, CancellationToken.None));
        var storage = Directory.CreateTempSubdirectory("storage").FullName;
        var app = Web.Program.Build(
            ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--applicationName", "RgpdCrm.Web", "--Logging:Level=Fatal", "--Hangfire:Server=false", $"--Storage:Folder={storage}", $"--contentRoot={WebProject()}", .. settings],
            more => more.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:RgpdCrm"] = database.AppConnectionString }));
        await app.StartAsync();
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            foreach (var role in Enum.GetValues<Role>())
                Assert.True((await accounts.CreateAsync(new Account { Id = Guid.NewGuid(), UserName = Mail(role), Email = Mail(role), FullName = $"{role} Fontaine", Role = role }, Password)).Succeeded);
        }
        var playwright = await Playwright.CreateAsync();
        var chromium = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("RGPDCRM_TEST_BROWSER") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-background-networking"],
        });
        return new LiveApp(database, app, storage, playwright, chromium);
    }

    /// <summary>A window of its own in which someone of that role has signed in.</summary>
    public async Task<IPage> SignInAsync(Role role)
    {
        var page = await (await Chromium.NewContextAsync(new() { Locale = "fr-FR" })).NewPageAsync();
        await page.GotoAsync($"{Address}/account/sign-in");
        await page.FillAsync("input[type=email]", Mail(role));
        await page.FillAsync("input[type=password]", Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Se connecter", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        _playwright.Dispose();
        await _app.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_storage, recursive: true);
    }

    private static string Mail(Role role) => $"{role}@example.org".ToLowerInvariant();

    private static string WebProject()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "RgpdCrm.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "src", "RgpdCrm.Web");
    }
}
