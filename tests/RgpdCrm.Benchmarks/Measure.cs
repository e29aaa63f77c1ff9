using System.Globalization;

namespace RgpdCrm.Benchmarks;

/// <summary>One claim of the README: its name on the command line and what it measures.</summary>
internal sealed record Claim(string Name, Func<Bench, IAsyncEnumerable<Measure>> Measure);

/// <summary>What was measured against what, and whether the bound was kept.</summary>
internal sealed record Measure(string What, string Subject, string Baseline, double Ratio, string Bound, bool Kept)
{
    public static string Heading => Row("claim", "subject", "baseline", "ratio", "bound", "");

    /// <summary>The subject must reach that many times the baseline.</summary>
    public static Measure AtLeast(double bound, string what, double subject, double baseline, string unit) => new(
        what, Text(subject, unit), Text(baseline, unit), subject / baseline, string.Create(CultureInfo.InvariantCulture, $">= {bound}"), subject / baseline >= bound);

    /// <summary>The subject must stay under that many times the baseline.</summary>
    public static Measure Under(double bound, string what, double subject, double baseline, string unit) => new(
        what, Text(subject, unit), Text(baseline, unit), subject / baseline, string.Create(CultureInfo.InvariantCulture, $"< {bound}"), subject / baseline < bound);

    public override string ToString() => Row(What, Subject, Baseline, Ratio.ToString("0.00", CultureInfo.InvariantCulture), Bound, Kept ? "OK" : "MISSED");

    private static string Row(string what, string subject, string baseline, string ratio, string bound, string verdict) =>
        $"{what,-62} {subject,14} {baseline,14} {ratio,7} {bound,7}  {verdict}".TrimEnd();

    private static string Text(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture)} {unit}");
}
