using RgpdCrm.Web.Components;

namespace RgpdCrm.Tests.Components;

/// <summary>Hélène Garnier: collected in March 2023, last seen in December 2025, in the queue from September 2028.</summary>
public sealed class LifeLineTests
{
    private static readonly LifeLineStep[] Helene =
    [
        new(StepKind.Collected, "Collecte", new(2023, 3, 12), "Demande du site"),
        new(StepKind.LastSign, "Dernier signe", new(2025, 12, 18), "Visite"),
        new(StepKind.Pending, "En attente", new(2028, 9, 18), "Deux mois pour réagir"),
        new(StepKind.Archived, "Archivage", new(2028, 11, 18), "Reste : identité"),
        new(StepKind.Gone, "Effacement", new(2033, 9, 23), "Définitif"),
    ];

    [Theory]
    [InlineData("2025-12-17", 0, 19.98)]
    [InlineData("2025-12-18", 1, 20)]
    [InlineData("2027-05-04", 1, 38)]
    [InlineData("2028-09-17", 1, 55.96)]
    [InlineData("2028-09-18", 2, 56)]
    [InlineData("2028-11-17", 2, 69.77)]
    [InlineData("2028-11-18", 3, 70)]
    [InlineData("2033-09-23", 4, 86)]
    [InlineData("2040-01-01", 4, 86)]
    public void The_pin_stands_in_proportion_between_the_two_marks_around_it(string today, int reached, double percent)
    {
        var line = On(today);
        Assert.Equal(reached, line.Reached);
        Assert.Equal(percent, line.TodayPercent, 0.02);
    }

    [Fact]
    public void While_she_is_active_the_time_used_and_the_time_left_meet_at_the_pin()
    {
        var line = On("2027-05-04");
        Assert.Equal(["past", "used", "left", "wait", "kept"], line.Bars.Select(b => b.Style));
        Assert.All(line.Bars.Zip(line.Bars.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
    }

    [Fact]
    public void Once_she_is_pending_the_silence_is_over_and_the_wait_is_partly_gone() =>
        Assert.Equal(["past", "used late", "waited", "wait", "kept"], On("2028-10-18").Bars.Select(b => b.Style));

    [Fact]
    public void Without_archive_four_marks_spread_wider()
    {
        var line = new LifeLine([.. Helene.Where(s => s.Kind != StepKind.Archived)], new(2028, 9, 18), []);
        Assert.Equal(68, line.TodayPercent);
        Assert.Equal(["past", "used late", "wait"], line.Bars.Select(b => b.Style));
    }

    [Fact]
    public void When_nobody_knows_the_end_the_pin_waits_half_way()
    {
        var held = new LifeLine([.. Helene[..4], Helene[4] with { On = null }], new(2030, 1, 1), []);
        Assert.Equal(78, held.TodayPercent);
        Assert.Contains("«\u00a0Archivage\u00a0» et «\u00a0Effacement\u00a0»", held.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void When_a_night_was_missed_the_pin_waits_at_the_mark_that_was_not_reached()
    {
        var late = On("2029-01-15") with { Stage = 2 };
        Assert.Equal(70, late.TodayPercent);
        Assert.Equal(["past", "used late", "waited", "kept"], late.Bars.Select(b => b.Style));
        Assert.Contains("«\u00a0En attente\u00a0» et «\u00a0Archivage\u00a0»", late.Caption, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_dated_after_today_starts_at_the_left() => Assert.Equal(0, On("2020-01-01").TodayPercent);

    [Theory]
    [InlineData("2026-09-17", false, 83.9)]
    [InlineData("2026-09-18", true, 84)]
    [InlineData("2026-11-18", true, 111)]
    [InlineData("2027-01-01", true, 111)]
    public void The_small_line_enters_its_hatching_on_the_day_of_the_queue(string today, bool pending, double at)
    {
        var line = MiniLine.Of(new(2024, 3, 18), new(2026, 9, 18), new(2026, 11, 18), Day(today), archives: false);
        Assert.Equal(pending, line.Pending);
        Assert.Equal(at, line.Today, 0.05);
    }

    private static LifeLine On(string today) => new(Helene, Day(today), ["33 mois sans signe", "2 mois", "archive"]);

    private static DateOnly Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd");
}
