using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Identity;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Security;

/// <summary>What a password may not be, beside too short: one of the 49,000 that are tried first, with or without digits around it or said twice; the account's or the agency's name or address;
/// what zxcvbn believes guessed within months. The reason says what to do instead.</summary>
internal sealed class Passphrase(Agency agency) : IPasswordValidator<Account>
{
    private const int LeastScore = 3;
    private const int LeastNameLength = 4;

    // zxcvbn compares every part with every other; what follows makes no password weaker.
    private const int MostJudged = 64;

    private static readonly Lazy<HashSet<string>> Common = new(ReadCommon);
    private static readonly Zxcvbn.Zxcvbn Judge = new();
    private static readonly Lock Judging = new();

    public Task<IdentityResult> ValidateAsync(UserManager<Account> manager, Account user, string? password) =>
        Task.FromResult(ReasonAgainst(password ?? "", user) is { } reason ? IdentityResult.Failed(new IdentityError { Code = nameof(Passphrase), Description = reason }) : IdentityResult.Success);

    private string? ReasonAgainst(string password, Account account)
    {
        var letters = Plain(password);
        if (Names(account).Any(name => letters.Contains(name, StringComparison.Ordinal)))
            return T("Votre nom, votre adresse et le nom de l’agence sont les premiers essayés : ne les y mettez pas.");
        if (Repeats(letters) is var core && (Common.Value.Contains(core) || Common.Value.Contains(core.Trim("0123456789".ToCharArray()))))
            return T("Ce mot de passe est parmi les plus courants : choisissez une phrase à vous.");
        return ScoreOf(password, account) < LeastScore ? T("Trop facile à deviner : quatre ou cinq mots sans lien entre eux valent mieux que des suites ou des répétitions.") : null;
    }

    private IEnumerable<string> Names(Account account) => account.FullName.Split(' ', '-').Append(account.Email?.Split('@')[0] ?? "").Append(agency.Name)
        .Select(Plain).Where(name => name.Length >= LeastNameLength);

    private int ScoreOf(string password, Account account)
    {
        lock (Judging)
            return Judge.EvaluatePassword(password[..Math.Min(password.Length, MostJudged)], [.. Names(account), Plain(agency.City)]).Score;
    }

    /// <summary>What is said again and again, once.</summary>
    private static string Repeats(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
            if (text.Length % length == 0 && string.Concat(Enumerable.Repeat(text[..length], text.Length / length)) == text) return text[..length];
        return text;
    }

    // Small letters without accents, and digits: what someone who guesses varies last.
    private static string Plain(string text) => string.Concat(PlainText.Whole(text).Normalize(NormalizationForm.FormD)
        .Where(sign => char.IsLetterOrDigit(sign) && CharUnicodeInfo.GetUnicodeCategory(sign) != UnicodeCategory.NonSpacingMark).Select(char.ToLowerInvariant));

    private static HashSet<string> ReadCommon()
    {
        using var file = typeof(Passphrase).Assembly.GetManifestResourceStream("common-passwords.txt.br")!;
        using var text = new StreamReader(new BrotliStream(file, CompressionMode.Decompress));
        return [.. text.ReadToEnd().Split('\n').Select(Plain)];
    }
}
