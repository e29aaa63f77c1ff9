using System.CommandLine;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Outside;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Hosting;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>ledger verify</c> and <c>clocks check</c>: what is stored against what it was computed from; <c>ledger begin</c>: the register outside, written anew.</summary>
internal static class CheckCommands
{
    public static Command Ledger()
    {
        var json = Options.Json();
        var verify = new Command("verify", T("Recalcule la chaîne du registre des effacements.")) { json };
        verify.SetAction(async (parsed, cancel) =>
        {
            await using var db = await OpenDatabaseAsync(cancel);
            var check = await LedgerChain.VerifyAsync(db, cancel);
            if (parsed.GetValue(json) || check.Intact) Print(parsed.GetValue(json), check, T($"Registre intact : {N(check.Entries)} inscription(s)."));
            return check.Intact ? 0 : throw new CommandFailedException(T($"Le registre est rompu à l’inscription {check.BrokenAt}."));
        });
        return new Command("ledger", T("Le registre des effacements.")) { verify, Begin() };
    }

    private static Command Begin()
    {
        var begin = new Command("begin", T("Recommence le registre hors de la base quand son dossier est perdu : tout le registre de la base, les blocages, oppositions, retraits et règles d’aujourd’hui."));
        begin.SetAction(async (_, cancel) =>
        {
            await using var app = await OpenAsync(cancel);
            await using var scope = app.Services.CreateAsyncScope();
            var (db, clock) = (scope.ServiceProvider.GetRequiredService<CrmDbContext>(), app.Services.GetRequiredService<AgencyClock>());
            if (scope.ServiceProvider.GetService<OutsideLedger>() is not { } outside) throw new CommandFailedException(T("Aucun registre hors de la base n’est réglé : Ledger__Folder dit où le mettre."));
            await EnsureNotClosedAsync(db, cancel);
            await outside.BeginAnewAsync(db, cancel: cancel);
            db.AuditEntries.Add(new AuditEntry(clock.Now, null, "ledger.begun", "ledger", null));
            await db.SaveChangesAsync(cancel);
            Console.WriteLine(T("Le registre hors de la base est recommencé. Ce qui était dans le dossier est mis de côté."));
            return 0;
        });
        return begin;
    }

    public static Command Clocks()
    {
        var json = Options.Json();
        var repair = new Option<bool>("--repair") { Description = T("Remet en place les dates qui diffèrent.") };
        var check = new Command("check", T("Recalcule les dates de conservation à partir des faits conservés.")) { repair, json };
        check.SetAction(async (parsed, cancel) =>
        {
            await using var db = await OpenDatabaseAsync(cancel);
            var mend = parsed.GetValue(repair);
            var ids = mend ? await ClockCheck.RepairAsync(db, cancel) : await ClockCheck.DifferencesAsync(db, cancel);
            Print(parsed.GetValue(json), new { Differences = ids, Repaired = mend }, mend ? T($"{N(ids.Count)} fiche(s) corrigée(s).") : T($"{N(ids.Count)} différence(s)."));
            return mend || ids.Count == 0 ? 0 : throw new CommandFailedException(T($"{N(ids.Count)} fiche(s) diffèrent de leurs faits : --repair les corrige."));
        });
        return new Command("clocks", T("Les dates de conservation enregistrées.")) { check };
    }

    private static async Task<CrmDbContext> OpenDatabaseAsync(CancellationToken cancel)
    {
        var connection = (await ReadAsync()).AppConnection();
        await Migrations.EnsureAsync(connection, cancel);
        return CrmDbContext.Open(connection);
    }
}
