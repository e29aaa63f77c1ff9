using System.CommandLine;
using System.Globalization;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Components;
using static RgpdCrm.Web.Commands.Settings;

namespace RgpdCrm.Web.Commands;

/// <summary><c>retention preview</c> and <c>retention run</c>: the nightly run, now.</summary>
internal static class RetentionCommand
{
    public static Command Create()
    {
        var on = new Option<DateOnly?>("--on")
        {
            Description = "Une date au format AAAA-MM-JJ, à la place d’aujourd’hui.",
            CustomParser = result =>
            {
                if (DateOnly.TryParseExact(result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
                result.AddError($"« {result.Tokens[0].Value} » n’est pas une date de la forme AAAA-MM-JJ.");
                return null;
            },
        };
        var approve = new Option<int?>("--approve") { Description = "Le nombre qu’un frein ou le garde de l’horloge a demandé." };
        var json = new Option<bool>("--json") { Description = "Résultat lisible par une machine." };

        var preview = new Command("preview", "Ce que ferait une exécution ce jour-là ; ne change rien.") { on, json };
        preview.SetAction((parsed, cancel) => PreviewAsync(parsed.GetValue(on), parsed.GetValue(json), cancel));
        var run = new Command("run", "Exécute maintenant la conservation.") { on, approve, json };
        run.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(on), parsed.GetValue(approve), parsed.GetValue(json), cancel));
        return new Command("retention", "La conservation des données.") { preview, run };
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
        if (on is not null && app.Environment.IsProduction()) throw new CommandFailedException("--on est refusé en production : la date est celle de l’horloge.");

        var report = await app.Services.GetRequiredService<RetentionRun>().RunAsync(new RunRequest(on, approve), cancel);
        Print(json, new { report.Id, report.Date, report.Outcome, Message = RunWords.Note(report), report.PolicyVersion, report.Counts, Failed = report.FailedIds.Length }, Lines(report.Counts));
        return report.Outcome == RunOutcome.Succeeded ? 0 : throw new CommandFailedException(RunWords.Note(report) ?? "L’exécution n’a pas abouti.");
    }

    private static IEnumerable<string> Lines(IReadOnlyList<RunCount> counts) => counts.Count == 0
        ? ["Rien n’est dû."]
        : counts.Select(count => $"{N(count.Count),8}  {count.Category,-10} {count.Action,-12} {count.Rule}");
}
