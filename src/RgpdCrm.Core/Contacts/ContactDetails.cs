using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PhoneNumbers;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Contacts;

/// <summary>An e-mail address of a contact, lower case.</summary>
[LeavesWithContact(AtArchiving.Kept)]
public sealed class Email
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [MaxLength(254), Personal] public required string Value { get; init; }

    /// <summary>Its place in the form: automatic mails go to the first.</summary>
    [NotPersonal] public int Place { get; internal set; }

    /// <summary>When a mail server refused it. The product mails it no more by itself, until it is corrected or its owner acts from a link that was sent there.</summary>
    [Personal] public DateTimeOffset? RefusedAt { get; private set; }

    /// <summary>Its owner was heard from there: it is no refused address any more.</summary>
    public static Task AnswersAsync(CrmDbContext db, Guid id, CancellationToken cancel = default) =>
        db.Emails.Where(e => e.Id == id && e.RefusedAt != null).ExecuteUpdateAsync(e => e.SetProperty(x => x.RefusedAt, (DateTimeOffset?)null), cancel);

    /// <summary>Reads an address as people type it, in lower case. Nothing when it is none.</summary>
    public static string? Normalise(string text)
    {
        var email = text.Trim().ToLowerInvariant();
        var at = email.IndexOf('@', StringComparison.Ordinal);
        return email.Length <= 254 && at is > 0 and <= 64 && IsDomain(email[(at + 1)..])
            && PlainText.Is(email) && !email.Any(c => char.IsWhiteSpace(c) || "<>(),;:\\\"[]".Contains(c, StringComparison.Ordinal)) ? email : null;
    }

    private static bool IsDomain(string text) =>
        !text.Contains('@', StringComparison.Ordinal) && text.Split('.') is { Length: > 1 } labels && labels.All(label => label.Length is > 0 and <= 63);
}

/// <summary>Addresses of one contact.</summary>
public static class EmailOrder
{
    /// <summary>The one that automatic mails go to first.</summary>
    public static IOrderedEnumerable<Email> InOrder(this IEnumerable<Email> emails) => emails.OrderBy(e => e.Place).ThenBy(e => e.Value, StringComparer.Ordinal);
}

/// <summary>A phone number of a contact, in E.164 (<c>+33639981427</c>).</summary>
[LeavesWithContact(AtArchiving.Kept)]
public sealed class Phone
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [MaxLength(16), Personal] public required string Value { get; init; }

    /// <summary>Reads a number as people write it; French numbers need no country code. Nothing when it is no number.</summary>
    public static string? Normalise(string text)
    {
        try
        {
            var number = PhoneNumberUtil.GetInstance().Parse(text, "FR");
            return PhoneNumberUtil.GetInstance().IsPossibleNumber(number) ? PhoneNumberUtil.GetInstance().Format(number, PhoneNumberFormat.E164) : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    /// <summary>Shows a stored number the national way (<c>06 39 98 14 27</c>), foreign ones the international way.</summary>
    public static string Show(string value)
    {
        try
        {
            var number = PhoneNumberUtil.GetInstance().Parse(value, "FR");
            return PhoneNumberUtil.GetInstance().Format(number, number.CountryCode == 33 ? PhoneNumberFormat.NATIONAL : PhoneNumberFormat.INTERNATIONAL);
        }
        catch (NumberParseException)
        {
            return value;
        }
    }
}

/// <summary>A postal address of a contact.</summary>
[LeavesWithContact(AtArchiving.Kept)]
public sealed class Address
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [MaxLength(200), Personal] public string Street { get; init; } = "";
    [MaxLength(10), Personal] public string PostalCode { get; init; } = "";
    [MaxLength(100), Personal] public string City { get; init; } = "";
    [MaxLength(2), Personal] public string Country { get; init; } = "FR";
}

/// <summary>A remark of an agent; it moves no clock.</summary>
[LeavesWithContact]
public sealed class Note
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [Personal] public Guid? ById { get; init; }
    [Personal] public DateTimeOffset At { get; init; }
    [MaxLength(4000), Personal] public required string Text { get; init; }
}

/// <summary>A label put on a contact.</summary>
[LeavesWithContact]
public sealed class Tag
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [MaxLength(40), Personal] public required string Name { get; init; }
}

/// <summary>What a prospect looks for.</summary>
[LeavesWithContact]
public sealed class Search
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [Personal] public Transaction Transaction { get; set; }

    /// <summary>Kinds of property; empty for any.</summary>
    [Personal] public PropertyKind[] Kinds { get; set; } = [];

    /// <summary>INSEE codes of the communes, as <see cref="Property.CommuneCode"/> has them; empty for anywhere.</summary>
    [Personal] public string[] Communes { get; set; } = [];

    /// <summary>Euros: a sale price, or a month's rent.</summary>
    [Personal] public int? MinPrice { get; set; }
    [Personal] public int? MaxPrice { get; set; }

    /// <summary>Square metres.</summary>
    [Personal] public int? MinSurface { get; set; }

    /// <summary>Main rooms.</summary>
    [Personal] public int? MinRooms { get; set; }
    [Personal] public MailFrequency Frequency { get; set; } = MailFrequency.Weekly;

    /// <summary>Searches a person may keep.</summary>
    public const int Most = 10;

    /// <summary>Communes of one search.</summary>
    public const int MostCommunes = 20;
}

/// <summary>How often a search is mailed; the later, the rarer.</summary>
public enum MailFrequency
{
    AtOnce,
    Daily,
    Weekly,
    Never,
}

/// <summary>Which automatic mails a contact receives.</summary>
[LeavesWithContact]
public sealed class Subscription
{
    /// <summary>Topic: properties that match the person's searches.</summary>
    public const string MatchingProperties = "matching-properties";

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [MaxLength(40), Personal] public string Topic { get; init; } = "";
    [Personal] public DateOnly StartedOn { get; init; }
    [Personal] public DateOnly? StoppedOn { get; set; }
}

/// <summary>An agreement for one channel and purpose, with its proof; it stays with the person.</summary>
[LeavesWithContact(AtArchiving.Kept)]
public sealed class Consent
{
    /// <summary>Purpose: properties like the one asked about, proposed by the agency.</summary>
    public const string SimilarProperties = "similar-properties";

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [Personal] public Guid ContactId { get; init; }
    [Personal] public Channel Channel { get; init; }
    [MaxLength(80), Personal] public string Purpose { get; init; } = "";
    [Personal] public bool Granted { get; init; }
    [MaxLength(20), Personal] public string WordingVersion { get; init; } = "";
    [MaxLength(120), Personal] public string Source { get; init; } = "";
    [Personal] public DateTimeOffset At { get; init; }
    [Personal] public DateOnly? ExpiresOn { get; init; }
    [Personal] public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>The colleague who noted it; none when the person gave it themselves.</summary>
    [Personal] public Guid? ById { get; init; }

    /// <summary>Months an agreement to be called is good for (Code de la consommation, L223-1; décret 2026-662).</summary>
    public const int PhoneMonths = 12;

    /// <summary>An agreement given on a day.</summary>
    internal static Consent Given(Guid contactId, Channel channel, string wording, string source, DateTimeOffset at, DateOnly today, Guid? by = null) => new()
    {
        ContactId = contactId,
        ById = by,
        Channel = channel,
        Purpose = SimilarProperties,
        Granted = true,
        WordingVersion = wording,
        Source = source,
        At = at,
        // Good on the last day before its anniversary, like every period of the agency.
        ExpiresOn = channel == Channel.Phone ? today.AddMonths(PhoneMonths).AddDays(-1) : null,
    };

    /// <summary>Whether it stands on a day.</summary>
    public bool Stands(DateOnly today) => Granted && WithdrawnAt is null && (ExpiresOn is null || ExpiresOn >= today);
}

/// <summary>Ways to reach someone.</summary>
public enum Channel
{
    Email,
    Sms,
    Phone,
    Post,
}

/// <summary>Keyed fingerprint of an address or number whose owner objected; it outlives them by 3 years
/// so that a later import cannot bring them back into mailings (CNIL, objection list).</summary>
[DetachedFromContact]
public sealed class Objection
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid? ContactId { get; init; }
    [MaxLength(32), Kept("CNIL, objection list: 3 years from the latest objection")] public required byte[] Fingerprint { get; init; }
    [NotPersonal] public Channel Channel { get; init; }
    [NotPersonal] public DateOnly LatestOn { get; init; }
}

internal sealed class ContactDetailsConfiguration :
    IEntityTypeConfiguration<Email>, IEntityTypeConfiguration<Phone>, IEntityTypeConfiguration<Address>, IEntityTypeConfiguration<Note>,
    IEntityTypeConfiguration<Tag>, IEntityTypeConfiguration<Search>, IEntityTypeConfiguration<Subscription>, IEntityTypeConfiguration<Consent>,
    IEntityTypeConfiguration<Objection>
{
    public void Configure(EntityTypeBuilder<Email> email)
    {
        email.HasOne<Contact>().WithMany(c => c.Emails).HasForeignKey(e => e.ContactId).OnDelete(DeleteBehavior.Restrict);
        email.Property(e => e.Place).HasDefaultValue(0);
        email.HasIndex(e => e.Value).HasMethod("gin").HasOperators("gin_trgm_ops");
    }

    public void Configure(EntityTypeBuilder<Phone> phone)
    {
        phone.HasOne<Contact>().WithMany(c => c.Phones).HasForeignKey(p => p.ContactId).OnDelete(DeleteBehavior.Restrict);
        phone.HasIndex(p => p.Value).HasMethod("gin").HasOperators("gin_trgm_ops");
    }

    public void Configure(EntityTypeBuilder<Address> address) =>
        address.HasOne<Contact>().WithMany(c => c.Addresses).HasForeignKey(a => a.ContactId).OnDelete(DeleteBehavior.Restrict);

    public void Configure(EntityTypeBuilder<Note> note) => Hang(note, n => n.ContactId);

    public void Configure(EntityTypeBuilder<Tag> tag)
    {
        Hang(tag, t => t.ContactId);
        tag.HasIndex(t => t.Name).HasMethod("gin").HasOperators("gin_trgm_ops");
    }

    public void Configure(EntityTypeBuilder<Search> search)
    {
        Hang(search, s => s.ContactId);
        search.PrimitiveCollection(s => s.Kinds).ElementType(kind => kind.HasConversion<string>());
        search.HasIndex(s => s.Communes).HasMethod("gin");
        search.HasIndex(s => new { s.Transaction, s.MaxPrice }).HasFilter("frequency <> 'Never'");
    }

    public void Configure(EntityTypeBuilder<Subscription> subscription) => Hang(subscription, s => s.ContactId);

    public void Configure(EntityTypeBuilder<Consent> consent) => Hang(consent, c => c.ContactId);

    public void Configure(EntityTypeBuilder<Objection> objection)
    {
        Hang(objection, o => o.ContactId);
        objection.HasIndex(o => o.Fingerprint);
        objection.HasIndex(o => o.LatestOn);
    }

    private static void Hang<T>(EntityTypeBuilder<T> entity, System.Linq.Expressions.Expression<Func<T, object?>> contactId) where T : class =>
        entity.HasOne<Contact>().WithMany().HasForeignKey(contactId).OnDelete(DeleteBehavior.Restrict);
}
