using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OtpNet;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.EmbeddedPostgres;
using RgpdCrm.Web;
using RgpdCrm.Web.Commands;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Support;

/// <summary>The whole application on a database of its own, with a clock that the test moves. No job runs by itself.</summary>
public sealed class CrmApp : IAsyncDisposable
{
    /// <summary>What the three accounts sign in with.</summary>
    public const string Password = "quatre tilleuls au bord de la Loire";

    private readonly Factory _factory;

    private CrmApp(TestDatabase database, FakeTimeProvider time, Factory factory) =>
        (Database, Time, _factory) = (database, time, factory);

    public TestDatabase Database { get; }

    /// <summary>The agency's clock, Sunday 15 November 2026 at 10:00 in Paris unless the test chose otherwise.</summary>
    public FakeTimeProvider Time { get; }

    /// <summary>The application's own services; open a scope for the scoped ones.</summary>
    public IServiceProvider Services => _factory.Services;

    /// <summary>Starts the application.</summary>
    /// <param name="settings">Settings as <c>("Section:Key", "value")</c>; <c>("environment", "Production")</c> too.</param>
    public static Task<CrmApp> StartAsync(PostgresFixture postgres, string today = "2026-11-15", params (string Key, string Value)[] settings) =>
        StartAsync(postgres, _ => { }, today, settings);

    /// <summary>Starts the application with a part of it replaced, to be watched or broken.</summary>
    public static async Task<CrmApp> StartAsync(PostgresFixture postgres, Action<IServiceCollection> replace, string today = "2026-11-15", params (string Key, string Value)[] settings)
    {
        var day = DateOnly.Parse(today, System.Globalization.CultureInfo.InvariantCulture);
        return await StartAsync(postgres, replace, new FakeTimeProvider(new DateTimeOffset(day, new TimeOnly(9, 0), TimeSpan.Zero)), settings);
    }

    /// <summary>The same at the machine's own instant, for a test that starts processes or servers.</summary>
    public static Task<CrmApp> StartNowAsync(PostgresFixture postgres, Action<IServiceCollection> replace, params (string Key, string Value)[] settings) =>
        StartAsync(postgres, replace, new FakeTimeProvider(TimeProvider.System.GetUtcNow()), settings);

    private static async Task<CrmApp> StartAsync(PostgresFixture postgres, Action<IServiceCollection> replace, FakeTimeProvider time, (string Key, string Value)[] settings)
    {
        var database = await postgres.CreateDatabaseAsync(MigrateAsync);
        return new CrmApp(database, time, new Factory(database, time, settings, replace));
    }

    /// <summary>Ends the application and starts it again on the same database, with other settings.</summary>
    public async Task<CrmApp> RestartAsync(params (string Key, string Value)[] settings)
    {
        await _factory.DisposeAsync();
        return new CrmApp(Database, Time, new Factory(Database, Time, settings, _ => { }));
    }

    /// <summary>A context on the application's database.</summary>
    public CrmDbContext Db() => CrmDbContext.Open(Database.AppConnectionString);

    /// <summary>A visitor who is not signed in. Redirects are not followed.</summary>
    /// <param name="from">The network address the requests come from.</param>
    /// <param name="at">The address the browser opens.</param>
    public Browser Visitor(string from = "192.0.2.10", string at = "https://localhost")
    {
        var client = _factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri(at) });
        client.DefaultRequestHeaders.Add(Factory.AddressHeader, from);
        return new Browser(client);
    }

    /// <summary>Someone signed in, whose account is made when it is missing: <c>agent@example.org</c>, <c>admin@…</c> or <c>ops@…</c>.</summary>
    public Task<Browser> SignInAsync(Role role) => SignInAsync($"{role}@example.org".ToLowerInvariant(), role);

    /// <inheritdoc cref="SignInAsync(Role)"/>
    public async Task<Browser> SignInAsync(string email, Role role)
    {
        await EnsureAccountAsync(email, role);
        var browser = Visitor();
        var answer = await browser.SignInAsync(email, Password);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }

    /// <summary>The account of an address, made when it is missing.</summary>
    public async Task<Account> EnsureAccountAsync(string email, Role role)
    {
        await using var scope = Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await accounts.FindByEmailAsync(email) is { } known) return known;
        var account = new Account { Id = Guid.NewGuid(), UserName = email, Email = email, FullName = email.Split('@')[0], Role = role };
        Assert.True((await accounts.CreateAsync(account, Password)).Succeeded);
        return account;
    }

    /// <summary>A buyer named Martin, collected on 10 January 2026 unless said otherwise.</summary>
    public async Task<Guid> PersonAsync(string firstName, string email, string? phone = null, string collectedOn = "2026-01-10")
    {
        await using var db = Db();
        var contact = new Contact(ContactName.Person(firstName, "Martin"), DateOnly.Parse(collectedOn, System.Globalization.CultureInfo.InvariantCulture), ContactRoles.Buyer, null, Time.GetUtcNow());
        contact.Emails.Add(new Email { Value = email });
        if (phone is not null) contact.Phones.Add(new Phone { Value = phone });
        db.Contacts.Add(contact);
        await db.SaveChangesAsync();
        return contact.Id;
    }

    /// <summary>Sends what waits in the outbox.</summary>
    public async Task<MailDrained> DrainAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<MailDrain>().RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a job as Hangfire does: in a scope of its own, without arguments.</summary>
    public async Task RunJobAsync<TJob>(Func<TJob, Task>? work = null) where TJob : JobShell
    {
        await using var scope = Services.CreateAsyncScope();
        var job = ActivatorUtilities.CreateInstance<TJob>(scope.ServiceProvider);
        await (work is null ? job.RunAsync(TestContext.Current.CancellationToken) : work(job));
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static Task MigrateAsync(string ownerConnection) => MigrateCommand.RunAsync(ownerConnection, DatabaseRoles.App, rehearsals: true, CancellationToken.None);

    private sealed class Factory(TestDatabase database, FakeTimeProvider time, (string Key, string Value)[] settings, Action<IServiceCollection> replace) : WebApplicationFactory<Program>
    {
        /// <summary>The test server has no network: this header, which only tests know, stands for the caller's address.</summary>
        public const string AddressHeader = "X-Test-Address";

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment(settings.FirstOrDefault(s => s.Key == "environment").Value ?? "Development");
            builder.UseSetting("ConnectionStrings:RgpdCrm", database.AppConnectionString);
            builder.UseSetting("ConnectionStrings:RgpdCrmBackup", database.BackupConnectionString);
            builder.UseSetting("Objections:Key", "a key of the tests, and of nobody else");
            builder.UseSetting("Hangfire:Server", "false");
            builder.UseSetting("Logging:Level", "Fatal");
            if (settings.Contains(("environment", "Production"))) builder.UseSetting("DataProtection:CertificateFile", Certificates.Any);
            foreach (var (key, value) in settings.Where(s => s.Key != "environment")) builder.UseSetting(key, value);
            builder.ConfigureTestServices(services =>
            {
                services.AddSingleton<TimeProvider>(time);
                // Hashing as slowly as production asks would be half of many tests; HardeningTests looks at the real figure.
                if (!settings.Contains(("environment", "Production"))) services.PostConfigure<PasswordHasherOptions>(hashing => hashing.IterationCount = 1_000);
                services.AddTransient<IStartupFilter, CallerAddress>();
                replace(services);
            });
        }

        private sealed class CallerAddress : IStartupFilter
        {
            public Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> Configure(Action<Microsoft.AspNetCore.Builder.IApplicationBuilder> next) => app =>
            {
                Microsoft.AspNetCore.Builder.UseExtensions.Use(app, (HttpContext http, RequestDelegate rest) =>
                {
                    if (http.Request.Headers[AddressHeader] is [{ } address]) http.Connection.RemoteIpAddress = IPAddress.Parse(address);
                    return rest(http);
                });
                next(app);
            };
        }
    }
}

/// <summary>One person's browser: keeps cookies, fills in antiforgery tokens, follows nothing by itself.</summary>
public sealed partial class Browser(HttpClient client)
{
    public HttpClient Client => client;

    public Task<HttpResponseMessage> GetAsync(string url) => client.GetAsync(new Uri(url, UriKind.RelativeOrAbsolute));

    /// <summary>The page's HTML; fails unless the answer is 200.</summary>
    public async Task<string> ReadAsync(string url)
    {
        var answer = await GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Posts a form as a page would, with the antiforgery token of <paramref name="tokenFrom"/>, by default of any page the person can open.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(string url, IEnumerable<(string Name, string Value)> fields, string? tokenFrom = null)
    {
        var token = Token(await (await GetAsync(tokenFrom ?? "/account/sign-in")).Content.ReadAsStringAsync());
        return await PostWithoutTokenAsync(url, fields.Append(("__RequestVerificationToken", token)));
    }

    /// <inheritdoc cref="PostFormAsync(string, IEnumerable{ValueTuple{string, string}}, string)"/>
    public Task<HttpResponseMessage> PostFormAsync(string url, params (string Name, string Value)[] fields) => PostFormAsync(url, fields, tokenFrom: null);

    /// <summary>Posts files as the page with a file field would, with the antiforgery token.</summary>
    /// <param name="url">Where the form is sent.</param>
    /// <param name="script">As the page's script does, asking for JSON.</param>
    /// <param name="files">Name and content of each, under the field name <c>files</c>.</param>
    public async Task<HttpResponseMessage> PostFilesAsync(string url, bool script, params (string Name, Stream Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(Token(await (await GetAsync("/account/sign-in")).Content.ReadAsStringAsync())), "__RequestVerificationToken" } };
        foreach (var (name, content) in files) form.Add(new StreamContent(content), "files", name);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(url, UriKind.Relative)) { Content = form };
        if (script) request.Headers.Accept.ParseAdd("application/json");
        return await client.SendAsync(request);
    }

    /// <summary>Posts one file, its name encoded as browsers do.</summary>
    public async Task<HttpResponseMessage> PostFileAsync(string url, byte[] content, string name, string field = "File")
    {
        using var form = new MultipartFormDataContent { { new StringContent(Token(await (await GetAsync("/account/sign-in")).Content.ReadAsStringAsync())), "__RequestVerificationToken" } };
        var file = new ByteArrayContent(content);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{field}\"", FileName = "\"x\"", FileNameStar = name };
        form.Add(file);
        return await client.PostAsync(new Uri(url, UriKind.Relative), form);
    }

    /// <summary>Posts fields alone, as a foreign site would.</summary>
    public Task<HttpResponseMessage> PostWithoutTokenAsync(string url, IEnumerable<(string Name, string Value)> fields) =>
        client.PostAsync(new Uri(url, UriKind.RelativeOrAbsolute), new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public Task<HttpResponseMessage> SignInAsync(string email, string password) => PostFormAsync("/account/sign-in", ("Email", email), ("Password", password));

    /// <summary>Sets an authenticator application up, as its owner does after signing in.</summary>
    /// <returns>The key it counts from.</returns>
    public async Task<string> SetUpAuthenticatorAsync(DateTimeOffset now)
    {
        const string Page = "/account/second-factor/authenticator";
        var html = WebUtility.HtmlDecode(await ReadAsync(Page));
        var key = KeyOnPage().Match(html).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal);
        var answer = await PostFormAsync(Page, [("Secret", SecretField().Match(html).Groups[1].Value), ("Code", CodeOf(key, now))], tokenFrom: Page);
        Assert.Equal("/account/second-factor/codes", answer.Headers.Location?.ToString());
        return key;
    }

    /// <summary>What the application shows at an instant.</summary>
    public static string CodeOf(string key, DateTimeOffset at) => new Totp(Base32Encoding.ToBytes(key)).ComputeTotp(at.UtcDateTime);

    private static string Token(string html) => TokenField().Match(html) is { Success: true } found
        ? WebUtility.HtmlDecode(found.Groups[1].Value)
        : throw new InvalidOperationException("This page has no antiforgery token.");

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="([^"]+)""")]
    private static partial Regex TokenField();

    [GeneratedRegex("<code[^>]*>([A-Z2-7 ]+)</code>")]
    private static partial Regex KeyOnPage();

    [GeneratedRegex("""name="Secret"[^>]*value="([^"]+)""")]
    private static partial Regex SecretField();
}
