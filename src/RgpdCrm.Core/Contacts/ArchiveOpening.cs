using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>Why an admin opens someone's archive: a closed list, so that the audit holds no free text about a person.</summary>
public enum ArchiveReason
{
    Dispute,
    RequestOfThePerson,
    AuditOrControl,
    LegalObligation,
    Other,
}

/// <summary>Looking into the archive (CNIL: intermediate archives are opened one by one, by few people, and every look is traced).</summary>
public static class ArchiveOpening
{
    /// <summary>What is kept of someone archived, once the look is in the audit with its reason; nothing for anyone else.</summary>
    public static async Task<ContactFile?> OpenAsync(CrmDbContext db, Guid contactId, ArchiveReason reason, DateOnly today, Act act, CancellationToken cancel = default)
    {
        if (await ContactFile.LoadAsync(db, contactId, wholeHistory: false, today, cancel) is not { Facts.InArchive: true } file) return null;
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "archive.opened", "contact", contactId, reason.ToString()));
        await db.SaveChangesAsync(cancel);
        return file;
    }
}
