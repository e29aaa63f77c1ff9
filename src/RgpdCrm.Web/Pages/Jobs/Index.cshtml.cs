using Hangfire;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Web.Pages.Jobs;

/// <summary>The product's own work, in plain words: schedules, what a brake holds back, the latest runs.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock, Brakes brakes, DeadMansSwitch deadMansSwitch, JobBoard board, IRecurringJobManager jobs, IBackupStore? backups = null) : PageModel
{
    private const int RunsShown = 20;
    private const int BackupsShown = 10;

    [TempData]
    public string? Message { get; set; }

    public IReadOnlyList<JobRow> Rows { get; private set; } = [];

    public IReadOnlyList<BrakeRow> OpenBrakes { get; private set; } = [];

    /// <summary>One admin proposes and another one confirms.</summary>
    public bool TwoAdmins { get; private set; }

    public IReadOnlyList<RunReport> Runs { get; private set; } = [];

    /// <summary>Photos and documents that still have to go from their store, and since when the first of them waits.</summary>
    public (int Count, DateTimeOffset? Oldest) Removals { get; private set; }

    /// <summary>The latest backups; none where no place is set for them.</summary>
    public IReadOnlyList<BackupRecord>? Backups { get; private set; }

    /// <summary>The latest drill; none before the first.</summary>
    public DrillRecord? Drill { get; private set; }

    public RetentionHealth Health { get; private set; } = null!;

    /// <summary>The latest run, when the clock guard refused it.</summary>
    public RunReport? Refused => Runs is [{ Outcome: RunOutcome.Refused } latest, ..] ? latest : null;

    public async Task OnGetAsync(CancellationToken cancel)
    {
        Rows = board.Rows();
        Health = await deadMansSwitch.CheckAsync(cancel);
        Removals = await RemovalDrain.WaitingAsync(db, cancel);
        // What a clock that was ahead left comes last.
        Runs = await db.RetentionRuns.AsNoTracking().OrderBy(run => run.StartedAt > clock.Now).ThenByDescending(run => run.StartedAt).Take(RunsShown).ToListAsync(cancel);
        if (backups is not null) Drill = await db.Drills.AsNoTracking().OrderByDescending(drill => drill.StartedAt).FirstOrDefaultAsync(cancel);
        if (backups is not null) Backups = await db.Backups.AsNoTracking().OrderByDescending(backup => backup.TakenAt).Take(BackupsShown).ToListAsync(cancel);
        var open = new List<BrakeRow>();
        foreach (var brake in await brakes.OpenAsync(cancel))
        {
            var (used, cap) = await brakes.UseAsync(brake.Category, brake.Budget, cancel);
            var proposer = brake.ProposedById is { } id ? await db.Users.Where(u => u.Id == id).Select(u => u.FullName).SingleOrDefaultAsync(cancel) : null;
            open.Add(new BrakeRow(brake, used, cap, proposer));
        }
        TwoAdmins = open.Count > 0 && await FourEyes.NeededAsync(db, clock.Now, cancel);

        OpenBrakes = open;
    }

    /// <summary>« Exécuter maintenant ».</summary>
    public IActionResult OnPostRun(string id)
    {
        var schedule = RecurringJobs.Table.FirstOrDefault(row => row.Id == id);
        if (schedule is null) return NotFound();
        jobs.Trigger(schedule.Id);
        Message = T($"« {JobWords.Title(schedule)} » est lancé : actualisez la page dans un instant.");
        return RedirectToPage();
    }
}

/// <summary>A frozen list that waits for approval, what its budget has used, and the name of who proposed it.</summary>
public sealed record BrakeRow(Brake Brake, int Used, int Cap, string? Proposer);
