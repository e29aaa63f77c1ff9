using System.CommandLine;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Web.Hosting;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>import contacts</c>: loads people with their real dates, reports the rows it refuses.</summary>
internal static class ImportCommand
{
    private const int WarningsShown = 20;

    public static Command Create()
    {
        var file = new Argument<string>(T("FICHIER")) { Description = T("Fichier CSV, séparé par des points-virgules ou des virgules.") };
        var refused = new Option<string>("--refused") { Description = T("Où écrire les lignes refusées (par défaut dans le dossier de l’agence, pour 7 jours).") };
        var preview = new Option<bool>("--preview") { Description = T("Dit tout et n’importe rien.") };
        var approve = Options.Number("--approve", T("Le nombre de personnes déjà à échéance, pour les mettre en attente sans frein."));
        var json = Options.Json();
        var contacts = new Command("contacts", T("Importe des contacts.")) { file, refused, preview, approve, json };
        contacts.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(file), new ImportOptions(parsed.GetValue(refused), parsed.GetValue(approve), Preview: parsed.GetValue(preview)), parsed.GetValue(json), cancel));
        return new Command("import", T("Reprise de données.")) { contacts };
    }

    private static async Task<int> RunAsync(string file, ImportOptions options, bool json, CancellationToken cancel)
    {
        if (!File.Exists(file)) throw new CommandFailedException(T($"Le fichier {file} n’existe pas."));
        await using var app = await OpenAsync(cancel);
        await using (var db = CrmDbContext.Open(app.Configuration.AppConnection())) await EnsureNotClosedAsync(db, cancel);
        var files = app.Services.GetRequiredService<PersonalFiles>();
        var import = new ContactImport(app.Configuration.AppConnection(), app.Services.GetRequiredService<AgencyClock>(), files, app.Services.GetRequiredService<Fingerprints>());
        var result = await import.RunAsync(file, options, cancel: cancel);
        if (json || result.Refusal is null) Print(json, result, Lines(result, options.Preview, files));
        return result.Refusal is null ? 0 : throw new CommandFailedException(result.Refusal);
    }

    private static IEnumerable<string> Lines(ImportResult result, bool preview, PersonalFiles files)
    {
        yield return T($"{N(result.Rows)} ligne(s) lue(s) ({result.Encoding}, séparateur « {result.Separator} »).");
        yield return preview
            ? T($"{N(result.Created)} personne(s) à créer, {N(result.AlreadyThere)} déjà là, {N(result.Obligations)} mandat(s) ou contrat(s).")
            : T($"{N(result.Created)} personne(s) créée(s), {N(result.AlreadyThere)} déjà là, {N(result.Obligations)} mandat(s) ou contrat(s).");
        if (result.Objected > 0) yield return T($"{N(result.Objected)} s’étai(en)t opposée(s) au démarchage : elle(s) reste(nt) hors des envois.");
        if (result.RefusedFile is { } refused)
        {
            yield return T($"{N(result.Refused)} ligne(s) refusée(s) : voir {refused}");
            yield return files.Holds(refused)
                ? "  " + T($"Ce fichier contient des données personnelles : il disparaît de lui-même au bout de {PersonalFiles.KeptDays} jours.")
                : "  " + T($"Ce fichier contient des données personnelles : à vous de l’effacer dans les {PersonalFiles.KeptDays} jours.");
        }
        foreach (var warning in result.Warnings.Take(WarningsShown)) yield return "  " + T($"ligne {warning.Line} : {warning.Text}");
        if (result.WarningCount > WarningsShown) yield return "  " + T($"… et {N(result.WarningCount - WarningsShown)} autre(s) avertissement(s) : --json les donne.");
        if (result.DueTonight > 0) yield return result.KeptBack > 0
            ? T($"{N(result.DueTonight)} seraient mises en attente cette nuit, dont {N(result.KeptBack)} retenues par le frein.")
            : T($"{N(result.DueTonight)} seraient mises en attente cette nuit.");
        if (result.SecondAdmin) yield return T("Ce nombre compte pour un approbateur : un administrateur confirme sur la page Traitements.");
        if (result.OtherListWaits) yield return T("Ce nombre n’approuve rien : une autre liste attend déjà un second administrateur sur la page Traitements. Les personnes retenues entrent au fil des nuits, ou avec la liste suivante.");
    }
}
