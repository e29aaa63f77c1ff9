using System.CommandLine;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Restores;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>restore NAME</c>: fills an empty database and the storage folder, closes the application and brings it up to date; <c>restore replay</c>: the second half again;
/// <c>restore open</c>: opens it.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = T("Nom de la sauvegarde, comme 2026-11-23T043000Z : son dossier.") };
        var json = Options.Json();
        var command = new Command("restore", T("Reprend une sauvegarde dans une base de données vide, la remet à jour avec le registre hors de la base, et laisse l’application fermée.")) { Replay(), Open(), name, json };
        command.SetAction((parsed, cancel) => OnRestoredAsync(parsed.GetRequiredValue(name), parsed.GetValue(json), cancel));
        return command;
    }

    private static Command Replay()
    {
        var json = Options.Json();
        var command = new Command("replay", T("Remet à jour de nouveau une base reprise qui attend d’être ouverte.")) { json };
        command.SetAction((parsed, cancel) => OnRestoredAsync(null, parsed.GetValue(json), cancel));
        return command;
    }

    private static Command Open()
    {
        var sentence = new Option<string?>("--without-register") { Description = T($"La phrase « {RestoreWords.Sentence} », quand le registre hors de la base manque ou est abîmé.") };
        var command = new Command("open", T("Ouvre l’application après une restauration.")) { sentence };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var app = await OpenAsync(cancel);
            await using var scope = app.Services.CreateAsyncScope();
            var (services, clock) = (scope.ServiceProvider, app.Services.GetRequiredService<AgencyClock>());
            var refusal = await services.GetRequiredService<Restoration>().OpenAsync(services.GetRequiredService<CrmDbContext>(), new Act(null, clock.Now), RestoreWords.Typed(parsed.GetValue(sentence)), cancel);
            if (refusal is { } why) throw new CommandFailedException(RestoreWords.Of(why));
            Console.WriteLine(T("L’application est ouverte."));
            return 0;
        });
        return command;
    }

    private static async Task<int> OnRestoredAsync(string? name, bool json, CancellationToken cancel)
    {
        await using var app = await BuildAsync();
        await using var scope = app.Services.CreateAsyncScope();
        var (services, owner) = (scope.ServiceProvider, app.Configuration.OwnerConnection());
        try
        {
            if (name is not null) await FillAsync(app, services, name, owner, cancel);
            var restore = await services.GetRequiredService<Restoration>().ReplayAsync(owner, cancel);
            if (restore.VerifiedAt is null) throw new CommandFailedException(RestoreWords.Of(OpenRefusal.NotVerified));
            await TidyAsync(services, cancel);
            Print(json, new { restore.Backup, restore.Fault, restore.Counts },
                [T($"Sauvegarde {restore.Backup} reprise et vérifiée. L’application est fermée."), .. restore.Counts.Select(RestoreWords.Of), .. restore.Fault is { } fault ? [RestoreWords.Of(fault)] : Array.Empty<string>(),
                    T("Pour l’ouvrir : un administrateur se connecte et ouvre /restores, ou « restore open ».")]);
            return 0;
        }
        catch (BackupException e)
        {
            throw new CommandFailedException(BackupWords.Of(e.Fault));
        }
        catch (RestoreRefusedException e)
        {
            throw new CommandFailedException(RestoreWords.Of(e.Refusal));
        }
        catch (OutsideLedgerException)
        {
            throw new CommandFailedException(RunWords.NoTrace);
        }
    }

    private static async Task FillAsync(WebApplication app, IServiceProvider services, string name, string owner, CancellationToken cancel)
    {
        if (services.GetService<BackupRestore>() is not { } restore) throw new CommandFailedException(T("Aucune sauvegarde n’est réglée : Backup__Folder ou Backup__S3__Bucket dit où elles sont."));
        await restore.RunAsync(name, owner, cancel);
        await MigrateCommand.RunAsync(owner, MigrateCommand.RoleOf(app.Configuration.AppConnection()), !app.Environment.IsProduction(), cancel);
        await services.GetRequiredService<Restoration>().CloseAsync(owner, name, cancel);
    }

    // Files that came back with people who left again; what the store refuses now, the jobs ask for again once the application is open.
    private static async Task TidyAsync(IServiceProvider services, CancellationToken cancel)
    {
        await services.GetRequiredService<RemovalDrain>().RunAsync(cancel);
        try
        {
            await services.GetRequiredService<PhotoReconciliation>().RunAsync(cancel);
        }
        catch (PhotoStoreException)
        {
            // Every night as well.
        }
    }
}
