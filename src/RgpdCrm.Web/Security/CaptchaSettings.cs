using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Security;

/// <summary>Which captcha the public form asks.</summary>
/// <param name="Recaptcha">Google reCAPTCHA instead of our own proof of work; none by default.</param>
public sealed record CaptchaSettings(RecaptchaSettings? Recaptcha)
{
    internal static CaptchaSettings From(IConfiguration settings) => new(settings["Captcha:Provider"] switch
    {
        null or "" or "altcha" => null,
        "recaptcha" => new RecaptchaSettings(
            Needed(settings["Captcha:SiteKey"], "Captcha__SiteKey"), Needed(settings["Captcha:Secret"], "Captcha__Secret"),
            new Uri(settings["Captcha:VerifyAddress"] is { Length: > 0 } other ? other : "https://www.google.com/recaptcha/api/siteverify")),
        var other => throw new WrongSettingException(T($"Le réglage Captcha__Provider est altcha ou recaptcha, et non {other}.")),
    });

    private static string Needed(string? value, string name) =>
        value is { Length: > 0 } ? value : throw new WrongSettingException(T($"Le réglage {name} manque : reCAPTCHA en a besoin."));
}

/// <summary>The agency's keys at Google, and where answers are verified.</summary>
public sealed record RecaptchaSettings(string SiteKey, string Secret, Uri VerifyAddress);
