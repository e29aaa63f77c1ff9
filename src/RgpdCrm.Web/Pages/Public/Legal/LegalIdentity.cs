namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>Who answers for the agency and for the machine it runs on, as settings say it: what the legal notice (loi 2004-575, article 1-1; loi 70-9) and the privacy notice (GDPR 13) name.
/// What is not set is said to be missing, to admins by name of setting.</summary>
public sealed record LegalIdentity(IReadOnlyDictionary<string, string?> Values)
{
    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>Settings that nobody filled in, as operators write them.</summary>
    public IReadOnlyList<string> Missing => [.. Values.Where(v => v.Value is null && v.Key != Dpo).Select(v => v.Key).Order(StringComparer.Ordinal)];

    /// <summary>Names of the settings.</summary>
    public const string LegalForm = "Agency__LegalForm", Capital = "Agency__Capital", Rcs = "Agency__Rcs", Address = "Agency__PostalAddress", Phone = "Agency__Phone", Email = "Agency__Email",
        Director = "Agency__Director", Card = "Agency__Card", CardIssuer = "Agency__CardIssuer", Guarantor = "Agency__Guarantor", Mediator = "Agency__Mediator", Fees = "Agency__Fees", Dpo = "Agency__Dpo",
        HostName = "Host__Name", HostAddress = "Host__Address", HostPhone = "Host__Phone", HostSite = "Host__Site";

    internal static LegalIdentity From(IConfiguration settings) => new(new Dictionary<string, string?>
    {
        [LegalForm] = Filled(settings["Agency:LegalForm"]),
        [Capital] = Filled(settings["Agency:Capital"]),
        [Rcs] = Filled(settings["Agency:Rcs"]),
        [Address] = Filled(settings["Agency:PostalAddress"]),
        [Phone] = Filled(settings["Agency:Phone"]),
        [Email] = Filled(settings["Agency:Email"]),
        [Director] = Filled(settings["Agency:Director"]),
        [Card] = Filled(settings["Agency:Card"]),
        [CardIssuer] = Filled(settings["Agency:CardIssuer"]),
        [Guarantor] = Filled(settings["Agency:Guarantor"]),
        [Mediator] = Filled(settings["Agency:Mediator"]),
        [Fees] = Filled(settings["Agency:Fees"]),
        [Dpo] = Filled(settings["Agency:Dpo"]),
        [HostName] = Filled(settings["Host:Name"]),
        [HostAddress] = Filled(settings["Host:Address"]),
        [HostPhone] = Filled(settings["Host:Phone"]),
        [HostSite] = Filled(settings["Host:Site"]),
    });

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
