namespace RgpdCrm.Benchmarks;

/// <summary>Everything the project claims about its speed and memory.</summary>
internal static class Claims
{
    public static readonly IReadOnlyList<Claim> All =
    [
        new("erase", EraseClaim.MeasureAsync),
        new("restore", RestoreClaim.MeasureAsync),
        new("idle", IdleClaim.MeasureAsync),
        new("memory", MemoryClaim.MeasureAsync),
        new("simulation", SimulationClaim.MeasureAsync),
        new("import", ImportClaim.MeasureAsync),
        new("matching", MatchingClaim.MeasureAsync),
        new("mails", MailClaim.MeasureAsync),
        new("package", PackageClaim.MeasureAsync),
        new("statistics", StatisticsClaim.MeasureAsync),
        new("photos", PhotoClaim.MeasureAsync),
        new("backup", BackupClaim.MeasureAsync),
    ];
}
