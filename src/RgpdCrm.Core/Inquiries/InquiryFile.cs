using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Inquiries;

/// <summary>Everything an inquiry's page shows: the message, whom it may come from, and until when it is kept.</summary>
public sealed record InquiryFile(Inquiry Inquiry)
{
    public Property? Property { get; private init; }

    /// <summary>The known person it is tied to.</summary>
    public Contact? Contact { get; private init; }

    public string? AssignedTo { get; private init; }

    /// <summary>Contacts in daily screens that it names exactly, with what agrees.</summary>
    public IReadOnlyList<PossibleContact> Matches { get; private init; } = [];

    /// <summary>People out of daily screens that it names exactly.</summary>
    public IReadOnlyList<SetAsideHint> Hints { get; private init; } = [];

    /// <summary>The night on which it is destroyed, unless its person is held.</summary>
    public DateOnly DestroyedOn { get; private init; }

    /// <summary>A hold on its person keeps it.</summary>
    public bool Held { get; private init; }

    /// <summary>Reads one inquiry; nothing when there is none that the reader may see.</summary>
    public static async Task<InquiryFile?> LoadAsync(CrmDbContext db, Guid id, CancellationToken cancel = default)
    {
        if (await db.Inquiries.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel) is not { } inquiry) return null;
        var policies = await PolicyHistory.LoadAsync(db, cancel);
        var open = inquiry.ContactId is null && inquiry.Status != InquiryStatus.Spam;
        return new InquiryFile(inquiry)
        {
            Property = await db.Properties.AsNoTracking().SingleOrDefaultAsync(p => p.Id == inquiry.PropertyId, cancel),
            Contact = await db.Contacts.AsNoTracking().SingleOrDefaultAsync(c => c.Id == inquiry.ContactId, cancel),
            AssignedTo = await db.Users.Where(u => u.Id == inquiry.AssignedToId).Select(u => u.FullName).SingleOrDefaultAsync(cancel),
            DestroyedOn = inquiry.ReceivedOn.AddMonths(policies.Current.InquiryMonths),
            Held = await db.Holds.AnyAsync(h => h.ContactId == inquiry.ContactId && h.LiftedAt == null, cancel),
            Matches = open ? await PossibleContact.OfAsync(db, inquiry, cancel) : [],
            Hints = open ? await SetAsideHint.FindAsync(db, Texts(inquiry), cancel) : [],
        };
    }

    /// <summary>What could name someone already known: the number in E.164, the address in lower case, the full name.</summary>
    internal static IReadOnlyList<SearchText> Texts(Inquiry inquiry) =>
        [.. new[] { PhoneOf(inquiry), inquiry.Email, inquiry.Name }.Select(SearchText.Read).OfType<SearchText>()];

    internal static string? PhoneOf(Inquiry inquiry) => inquiry.Phone is { } phone ? Phone.Normalise(phone) : null;
}

/// <summary>A contact that an inquiry may come from, and why.</summary>
/// <param name="Id">The contact.</param>
/// <param name="Name">Name as shown.</param>
/// <param name="Roles">What they are to the agency.</param>
/// <param name="Responsible">Who follows them.</param>
/// <param name="SameEmail">The e-mail address agrees.</param>
/// <param name="SamePhone">The number agrees.</param>
/// <param name="SameName">The full name agrees, accents, case and order aside.</param>
public sealed record PossibleContact(Guid Id, string Name, ContactRoles Roles, string? Responsible, bool SameEmail, bool SamePhone, bool SameName)
{
    private const int MostShown = 10;

    internal static async Task<IReadOnlyList<PossibleContact>> OfAsync(CrmDbContext db, Inquiry inquiry, CancellationToken cancel)
    {
        var exact = await db.Contacts.VisibleToAgents().ExactlyAsync(db, InquiryFile.Texts(inquiry), cancel);
        Guid[] ids = [.. exact.Select(c => c.Id)];
        Guid?[] followers = [.. exact.Select(c => c.ResponsibleId)];
        var (email, phone) = (inquiry.Email?.Trim().ToLowerInvariant(), InquiryFile.PhoneOf(inquiry));
        var byEmail = (await db.Emails.Where(e => ids.Contains(e.ContactId) && e.Value == email).Select(e => e.ContactId).ToListAsync(cancel)).ToHashSet();
        var byPhone = (await db.Phones.Where(p => ids.Contains(p.ContactId) && p.Value == phone).Select(p => p.ContactId).ToListAsync(cancel)).ToHashSet();
        var staff = await db.Users.Where(u => followers.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.FullName, cancel);
        var words = Words(inquiry.Name);
        return
        [
            .. exact.Select(c => new PossibleContact(c.Id, c.DisplayName, c.Roles, c.ResponsibleId is { } by ? staff.GetValueOrDefault(by) : null,
                    byEmail.Contains(c.Id), byPhone.Contains(c.Id), Words($"{c.FirstName} {c.LastName}").SetEquals(words) || Words(c.Organisation ?? "").SetEquals(words)))
                .OrderByDescending(c => (c.SameEmail ? 1 : 0) + (c.SamePhone ? 1 : 0) + (c.SameName ? 1 : 0)).ThenByDescending(c => c.SameEmail).Take(MostShown),
        ];
    }

    private static HashSet<string> Words(string name) => [.. ContactName.Fold(name).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
