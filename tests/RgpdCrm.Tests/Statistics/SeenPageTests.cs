using RgpdCrm.Core.Statistics;

namespace RgpdCrm.Tests.Statistics;

public sealed class SeenPageTests
{
    [Theory]
    [InlineData("/", "/"), InlineData("/biens/", "/biens"), InlineData("//biens///angers", "/biens/angers"), InlineData("/biens?q=martin&p=2", "/biens"), InlineData("/biens#carte", "/biens")]
    [InlineData("/%C3%A9quipe", "/équipe"), InlineData("/2026/11/23/ventes", "/2026/11/23/ventes"), InlineData("/biens/maison-t4-1234", "/biens/maison-t4-1234")]
    public void A_page_is_its_path_without_query_or_ornament(string path, string page) => Assert.Equal(page, SeenPage.Page(path));

    [Theory]
    [InlineData("/compte/claire@example.org", "/compte/*"), InlineData("/compte/claire%40example.org/visites", "/compte/*/visites"), InlineData("/visite/0639980000", "/visite/*")]
    [InlineData("/visite/06-39-98-00-00", "/visite/*"), InlineData("/lien/4f1c2c1e-5a63-4b0e-9d5c-6f8f0c1f9b7a", "/lien/*"), InlineData("/lien/q7Zp0aX91mKd8sYt3Bv5", "/lien/*"), InlineData("/dossier-123456", "/*")]
    public void What_could_point_at_someone_is_hidden(string path, string page) => Assert.Equal(page, SeenPage.Page(path));

    [Theory]
    [InlineData(null), InlineData(""), InlineData("biens"), InlineData("https://evil.example/"), InlineData("/a\r\nSet-Cookie: x"), InlineData("/a%0d%0ab"), InlineData("/a%00b"), InlineData("/<script>"), InlineData("/%3Cscript%3E")]
    [InlineData("/../etc/passwd"), InlineData("/a\\b"), InlineData("/a%ffb"), InlineData("/\ud800"), InlineData("/a\u202eb"), InlineData("/{{x}}")]
    public void A_forged_path_is_no_page(string? path) => Assert.Null(SeenPage.Page(path));

    [Fact]
    public void A_huge_path_keeps_its_first_200_characters_and_no_half_of_one()
    {
        Assert.Equal(SeenPage.MostCharacters, SeenPage.Page("/" + string.Concat(Enumerable.Repeat("mot/", 3000)))!.Length);
        Assert.Equal("/" + new string('a', 198), SeenPage.Page("/" + new string('a', 198) + "𝒜𝒜"));
    }

    [Theory]
    [InlineData("https://www.leboncoin.fr/ventes/123?x=claire", "leboncoin.fr"), InlineData("leboncoin.fr", "leboncoin.fr"), InlineData("https://École.example.fr/", "xn--cole-9oa.example.fr"), InlineData("https://claire:secret@example.fr:8443/", "example.fr")]
    [InlineData("", ""), InlineData(null, ""), InlineData("https://192.0.2.7/", ""), InlineData("https://intranet/", ""), InlineData("javascript:alert(1)", ""), InlineData("android-app://com.example", ""), InlineData("https://www.agence.fr/x", "")]
    public void A_source_is_the_host_of_another_site(string? referrer, string source) => Assert.Equal(source, SeenPage.Source(referrer, host => host == "www.agence.fr"));
}
