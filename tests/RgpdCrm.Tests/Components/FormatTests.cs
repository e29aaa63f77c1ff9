using System.Globalization;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Tests.Components;

public sealed class FormatTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23);

    [Fact]
    public void A_date_reads_as_on_a_French_letter()
    {
        Assert.Equal("14/05/2026", Format.Date(new(2026, 5, 14)));
        Assert.Equal("lundi 23\u00a0novembre", Format.LongDay(Monday));
        Assert.Equal("lundi 23\u00a0novembre 2026", Format.LongDate(Monday));
        Assert.Equal("23\u00a0nov. 2026", Format.ShortDate(Monday));
    }

    [Fact]
    public void Only_the_first_of_a_month_is_an_ordinal()
    {
        Assert.Equal("mardi 1er\u00a0décembre", Format.LongDay(new(2026, 12, 1)));
        Assert.Equal("mercredi 2\u00a0décembre", Format.LongDay(new(2026, 12, 2)));
        Assert.Equal("1er\u00a0août", Format.ShortDay(new(2026, 8, 1)));
    }

    [Theory]
    [InlineData(0, "Aujourd’hui")]
    [InlineData(1, "Demain")]
    [InlineData(2, "Dans 2\u00a0jours")]
    [InlineData(5, "Dans 5\u00a0jours")]
    [InlineData(-1, "En retard d’un jour")]
    [InlineData(-3, "En retard de 3\u00a0jours")]
    public void A_deadline_says_how_far_it_is(int days, string said) => Assert.Equal(said, Format.Due(Monday.AddDays(days), Monday));

    [Theory]
    [InlineData(0, "0\u00a0contact")]
    [InlineData(1, "1\u00a0contact")]
    [InlineData(2, "2\u00a0contacts")]
    [InlineData(4812, "4\u202f812\u00a0contacts")]
    [InlineData(1_000_000, "1\u202f000\u202f000\u00a0contacts")]
    public void Zero_and_one_are_singular_and_thousands_stay_together(long count, string said) => Assert.Equal(said, Format.Count(count, "contact"));

    [Fact]
    public void A_plural_of_its_own_is_respected() => Assert.Equal("3\u00a0baux", Format.Count(3, "bail", "baux"));

    [Theory]
    [InlineData(1, "1\u00a0octet")]
    [InlineData(999, "999\u00a0octets")]
    [InlineData(1_000, "1\u00a0ko")]
    [InlineData(3_400_000, "3,4\u00a0Mo")]
    [InlineData(999_960, "1\u00a0Mo")]
    [InlineData(250_000_000, "250\u00a0Mo")]
    public void Sizes_count_in_thousands(long bytes, string said) => Assert.Equal(said, Format.Bytes(bytes));

    [Fact]
    public void An_hour_shows_its_minutes_only_when_there_are_some()
    {
        Assert.Equal("4\u00a0h", Format.Hour(new TimeOnly(4, 0)));
        Assert.Equal("2\u00a0h\u00a005", Format.Hour(new TimeOnly(2, 5)));
    }

    [Fact]
    public void A_sentence_starts_with_a_capital_even_an_accented_one() => Assert.Equal("Échéance", Format.Sentence("échéance"));

    [Fact]
    public void English_readers_get_their_own_words_and_separators()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en-GB");
            Assert.Equal("Monday 23\u00a0November 2026", Format.LongDate(new(2026, 11, 23)));
            Assert.Equal("In 3 days", Format.Relative(new(2026, 11, 26), new(2026, 11, 23)));
            Assert.Equal("4,812", Format.Number(4812));
            Assert.Equal("0\u00a0bytes", Format.Bytes(0));
            Assert.Equal("4:05", Format.Hour(new TimeOnly(4, 5)));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
