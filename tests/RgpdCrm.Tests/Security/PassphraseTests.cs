using RgpdCrm.Core.Accounts;
using RgpdCrm.Web.Hosting;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Security;

/// <summary>Which passwords are refused, whatever their length.</summary>
public sealed class PassphraseTests
{
    private static readonly Account Sophie = new() { FullName = "Sophie Marchal-Durand", Email = "s.marchal@example.org" };

    [Theory]
    [InlineData("passwordpassword"), InlineData("Password-1234567"), InlineData("Administrator2026")]
    public async Task One_of_the_most_used_is_refused_with_digits_or_said_twice(string password) => Assert.Contains("plus courants", await ReasonAsync(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("sophie aime les hiboux"), InlineData("les hiboux de MARCHAL"), InlineData("S.Märchal et sept hiboux"), InlineData("vive l’Agence du Tilleul")]
    public async Task Names_and_addresses_are_refused(string password) => Assert.Contains("Votre nom", await ReasonAsync(password), StringComparison.Ordinal);

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaa"), InlineData("12345678901234567890"), InlineData("abcdefghijklmnopqrst")]
    public async Task A_sequence_or_a_repetition_is_refused(string password) => Assert.NotNull(await ReasonAsync(password));

    [Theory]
    [InlineData("quatre tilleuls au bord de la Loire"), InlineData("sept hiboux sous la lampe"), InlineData("k7mqa-x9rtz-p3wnd-h6vbc")]
    public async Task A_phrase_or_a_random_word_is_accepted(string password) => Assert.Null(await ReasonAsync(password));

    private static async Task<string?> ReasonAsync(string password) =>
        (await new Passphrase(new Agency("Agence du Tilleul", "Angers")).ValidateAsync(null!, Sophie, password)).Errors.SingleOrDefault()?.Description;
}
