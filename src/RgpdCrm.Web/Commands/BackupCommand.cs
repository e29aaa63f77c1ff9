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

    /// <summary><c>restore</c>: fills an empty database and the storage folder, with the owner's connection.</summary>
    public static Command Restore()
    {
        var name = new Argument<string>("NAME") { Description = T("Nom de la sauvegarde, comme 2026-11-23T043000Z : son dossier.") };
        var json = Options.Json();
        var command = new Command("restore", T("Reprend une sauvegarde dans une base de données vide.")) { name, json };
        command.SetAction((parsed, cancel) => RestoreAsync(parsed.GetRequiredValue(name), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RestoreAsync(string name, bool json, CancellationToken cancel)
    {
        await using var app = await BuildAsync();
        await using var scope = app.Services.CreateAsyncScope();
        if (scope.ServiceProvider.GetService<BackupRestore>() is not { } restore) throw new CommandFailedException(T("Aucune sauvegarde n’est réglée : Backup__Folder ou Backup__S3__Bucket dit où elles sont."));
        try
        {
            var owner = app.Configuration.OwnerConnection();
            var manifest = await restore.RunAsync(name, owner, cancel);
            await MigrateCommand.RunAsync(owner, MigrateCommand.RoleOf(app.Configuration.AppConnection()), !app.Environment.IsProduction(), cancel);
            Print(json, new { manifest.Name, manifest.Contacts, manifest.LedgerEntries, Files = manifest.Files.Count },
                T($"Sauvegarde {manifest.Name} reprise : {N(manifest.Contacts)} contact(s), {N(manifest.LedgerEntries)} inscription(s) au registre, {N(manifest.Files.Count)} fichier(s)."),
                T("Avant d’ouvrir : « retention run », puis refaites les effacements demandés depuis cette sauvegarde."));
            return 0;
        }
        catch (BackupException e)
        {
            throw new CommandFailedException(BackupWords.Of(e.Fault));
        }
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
