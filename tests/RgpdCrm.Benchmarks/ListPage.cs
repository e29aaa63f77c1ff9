using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Benchmarks;

/// <summary>What a page of contacts asks the database, over and over while something else is at work.</summary>
internal static class ListPage
{
    /// <summary>The 95th percentile of its milliseconds until a task ends.</summary>
    public static async Task<double> Percentile95Async(string app, Task until)
    {
        var times = new List<double>();
        while (!until.IsCompleted)
        {
            var watch = Stopwatch.StartNew();
            await ReadAsync(app);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        return times.Order().ElementAt((int)(times.Count * 0.95));
    }

    private static async Task ReadAsync(string app)
    {
        await using var db = CrmDbContext.Open(app);
        await db.Contacts.AsNoTracking().Where(c => c.Status == ContactStatus.Active).OrderBy(c => c.SearchName).ThenBy(c => c.Id).Take(50).ToListAsync();
        await db.Contacts.CountAsync(c => c.Status == ContactStatus.Active);
    }
}
