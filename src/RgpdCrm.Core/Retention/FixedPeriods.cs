namespace RgpdCrm.Core.Retention;

/// <summary>Periods that no rule of the agency changes (retention.md, "Other categories"). The engine and the legal pages read them here, or on the class they belong to:
/// <see cref="Obligations.Obligation.KeptYears"/>, <see cref="Properties.Property.KeptMonths"/>, <see cref="Contacts.ObjectionList.KeptYears"/>, <see cref="Backups.BackupManifest.KeptDays"/>.</summary>
public static class FixedPeriods
{
    /// <summary>Months the audit log, the log of pages seen and the sign-in history are kept (CNIL, délibération 2021-122: 6 to 12).</summary>
    public const int AuditMonths = 12;

    /// <summary>Months the files of the application's log are kept, at most (CNIL, délibération 2021-122: 6 to 12; the agency promises 6).</summary>
    public const int LogMonths = 6;

    /// <summary>Years the ledger of erasures is kept; it names nobody.</summary>
    public const int LedgerYears = 5;

    /// <summary>Years a closed rights request is kept, as proof of the answer.</summary>
    public const int RequestYears = 3;

    /// <summary>Months the trace of a mail is kept.</summary>
    public const int MailMonths = 13;

    /// <summary>Months after which a disabled account loses its name and address.</summary>
    public const int AccountMonths = 12;
}
