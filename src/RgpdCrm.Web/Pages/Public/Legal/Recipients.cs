using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Legal;
using RgpdCrm.Core.Statistics;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Public.Legal;

/// <summary>A company that receives data for the agency (GDPR 28).</summary>
/// <param name="Declared">The admin's own row; none for one that a setting of the product names.</param>
public sealed record Recipient(string Name, string Country, string Purpose, string Safeguard, Guid? Declared = null)
{
    /// <summary>Every company that the running settings send data to, the statistics tools and the declared ones.</summary>
    internal static async Task<IReadOnlyList<Recipient>> AllAsync(CrmDbContext db, LegalIdentity identity, CaptchaSettings captcha, IConfiguration settings, CancellationToken cancel)
    {
        var contract = T("Contrat de sous-traitance (RGPD, art. 28)");
        var europe = T("Union européenne");
        var all = new List<Recipient> { new(identity[LegalIdentity.HostName] ?? T("Hébergeur, non renseigné"), identity[LegalIdentity.HostSite] ?? T("non renseigné"), T("Hébergement de l’application, de la base de données, des photos originales et des sauvegardes"), contract) };
        if (settings["Storage:S3:Bucket"] is { Length: > 0 }) all.Add(Bucket(settings["Storage:S3:ServiceUrl"], settings["Storage:S3:Region"], T("Diffusion des photos des biens, sans métadonnées")));
        if (settings["Backup:S3:Bucket"] is { Length: > 0 }) all.Add(Bucket(settings["Backup:S3:ServiceUrl"], settings["Backup:S3:Region"], T("Garde des sauvegardes, chiffrées avec une clé qu’il n’a pas")));
        if (settings["Mail:Smtp:Host"] is { Length: > 0 } relay) all.Add(new(relay, T("Selon le contrat du relais"), T("Acheminement des e-mails de l’agence"), contract));
        if (settings["Mail:Returns:Host"] is { Length: > 0 } returns) all.Add(new(returns, T("Selon le contrat de la boîte"), T("Boîte où reviennent les e-mails non distribués"), contract));
        if (captcha.Recaptcha is not null)
            all.Add(new("Google Ireland Ltd (reCAPTCHA)", T("Irlande, États-Unis"), T("Protection des formulaires contre les robots, seulement après l’accord du visiteur"), T("Cadre de protection des données UE–États-Unis ; un autre moyen est offert à qui refuse")));
        foreach (var tool in await StatisticsTool.DeclaredAsync(db, cancel))
            all.Add(new($"{tool.Provider} ({tool.Name})", T("Selon l’éditeur"), T($"Statistiques du site de l’agence, conservées {tool.KeptMonths} mois"), tool.Proof.Length > 0 ? T("Réglage vérifié par l’agence, avec sa preuve") : contract));
        all.AddRange((await db.Processors.AsNoTracking().OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancel)).Select(p => new Recipient(p.Name, p.Country, p.Purpose, p.Safeguard, p.Id)));
        return all;

        Recipient Bucket(string? service, string? region, string purpose) => service is { Length: > 0 }
            ? new(new Uri(service).Host, T("Selon l’hébergeur du stockage"), purpose, contract)
            : new("Amazon Web Services EMEA SARL (S3)", Region(region is { Length: > 0 } ? region : "eu-west-1"), purpose, T("Contrat de sous-traitance (RGPD, art. 28) ; clauses contractuelles types pour la maison mère aux États-Unis"));

        string Region(string name) => name switch
        {
            "eu-west-1" => T("Irlande (Dublin)"),
            "eu-west-3" => T("France (Paris)"),
            "eu-central-1" => T("Allemagne (Francfort)"),
            _ when name.StartsWith("eu-", StringComparison.Ordinal) => $"{europe} ({name})",
            _ => name,
        };
    }
}
