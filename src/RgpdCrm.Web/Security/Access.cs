using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using RgpdCrm.Core.Accounts;

namespace RgpdCrm.Web.Security;

/// <summary>Who may do what: this table and nothing else. What is not in it is closed to everyone.</summary>
public static class Access
{
    /// <summary>Agents, and admins, who are agents too.</summary>
    public const string Agent = "agent";

    /// <summary>Admins.</summary>
    public const string Admin = "admin";

    /// <summary>Those who run the product and never see a person's data.</summary>
    public const string Ops = "ops";

    /// <summary>Admins and ops.</summary>
    public const string AdminOrOps = "admin-or-ops";

    /// <summary>Anyone signed in, with all that their role asks for.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>Anyone signed in, even with a password alone where a second factor is required: the pages that set it up.</summary>
    public const string SettingUp = "setting-up";

    /// <summary>Anyone, signed in or not.</summary>
    public const string Anyone = "anyone";

    /// <summary>No one: an address that the table does not know.</summary>
    public const string Nobody = "nobody";

    /// <summary>Start of the address, and who may go there; the longest match wins.</summary>
    public static IReadOnlyList<(string Prefix, string Policy)> Table { get; } =
    [
        ("/", SignedIn),
        ("/contacts", Agent),
        ("/contacts/archive", Admin),
        ("/contacts/handover", Admin),
        ("/contacts/export.csv", Admin),
        ("/mandates", Agent),
        ("/contracts", Agent),
        ("/documents", Agent),
        ("/properties", Agent),
        ("/inquiries", Agent),
        ("/statistics", Agent),
        ("/statistics/tools", Admin),
        ("/stats", Anyone),
        ("/inquiries/keys", Admin),
        ("/pending", Admin),
        ("/archive", Admin),
        ("/requests", Admin),
        ("/register", Admin),
        ("/rules", Admin),
        ("/processing", Admin),
        ("/processors", Admin),
        ("/breaches", Admin),
        ("/audit", Admin),
        ("/holds", Admin),
        ("/objections", Admin),
        ("/users", Admin),
        ("/brakes", Admin),
        ("/mail", Admin),
        ("/restores", Admin),
        ("/jobs", AdminOrOps),
        ("/jobs/approve", Admin),
        ("/jobs/confirm-clock", Admin),
        ("/hangfire", AdminOrOps),
        ("/health/live", Anyone),
        ("/health/ready", Anyone),
        ("/health/retention", Anyone),
        ("/account/sign-in", Anyone),
        ("/account/set-password", Anyone),
        ("/account/forgotten-password", Anyone),
        ("/account/second-step", Anyone),
        ("/account/sign-out", SettingUp),
        ("/account/second-factor", SettingUp),
        ("/account", SignedIn),
        ("/theme", Anyone),
        ("/language", Anyone),
        ("/shortcuts", SignedIn),
        ("/photos", Anyone),
        ("/contact", Anyone),
        ("/preferences", Anyone),
        ("/rights", Anyone),
        ("/privacy", Anyone),
        ("/legal-notice", Anyone),
        ("/cookies", Anyone),
        ("/api/v1", Anyone),
        ("/error", Anyone),
    ];

    /// <summary>Where someone lands after signing in: ops have no business on the agency's dashboard.</summary>
    public static string HomeOf(ClaimsPrincipal user) => user.IsInRole(Ops) ? "/jobs" : "/";

    /// <summary>The policy of an address or route template. The root row is for the root alone.</summary>
    public static string PolicyFor(string path)
    {
        // A folder's page answers at the folder's address and at its own: one rule for both.
        var address = "/" + path.Trim('/');
        if (address.EndsWith("/index", StringComparison.OrdinalIgnoreCase)) address = "/" + address[..^"/index".Length].Trim('/');
        return Table.Where(row => Covers(row.Prefix, address)).OrderByDescending(row => row.Prefix.Length).Select(row => row.Policy).FirstOrDefault(Nobody);
    }

    private static bool Covers(string prefix, string address) =>
        address.Equals(prefix, StringComparison.OrdinalIgnoreCase)
        || prefix != "/" && address.StartsWith(prefix + "/", StringComparison.OrdinalIgnoreCase);

    internal static void AddAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Agent, policy => policy.RequireRole(Agent))
            .AddPolicy(Admin, policy => policy.RequireRole(Admin))
            .AddPolicy(Ops, policy => policy.RequireRole(Ops))
            .AddPolicy(AdminOrOps, policy => policy.RequireRole(Admin, Ops))
            .AddPolicy(SignedIn, policy => policy.Combine(Complete()))
            .AddPolicy(SettingUp, policy => policy.RequireAuthenticatedUser())
            .AddPolicy(Nobody, policy => policy.RequireAssertion(_ => false))
            .SetFallbackPolicy(Complete());
    }

    private static AuthorizationPolicy Complete() =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(asks => !asks.User.OwesSecondFactor()).Build();

    /// <summary>Gives every page the policy of its address.</summary>
    internal static void AddAccessTable(this PageConventionCollection conventions) =>
        conventions.AddFolderApplicationModelConvention("/", page => page.EndpointMetadata.Add(
            Requirement(page.ActionDescriptor.AttributeRouteInfo?.Template ?? page.ViewEnginePath)));

    /// <summary>Gives an endpoint that is not a page the policy of its address.</summary>
    internal static void FromAccessTable(this IEndpointConventionBuilder endpoint) =>
        endpoint.Add(built => built.Metadata.Add(Requirement(((RouteEndpointBuilder)built).RoutePattern.RawText!)));

    private static object Requirement(string template) =>
        PolicyFor(template) is var policy and not Anyone ? new AuthorizeAttribute(policy) : new AllowAnonymousAttribute();

    /// <summary>The claim, instead of a role, of who has yet to set up the second factor their role asks for.</summary>
    internal static Claim SecondFactorOwed { get; } = new("second-factor", "owed");

    /// <summary>The claims that the policies read: an admin is also an agent.</summary>
    internal static IEnumerable<Claim> RoleClaims(Role role) => role switch
    {
        Role.Agent => [new(ClaimTypes.Role, Agent)],
        Role.Admin => [new(ClaimTypes.Role, Agent), new(ClaimTypes.Role, Admin)],
        Role.Ops => [new(ClaimTypes.Role, Ops)],
        _ => [],
    };
}
