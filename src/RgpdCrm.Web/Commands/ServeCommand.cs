using RgpdCrm.Core.Contacts;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Commands;

/// <summary>No verb: serves the application, once the database is known to be ready.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        await using var app = Program.Build(args);
        _ = app.PublicAddress();
        _ = app.Services.GetRequiredService<Fingerprints>();
        app.RequireSealedKeys();
        await Migrations.EnsureAsync(app.Configuration.AppConnection(), CancellationToken.None);
        await app.RunAsync();
        return 0;
    }
}
