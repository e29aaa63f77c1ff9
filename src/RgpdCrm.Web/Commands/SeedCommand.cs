using System.CommandLine;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Outside;
using RgpdCrm.Web.Hosting;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>seed</c>: a fictional agency with its history, the same for the same number, seed and day.</summary>
internal static class SeedCommand
{
    private const int DefaultSeed = 1;

    public static Command Create()
    {
        var contacts = Options.Number("--contacts", T("Nombre de contacts à inventer."), least: 1);
        contacts.Required = true;
        var seed = Options.Number("--seed", T("Graine du tirage."));
        var command = new Command("seed", T("Remplit une base vide d’une agence fictive.")) { contacts, seed };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var app = await OpenAsync(cancel);
            await SeedAsync(app, parsed.GetValue(contacts)!.Value, parsed.GetValue(seed) ?? DefaultSeed, cancel);
            return 0;
        });
        return command;
    }

    /// <summary>Invents the agency and says how it goes.</summary>
    public static async Task SeedAsync(WebApplication app, int contacts, int seed, CancellationToken cancel)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        await DemoData.SeedAsync(app.Configuration.OwnerConnection(), app.Configuration.AppConnection(), services.GetRequiredService<AgencyClock>(), services.GetRequiredService<Fingerprints>(), contacts, seed, new Lines(), cancel);
        // The nights that passed erased people: the register outside the database hears of it at once, not in ten minutes.
        if (services.GetService<OutsideLedger>() is { } outside) await outside.SettleAsync(services.GetRequiredService<CrmDbContext>(), cancel);
    }

    private sealed class Lines : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value) => Console.WriteLine(value.Nights > 0 ? T($"{N(value.Nights)} nuits passent…") : T($"{N(value.Contacts)} contacts"));
    }
}
