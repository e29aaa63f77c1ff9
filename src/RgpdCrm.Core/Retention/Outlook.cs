using RgpdCrm.Core.Contacts;

namespace RgpdCrm.Core.Retention;

/// <summary>What follows for one contact when nothing more is heard: the decision asked again and again at the dates it gives itself.</summary>
/// <param name="FlagOn">Enters the queue, or entered it.</param>
/// <param name="ArchiveOn">Everything but the identity and the contracts goes; none when nothing is owed then.</param>
/// <param name="EraseOn">Nothing remains; none while that depends on something without an end.</param>
public sealed record Outlook(DateOnly? FlagOn, DateOnly? ArchiveOn, DateOnly? EraseOn)
{
    private static readonly Outlook Suspended = new(null, null, null);

    /// <summary>The dates ahead, from the same rules as the nightly run. A hold or an open request leaves the deletion without a date.</summary>
    public static Outlook Of(ContactFacts contact, PolicyHistory policies, DateOnly today)
    {
        var ahead = Ahead(contact, policies, today);
        return contact.Hold || contact.OpenRequest ? ahead with { ArchiveOn = null, EraseOn = null } : ahead;
    }

    /// <summary>When the daily record ends, by archiving or erasure.</summary>
    public DateOnly? LeaveOn => ArchiveOn ?? EraseOn;

    private static Outlook Ahead(ContactFacts contact, PolicyHistory policies, DateOnly today)
    {
        var verdict = policies.Decide(contact, today);
        if (verdict.Rule is Rule.ObligationRunning or Rule.ProfessionalExempt or Rule.NewActivity or Rule.PendingDateImpossible or Rule.RequestedByPerson) return Suspended;
        if (contact.InArchive) return new Outlook(contact.PendingSince ?? verdict.Dates.FlagOn, null, ErasedFromArchiveOn(contact, policies, today));

        var flagOn = contact.PendingSince ?? Later(verdict.Dates.FlagOn, today);
        var pending = contact.Status == ContactStatus.PendingDeletion
            ? contact
            : contact with { Status = ContactStatus.PendingDeletion, PendingSince = flagOn, PendingVersion = policies.Current.Version };
        var leaveOn = policies.Decide(pending, today).Dates.DeleteOn;
        return leaveOn <= contact.KeptUntil
            ? new Outlook(flagOn, leaveOn, ErasedFromArchiveOn(contact with { Hold = false, Status = ContactStatus.Archived, IdleOn = null, SilentOn = null, PendingSince = null, PostponedUntil = null }, policies, leaveOn!.Value))
            : new Outlook(flagOn, null, leaveOn);
    }

    private static DateOnly? ErasedFromArchiveOn(ContactFacts archived, PolicyHistory policies, DateOnly from)
    {
        var since = archived.PendingSince ?? Later(policies.Decide(archived, from).Dates.FlagOn, from);
        var erasedOn = policies.Decide(archived with { Status = ContactStatus.PendingDeletion, FromArchive = true, PendingSince = since }, from).Dates.DeleteOn;
        return erasedOn == DateOnly.MaxValue ? null : erasedOn;
    }

    private static DateOnly Later(DateOnly? date, DateOnly from) => date > from ? date.Value : from;
}
