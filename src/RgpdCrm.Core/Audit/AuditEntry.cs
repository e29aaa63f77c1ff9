using System.ComponentModel.DataAnnotations;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Audit;

/// <summary>Who did what to which object, when, touching which fields. Names of fields, never their values,
/// so nothing personal has to be cleaned out of it. Kept 12 months (CNIL, délibération 2021-122).</summary>
public sealed class AuditEntry
{
    private AuditEntry() { }

    /// <summary>Records an act. <paramref name="fields"/> are names of fields only.</summary>
    public AuditEntry(DateTimeOffset at, Guid? actorId, string action, string subject, Guid? subjectId, params string[] fields)
    {
        Id = Guid.CreateVersion7(at);
        At = at;
        ActorId = actorId;
        Action = action;
        Subject = subject;
        SubjectId = subjectId;
        Fields = fields;
    }

    [NotPersonal] public Guid Id { get; private set; }

    [NotPersonal] public DateTimeOffset At { get; private set; }

    /// <summary>The account that acted; none for the product itself.</summary>
    [NotPersonal] public Guid? ActorId { get; private set; }

    /// <summary>A word from a closed list, such as <c>contact.edited</c>.</summary>
    [MaxLength(60), NotPersonal] public string Action { get; private set; } = "";

    /// <summary>Kind of object, such as <c>contact</c>.</summary>
    [MaxLength(40), NotPersonal] public string Subject { get; private set; } = "";

    /// <summary>The object's random id: it tells nothing once the object is gone.</summary>
    [NotPersonal] public Guid? SubjectId { get; private set; }

    /// <summary>Names of the fields that changed, never their values.</summary>
    [NotPersonal] public string[] Fields { get; private set; } = [];
}

/// <summary>Who acts and at which instant: every verb that changes something takes one.</summary>
/// <param name="By">The account; none for the product itself.</param>
/// <param name="At">The instant, UTC.</param>
public readonly record struct Act(Guid? By, DateTimeOffset At);
