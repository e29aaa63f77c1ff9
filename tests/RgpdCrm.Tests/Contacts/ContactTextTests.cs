using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Tests.Contacts;

public sealed class ContactTextTests
{
    [Theory]
    [InlineData("732829320"), InlineData("732 829 320"), InlineData("552.100.554"), InlineData("404\u00a0833\u202f048")]
    public void A_siren_whose_check_digit_agrees_is_read(string text) => Assert.NotNull(Siren.Read(text));

    [Theory]
    [InlineData(null), InlineData(""), InlineData("732829321"), InlineData("73282932"), InlineData("7328293200"), InlineData("000000000"), InlineData("73282932A"), InlineData("٧٣٢٨٢٩٣٢٠")]
    public void Any_other_number_is_no_siren(string? text) => Assert.Null(Siren.Read(text));

    [Theory]
    [InlineData("Hélène"), InlineData("D’Angelo"), InlineData("محمد"), InlineData("אברהם"), InlineData("👩‍👩‍👧 Nguyễn"), InlineData("李"), InlineData("")]
    public void Names_of_any_script_are_plain(string text) => Assert.True(PlainText.Is(text));

    [Theory]
    [InlineData("a\nb"), InlineData("a\0b"), InlineData("a\u001bb"), InlineData("a\u0085b"), InlineData("a\u202Eb"), InlineData("a\u2066b"), InlineData("a\u2028b"), InlineData("a\uFFFEb"), InlineData("a\uD800b")]
    public void Controls_reversals_and_broken_signs_are_not(string text) => Assert.False(PlainText.Is(text));

    [Fact]
    public void A_text_of_several_lines_may_break_them() => Assert.True(PlainText.Is("un\r\ndeux\ttrois", multiline: true));

    [Theory]
    [InlineData(" Helene.Oeuvrard+bien@Example.org "), InlineData("hélène@exemple.fr"), InlineData("o'brien@mail.example.co.uk")]
    public void An_address_is_read_as_people_type_it(string text) => Assert.Equal(text.Trim().ToLowerInvariant(), Email.Normalise(text));

    [Theory]
    [InlineData(""), InlineData("helene"), InlineData("@example.org"), InlineData("helene@example"), InlineData("helene@.org"), InlineData("helene@example..org"), InlineData("helene@example.org.")]
    [InlineData("helene@a@example.org"), InlineData("helene@example.org, paul@example.org"), InlineData("Hélène <helene@example.org>"), InlineData("helene@example.org\r\nBcc: x@example.org"), InlineData("he\u202Elene@example.org")]
    public void Anything_else_is_no_address(string text) => Assert.Null(Email.Normalise(text));

    [Theory]
    [InlineData(64, 63, true), InlineData(65, 63, false), InlineData(64, 64, false)]
    public void Each_part_of_an_address_has_its_length(int local, int label, bool read) =>
        Assert.Equal(read, Email.Normalise($"{new string('a', local)}@{new string('b', label)}.org") is not null);

    [Fact]
    public void The_longest_names_still_fit_the_search_key()
    {
        var name = new ContactName(ContactKind.Professional, new string('\uD55C', 100), new string('\u0153', 100), new string('x', 160));

        Assert.True(name.SearchKey.Length <= 400);
        Assert.True(new ContactName(ContactKind.Private, string.Concat(Enumerable.Repeat("😀", 50)), string.Concat(Enumerable.Repeat("👩", 50)), new string('y', 99)).SearchKey.Length <= 400);
    }
}
