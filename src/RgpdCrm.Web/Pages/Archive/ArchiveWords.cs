using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Archive;

/// <summary>The archive in words.</summary>
internal static class ArchiveWords
{
    /// <summary>Why the archive was opened.</summary>
    public static string Of(ArchiveReason reason) => reason switch
    {
        ArchiveReason.Dispute => T("Litige"),
        ArchiveReason.RequestOfThePerson => T("Demande de la personne"),
        ArchiveReason.AuditOrControl => T("Audit ou contrôle"),
        ArchiveReason.LegalObligation => T("Obligation légale"),
        _ => T("Autre motif"),
    };

    /// <summary>Until when something is kept.</summary>
    public static string Until(DateOnly? keptUntil) => keptUntil switch
    {
        null => T("Plus rien à conserver"),
        { } kept when kept == DateOnly.MaxValue => T("Tant que dure un blocage"),
        { } kept => T($"Jusqu’au {Format.Date(kept)} inclus"),
    };

    /// <summary>A mandate or contract by its kind and number.</summary>
    public static string Name(Obligation obligation) => obligation is Contract contract ? Name(contract.ContractKind, contract.Reference) : T($"Mandat {obligation.Reference}");

    /// <inheritdoc cref="Name(Obligation)"/>
    public static string Name(ContractKind? kind, string reference) => kind switch
    {
        null => T($"Mandat {reference}"),
        ContractKind.PreliminarySale => T($"Compromis {reference}"),
        ContractKind.Deed => T($"Acte {reference}"),
        _ => T($"Bail {reference}"),
    };
}
