using RgpdCrm.Core.Properties;

namespace RgpdCrm.Tests.Properties;

public sealed class CommunesTests
{
    [Theory]
    [InlineData("angers", "49000 Angers")]
    [InlineData("SAINT BARTHELEMY D'ANJOU", "49124 Saint-Barthélemy-d’Anjou")]
    [InlineData("st-barthélemy-d’anj", "49124 Saint-Barthélemy-d’Anjou")]
    [InlineData("ste gemmes sur loire", "49130 Sainte-Gemmes-sur-Loire")]
    [InlineData("ponts-de-cé", "49130 Les Ponts-de-Cé")]
    [InlineData("49124", "49124 Saint-Barthélemy-d’Anjou")]
    [InlineData("49100 angers", "49100 Angers")]
    [InlineData("Angers 49100", "49100 Angers")]
    [InlineData("saint-denis 97400", "97400 Saint-Denis")]
    [InlineData("noumea", "98800 Nouméa")]
    [InlineData("paris 11", "75011 Paris 11e")]
    [InlineData("75011", "75011 Paris 11e")]
    [InlineData("69003", "69003 Lyon 3e")]
    [InlineData("oeuf-en-ternois", "62130 Œuf-en-Ternois")]
    [InlineData("2a004", null)]
    [InlineData("4910000", null)]
    [InlineData("Trifouilly-les-Oies", null)]
    [InlineData(" -'’ ", null)]
    [InlineData(null, null)]
    public void The_commune_meant_comes_first(string? typed, string? first) => Assert.Equal(first, Communes.Find(typed, 1) is [var found] ? found.ToString() : null);

    [Fact]
    public void The_beginning_of_a_postal_code_finds_the_largest_town_first() =>
        Assert.Equal("49000 Angers", Communes.Find("49", 10)[0].ToString());

    [Theory]
    [InlineData("49000 Angers", "49007"), InlineData("avrille 49240", "49015"), InlineData("75116 Paris 16e", "75116"), InlineData("Angers", null), InlineData("49", null), InlineData("", null)]
    public void Only_a_text_that_means_one_commune_names_it(string typed, string? code) => Assert.Equal(code, Communes.Named(typed)?.Code);
}
