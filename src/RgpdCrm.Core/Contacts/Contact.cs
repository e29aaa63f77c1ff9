using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Contacts;

/// <summary>A person or a professional the agency deals with, and where they stand in the retention schedule.</summary>
public sealed class Contact
{
    private Contact() { }

    /// <summary>A new contact whose data was first collected on <paramref name="collectedOn"/>.</summary>
    public Contact(ContactName name, DateOnly collectedOn, ContactRoles roles, Guid? responsibleId, DateTimeOffset createdAt)
        : this(Guid.NewGuid(), name, collectedOn, roles, responsibleId, createdAt) { }

    internal Contact(Guid id, ContactName name, DateOnly collectedOn, ContactRoles roles, Guid? responsibleId, DateTimeOffset createdAt)
    {
        Id = id;
        Rename(name);
        (CollectedOn, Roles, ResponsibleId, CreatedAt) = (collectedOn, roles, responsibleId, createdAt);
    }

    /// <summary>UUID version 4: it tells nothing, not even when it was made; the ledger keeps a hash of it.</summary>
    [NotPersonal] public Guid Id { get; private set; }

    [Personal] public ContactKind Kind { get; private set; }

    [MaxLength(100), Personal] public string LastName { get; private set; } = "";

    [MaxLength(100), Personal] public string FirstName { get; private set; } = "";

    /// <summary>Organisation of a professional.</summary>
    [MaxLength(160), Personal] public string? Organisation { get; private set; }

    /// <summary>Nine digits of a professional's organisation.</summary>
    [MaxLength(9), Personal] public string? Siren { get; private set; }

    /// <summary>Names without accents or case, for search by part of a name.</summary>
    [MaxLength(400), Personal] public string SearchName { get; private set; } = "";

    [Personal] public ContactRoles Roles { get; private set; }

    [MaxLength(2), Personal] public string Language { get; private set; } = "fr";

    /// <summary>The agent who follows this contact.</summary>
    [Personal] public Guid? ResponsibleId { get; private set; }

    /// <summary>Random number that the members of a household share; none for who is alone. They share mailings, never clocks.</summary>
    [Personal] public Guid? HouseholdId { get; private set; }

    /// <summary>When the data was first collected; on import, the real date given in the file.</summary>
    [Personal] public DateOnly CollectedOn { get; private set; }

    [Personal] public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Digest of the imported row, so that the same file twice creates nothing twice.</summary>
    [Personal] public byte[]? ImportKey { get; private set; }

    /// <summary>Latest activity that counts for the idle clock; kept by the database's triggers.</summary>
    [Personal] public DateOnly? IdleOn { get; private set; }

    [Personal] public ActivityKind? IdleKind { get; private set; }

    /// <summary>Latest act of the person; kept by the database's triggers.</summary>
    [Personal] public DateOnly? SilentOn { get; private set; }

    [Personal] public ActivityKind? SilentKind { get; private set; }

    /// <summary>Latest of collection and idle clock (retention.md, "idle since").</summary>
    [Personal] public DateOnly IdleSince { get; private set; }

    /// <summary>Latest of collection and silent clock (retention.md, "silent since").</summary>
    [Personal] public DateOnly SilentSince { get; private set; }

    /// <summary>Latest end + 10 years of all mandates and contracts; 9999-12-31 while one of them is held through a party.</summary>
    [Personal] public DateOnly? KeptUntil { get; private set; }

    /// <summary>Part of <see cref="KeptUntil"/> that comes from mandates and contracts already destroyed.</summary>
    [Personal] public DateOnly? KeptUntilOfDestroyed { get; private set; }

    /// <summary>Latest end of the mandates and contracts whose end is not recorded yet; 9999-12-31 for an open lease.</summary>
    [Personal] public DateOnly? RunningUntil { get; private set; }

    [Personal] public ContactStatus Status { get; private set; }

    [Personal] public DateOnly? PendingSince { get; private set; }

    /// <summary>Version of the rules under which this person entered the queue: its periods stay theirs.</summary>
    [Personal] public int? PendingVersion { get; private set; }

    /// <summary>Came into the queue from the archive, at the end of the ten years.</summary>
    [Personal] public bool FromArchive { get; private set; }

    [Personal] public DateOnly? PostponedUntil { get; private set; }

    [Personal] public int Postponements { get; private set; }

    /// <summary>An admin approved the flagging beyond the brake, and with it the erasure that follows.</summary>
    [Personal] public bool DeletionApproved { get; private set; }

    /// <summary>An erasure request was granted in part (retention.md, line 0).</summary>
    [Personal] public bool Restricted { get; private set; }

    [Personal] public DateOnly? ArchivedOn { get; private set; }

    /// <summary>PostgreSQL's row version: a colleague's or the night run's change is noticed.</summary>
    [NotPersonal] public uint Version { get; private set; }

    [NotPersonal] public ICollection<Email> Emails { get; } = [];

    [NotPersonal] public ICollection<Phone> Phones { get; } = [];

    [NotPersonal] public ICollection<Address> Addresses { get; } = [];

    /// <summary>Name as shown: organisation first for a professional without a person's name.</summary>
    public string DisplayName => ContactName.Display(FirstName, LastName, Organisation);

    /// <summary>Changes the identity and the people side of the record; the audit gets the names of the fields that changed.</summary>
    public IReadOnlyList<string> Edit(ContactName name, ContactRoles roles, Guid? responsibleId)
    {
        var changed = new List<string>();
        Note(Kind, name.Kind, nameof(Kind));
        Note(LastName, name.LastName, nameof(LastName));
        Note(FirstName, name.FirstName, nameof(FirstName));
        Note(Organisation, name.Organisation, nameof(Organisation));
        Note(Siren, name.Siren, nameof(Siren));
        Note(Roles, roles, nameof(Roles));
        Note(ResponsibleId, responsibleId, nameof(ResponsibleId));
        Rename(name);
        (Roles, ResponsibleId) = (roles, responsibleId);
        return changed;

        void Note<T>(T before, T after, string field)
        {
            if (!EqualityComparer<T>.Default.Equals(before, after)) changed.Add(field);
        }
    }

    /// <summary>Replaces the ways to reach the contact; the audit gets the names of those that changed.</summary>
    public IReadOnlyList<string> Reach(IEnumerable<string> phones, IEnumerable<string> emails, IEnumerable<Address> addresses)
    {
        var changed = new List<string>();
        Replace(Phones, phones.Select(v => new Phone { ContactId = Id, Value = v }), p => p.Value, nameof(Phones));
        string[] order = [.. emails.Distinct()];
        var moved = !Emails.InOrder().Select(e => e.Value).Intersect(order).SequenceEqual(order.Intersect(Emails.Select(e => e.Value)));
        Replace(Emails, order.Select(v => new Email { ContactId = Id, Value = v }), e => e.Value, nameof(Emails));
        foreach (var email in Emails) email.Place = Array.IndexOf(order, email.Value);
        if (moved && !changed.Contains(nameof(Emails))) changed.Add(nameof(Emails));
        Replace(Addresses, addresses, a => (a.Street, a.PostalCode, a.City, a.Country), nameof(Addresses));
        return changed;

        void Replace<T, TKey>(ICollection<T> stored, IEnumerable<T> wanted, Func<T, TKey> key, string field)
        {
            var target = wanted.DistinctBy(key).ToList();
            var gone = stored.ExceptBy(target.Select(key), key).ToList();
            var added = target.ExceptBy(stored.Select(key), key).ToList();
            foreach (var row in gone) stored.Remove(row);
            foreach (var row in added) stored.Add(row);
            if (gone.Count + added.Count > 0) changed.Add(field);
        }
    }

    /// <summary>The language the contact is written to in; the audit gets its name when it changed.</summary>
    public IReadOnlyList<string> Speak(string language)
    {
        if (Language == language) return [];
        Language = language is "fr" or "en" ? language : throw new ArgumentOutOfRangeException(nameof(language));
        return [nameof(Language)];
    }

    /// <summary>Puts the contact into a household, or into none; see <see cref="Household"/>.</summary>
    internal void Join(Guid? household) => HouseholdId = household;

    private void Rename(ContactName name) =>
        (Kind, LastName, FirstName, Organisation, Siren, SearchName) =
        (name.Kind, name.LastName, name.FirstName, name.Organisation, name.Siren, name.SearchKey);
}

/// <summary>Private person, or professional with an organisation (exempt from automatic deletion by default).</summary>
public enum ContactKind
{
    Private,
    Professional,
}

/// <summary>What the contact is to the agency; several at once are usual.</summary>
[Flags]
public enum ContactRoles
{
    None = 0,
    Buyer = 1,
    Tenant = 2,
    Seller = 4,
    Landlord = 8,
    Other = 16,
}

/// <summary>The states of the schedule; an erased contact has no row.</summary>
public enum ContactStatus
{
    Active,
    PendingDeletion,
    Archived,
}

internal sealed class ContactConfiguration : IEntityTypeConfiguration<Contact>
{
    // Évrard comes with the E: lists are read by people.
    private const string FrenchOrder = "fr-x-icu";

    public void Configure(EntityTypeBuilder<Contact> contact)
    {
        contact.Property(c => c.Version).IsRowVersion();
        contact.Property(c => c.LastName).UseCollation(FrenchOrder);
        contact.Property(c => c.FirstName).UseCollation(FrenchOrder);
        contact.Property(c => c.IdleSince).HasComputedColumnSql("greatest(collected_on, idle_on)", stored: true);
        contact.Property(c => c.SilentSince).HasComputedColumnSql("greatest(collected_on, silent_on)", stored: true);
        contact.HasOne<Account>().WithMany().HasForeignKey(c => c.ResponsibleId).OnDelete(DeleteBehavior.Restrict);
        contact.HasIndex(c => c.ImportKey).IsUnique();
        contact.HasIndex(c => c.SearchName).HasMethod("gin").HasOperators("gin_trgm_ops");
        contact.HasIndex(c => new { c.LastName, c.FirstName, c.Id });
        contact.HasIndex(c => c.ResponsibleId);
        contact.HasIndex(c => c.HouseholdId).HasFilter("household_id IS NOT NULL");

        // One index per line of the nightly filter (Data/Sql/due_contacts.sql): the run's cost follows what is due.
        contact.HasIndex(c => c.IdleSince, "ix_contacts_active_idle").HasFilter("status = 'Active' AND kind = 'Private' AND running_until IS NULL");
        contact.HasIndex(c => c.SilentSince, "ix_contacts_active_silent").HasFilter("status = 'Active' AND kind = 'Private' AND running_until IS NULL");
        contact.HasIndex(c => c.IdleSince, "ix_contacts_active_idle_pro").HasFilter("status = 'Active' AND kind = 'Professional' AND running_until IS NULL");
        contact.HasIndex(c => c.SilentSince, "ix_contacts_active_silent_pro").HasFilter("status = 'Active' AND kind = 'Professional' AND running_until IS NULL");
        contact.HasIndex(c => c.RunningUntil).HasFilter("running_until IS NOT NULL");
        contact.HasIndex(c => c.RunningUntil, "ix_contacts_running_set_aside").HasFilter("status <> 'Active' AND running_until IS NOT NULL");
        contact.HasIndex(c => c.PendingSince, "ix_contacts_pending_since").HasFilter("status = 'PendingDeletion'");
        contact.HasIndex(c => c.SilentSince, "ix_contacts_pending_silent").HasFilter("status = 'PendingDeletion'");
        contact.HasIndex(c => c.Id, "ix_contacts_pending_pro").HasFilter("status = 'PendingDeletion' AND kind = 'Professional'");
        contact.HasIndex(c => c.Id, "ix_contacts_pending_archive").HasFilter("from_archive");
        contact.HasIndex(c => c.KeptUntil, "ix_contacts_set_aside_kept").HasFilter("status = 'Archived'");
        contact.HasIndex(c => c.SilentOn, "ix_contacts_set_aside_heard").HasFilter("status = 'Archived' AND silent_on IS NOT NULL");
        contact.HasIndex(c => c.Id, "ix_contacts_restricted").HasFilter("restricted");

        contact.ToTable(t => t.HasCheckConstraint("ck_contacts_postponements", "postponements BETWEEN 0 AND 3"));
    }
}
