using System.Net;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Deployment;

/// <summary>The keys of sessions, links and authenticator applications, sealed by a certificate outside the database.</summary>
public sealed class SealedKeysTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_dump_of_the_database_holds_no_usable_key_and_a_change_of_certificate_locks_nobody_out()
    {
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-keys-").FullName;
        var (first, second, third) = (Certificates.Write(Path.Combine(folder, "1.pfx"), "one"), Certificates.Write(Path.Combine(folder, "2.pfx"), "one"), Certificates.Write(Path.Combine(folder, "3.pfx"), "three"));
        (string, string)[] production = [("environment", "Production"), ("Agency:Address", "https://localhost")];

        var app = await CrmApp.StartAsync(postgres, settings: [.. production, ("DataProtection:CertificateFile", first), ("DataProtection:CertificatePassword", "one")]);
        var lea = await app.SignInAsync(Role.Admin);
        var key = await lea.SetUpAuthenticatorAsync(app.Time.GetUtcNow());
        var keys = await app.Database.OwnerConnectionString.QueryAsync<string>("SELECT xml FROM data_protection_keys");
        Assert.NotEmpty(keys);
        Assert.All(keys, xml => Assert.True(xml.Contains("EncryptedData", StringComparison.Ordinal) && !xml.Contains("<masterKey", StringComparison.Ordinal)));

        app = await app.RestartAsync([.. production, ("DataProtection:CertificateFile", third), ("DataProtection:CertificatePassword", "three"), ("DataProtection:FormerCertificateFiles", $"{first}; {second}"), ("DataProtection:FormerCertificatePassword", "one")]);
        app.Time.Advance(TimeSpan.FromMinutes(5));
        var again = app.Visitor();
        Assert.Equal("/account/second-step", (await again.SignInAsync("admin@example.org", CrmApp.Password)).Headers.Location?.ToString());
        Assert.Equal("/", (await again.PostFormAsync("/account/second-step", [("Code", Browser.CodeOf(key, app.Time.GetUtcNow()))], tokenFrom: "/account/second-step")).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync("/users")).StatusCode);

        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
