using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Accounts;

/// <summary>Someone who works with the product. The role table is in the web project's security folder.</summary>
public sealed class Account : IdentityUser<Guid>
{
    /// <summary>First and last name, as colleagues see it.</summary>
    [MaxLength(120), Kept("staff: 12 months after the account is disabled")]
    public string FullName { get; set; } = "";

    /// <summary>What this account may do.</summary>
    [NotPersonal]
    public Role Role { get; set; }

    /// <summary>Language of the screens: <c>fr</c> or <c>en</c>.</summary>
    [MaxLength(2), NotPersonal]
    public string Language { get; set; } = "fr";

    /// <summary>Since when the account may no longer sign in; name and address go 12 months later.</summary>
    [NotPersonal]
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Latest successful sign-in.</summary>
    [NotPersonal]
    public DateTimeOffset? LastSignInAt { get; set; }

    /// <summary>What the person's authenticator application counts codes from (RFC 6238), sealed with the application's keys; none until a first code was right.</summary>
    [MaxLength(400), NotPersonal]
    public string? AuthenticatorSecret { get; set; }

    /// <summary>The step of 30 seconds whose code was used last: it and the earlier ones open nothing any more.</summary>
    [NotPersonal]
    public long? AuthenticatorStep { get; set; }
}

/// <summary>The three roles. An admin is also an agent; ops never sees a person's data.</summary>
public enum Role
{
    Agent,
    Admin,
    Ops,
}
