using System.CommandLine;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>backup</c>: takes one now; <c>backup key</c>: prints a new line for the file of keys.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var key = new Command("key", T("Donne une nouvelle clé, à ajouter au fichier des clés."));
        key.SetAction(_ => Console.WriteLine(BackupKey.Make(DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime)).Line));
        var command = new Command("backup", T("Sauvegarde maintenant la base, les photos et les documents, chiffrés.")) { key, json };
        command.SetAction((parsed, cancel) => TakeAsync(parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> TakeAsync(bool json, CancellationToken cancel)
    {
        await using var app = await OpenAsync(cancel);
        await using var scope = app.Services.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<BackupRun>() is not { } run) throw new CommandFailedException(T("Aucune sauvegarde n’est réglée : Backup__Folder ou Backup__S3__Bucket dit où les mettre."));
        try
        {
            var backup = await run.TakeAsync(cancel) ?? throw new CommandFailedException(T("Une autre sauvegarde est en cours."));
            Print(json, new { backup.Name, backup.Bytes, backup.Digest, backup.Files, backup.Copied },
                T($"Sauvegarde {backup.Name} : {N(backup.Bytes)} octets, {N(backup.Files)} photo(s) et document(s) dont {N(backup.Copied)} copié(s)."), $"SHA-256 {backup.Digest}");
            return 0;
        }
        catch (BackupException e)
        {
            throw new CommandFailedException(BackupWords.Of(e.Fault));
        }
    }
}
