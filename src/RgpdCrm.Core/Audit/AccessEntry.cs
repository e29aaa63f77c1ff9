using System.ComponentModel.DataAnnotations;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Audit;

/// <summary>Which account looked at whose page, and when (CNIL, délibération 2021-122: 6 to 12 months). Random ids and the address's template:
/// once the person is gone it tells nothing about anyone, so it may stay its 12 months.</summary>
public sealed class AccessEntry
{
    private AccessEntry() { }

    /// <summary>Records that someone was shown a page.</summary>
    /// <param name="at">The instant, UTC.</param>
    /// <param name="actorId">The account that looked.</param>
    /// <param name="page">Template of the address, never the address: <c>contacts/{id:guid}</c>.</param>
    /// <param name="subjectId">The id in the address: a contact, a mandate, a request. None when the page is an export of many.</param>
    public AccessEntry(DateTimeOffset at, Guid actorId, string page, Guid? subjectId)
    {
        Id = Guid.CreateVersion7(at);
        (At, ActorId, Page, SubjectId) = (at, actorId, page, subjectId);
    }

    [NotPersonal] public Guid Id { get; private set; }

    [NotPersonal] public DateTimeOffset At { get; private set; }

    [NotPersonal] public Guid ActorId { get; private set; }

    [MaxLength(120), NotPersonal] public string Page { get; private set; } = "";

    [NotPersonal] public Guid? SubjectId { get; private set; }
}
