using RgpdCrm.Core.Inquiries;

namespace RgpdCrm.Web.Security;

/// <summary>Tells people from machines: our own proof of work, or Google's service.</summary>
public interface ICaptcha
{
    /// <summary>Judges what the form was sent with.</summary>
    Task<CaptchaAnswer> CheckAsync(string answer, CancellationToken cancel = default);
}

/// <summary>A judged answer.</summary>
/// <param name="Verdict">Whether it holds.</param>
/// <param name="Spent">What makes it usable once; none unless it holds.</param>
public sealed record CaptchaAnswer(CaptchaVerdict Verdict, SpentChallenge? Spent = null);

public enum CaptchaVerdict
{
    Passed,

    /// <summary>Nobody could tell: the service is down or misconfigured.</summary>
    Unavailable,
    Refused,
}
