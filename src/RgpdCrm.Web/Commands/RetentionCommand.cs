using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Pages.Jobs;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>retention preview</c> and <c>retention run</c>: the nightly run, now.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var on = Options.Date("--on", T("Une date au format AAAA-MM-JJ, à la place d’aujourd’hui."));
        var approve = Options.Number("--approve", T("Le nombre qu’un frein ou le garde de l’horloge a demandé."));
        var json = Options.Json();

        var preview = new Command("preview", T("Ce que ferait une exécution ce jour-là ; ne change rien.")) { on, json };
        preview.SetAction((parsed, cancel) => PreviewAsync(parsed.GetValue(on), parsed.GetValue(json), cancel));
        var run = new Command("run", T("Exécute maintenant la conservation.")) { on, approve, json };
        run.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(on), parsed.GetValue(approve), parsed.GetValue(json), cancel));
        return new Command("retention", T("La conservation des données.")) { preview, run };
    }

    private static async Task<int> PreviewAsync(DateOnly? on, bool json, CancellationToken cancel)
    {
        await using var app = await OpenAsync(cancel);
        var counts = await app.Services.GetRequiredService<RetentionRun>().PreviewAsync(on, cancel);
        Print(json, counts, Lines(counts));
        return 0;
    }

    private static async Task<int> RunAsync(DateOnly? on, int? approve, bool json, CancellationToken cancel)
    {
        await using var app = await OpenAsync(cancel);
        if (on is not null && app.Environment.IsProduction()) throw new CommandFailedException(T("--on est refusé en production : la date est celle de l’horloge."));

        var report = await app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest(on, approve), cancel);
        await using var scope = app.Services.CreateAsyncScope();
        var waiting = await scope.ServiceProvider.GetRequiredService<Brakes>().OpenAsync(cancel);
        // Of a run that did not take place nobody says that nothing was due.
        string[] lines =
        [
            .. report.Outcome == RunOutcome.Succeeded || report.Counts.Count > 0 ? Lines(report.Counts) : [],
            .. waiting.Select(b => T($"Frein : {JobWords.Counted(b.Category, b.Count)} à approuver ({JobWords.Budget(b.Budget).ToLowerInvariant()}) : --approve {b.Count}.")),
        ];
        if (json || lines.Length > 0)
        {
            Print(json, new { report.Id, report.Date, report.Outcome, Message = RunWords.Note(report), report.PolicyVersion, report.Counts, Failed = report.FailedIds.Length, Brakes = waiting.Select(b => new { b.Category, b.Budget, b.Count }) }, lines);
        }
        if (report.Outcome != RunOutcome.Succeeded) throw new CommandFailedException(RunWords.Note(report) ?? T("L’exécution n’a pas abouti."));
        if (approve is { } typed && waiting.Count > 0 && !await ApprovedAsync(scope.ServiceProvider.GetRequiredService<CrmDbContext>(), report, typed, cancel))
            throw new CommandFailedException(T($"Rien n’attendait le nombre {typed} : aucun frein n’a été levé."));
        return 0;
    }

    // The number was a brake's, or the days that the clock guard asked about.
    private static async Task<bool> ApprovedAsync(CrmDbContext db, RunReport report, int typed, CancellationToken cancel)
    {
        if (await db.Brakes.AnyAsync(b => b.ApprovedAt >= report.StartedAt && b.Count == typed, cancel)) return true;
        if (await db.Brakes.AnyAsync(b => b.ApprovedAt == null && b.ProposedAt >= report.StartedAt && b.Count == typed, cancel))
            throw new CommandFailedException(T($"Le nombre {typed} compte pour un approbateur : un administrateur confirme sur la page Traitements."));
        if (await db.Brakes.AnyAsync(b => b.ApprovedAt == null && b.ProposedAt != null && b.ProposedById == null && b.Count == typed, cancel))
            throw new CommandFailedException(T($"Le nombre {typed} a déjà été donné sur la ligne de commande : un administrateur confirme sur la page Traitements."));
        if (await db.AuditEntries.AnyAsync(a => a.Action == ClockGuard.PutBack && a.SubjectId == report.Id, cancel)) return true;
        var before = await db.RetentionRuns.Where(r => r.HostClock && r.Outcome != RunOutcome.Refused && r.StartedAt < report.StartedAt)
            .MaxAsync(r => (DateTimeOffset?)r.StartedAt, cancel);
        return report.HostClock && before is { } last && (int)(report.StartedAt - last).TotalDays == typed;
    }

    private static IEnumerable<string> Lines(IReadOnlyList<RunCount> counts) => counts.Count == 0
        ? [T("Rien n’est dû.")]
        : counts.Select(count => $"{N(count.Count),8}  {count.Category,-10} {count.Action,-12} {count.Rule}");
}
