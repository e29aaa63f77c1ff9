using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Mail;
using RgpdCrm.Core.Matching;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>One contact: identity, life line with the reason of each date, history, what is owed. Someone out of daily screens is an admin's;
/// an agent is led to the form that brings a pending person back, or sees nothing.</summary>
public sealed class DetailsModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    private const int MailsShown = 6, MatchesShown = 6, ViewsShown = 5;

    [BindProperty(SupportsGet = true, Name = "all")] public bool WholeHistory { get; set; }

    public ContactFile Record { get; private set; } = null!;
    public IReadOnlyList<OutgoingMail> Mails { get; private set; } = [];

    /// <summary>Properties on offer that their searches look for: how many, and the first.</summary>
    public (int Total, IReadOnlyList<Property> First) Matches { get; private set; }
    /// <summary>The latest objection to marketing; none without one.</summary>
    public DateOnly? ObjectedOn { get; private set; }

    /// <summary>Whether they may be called to propose something: they agreed, a mandate or contract of theirs runs, or they are no consumer (Code de la consommation, L223-1).</summary>
    public bool MayCall => Record.Contact.Kind == ContactKind.Professional || Record.Contact.RunningUntil >= Today || ObjectedOn is null && Record.Consents.Any(c => c.Channel == Channel.Phone && c.Stands(Today));

    /// <summary>Who was shown this page lately, for admins: the colleague and when, the latest first.</summary>
    public IReadOnlyList<(string? By, DateTimeOffset At)> SeenBy { get; private set; } = [];

    public PeopleCard People { get; private set; } = null!;
    public DateOnly Today { get; } = clock.Today;

    public bool IsAdmin => User.IsInRole(Access.Admin);

    /// <summary>An agent may write to them.</summary>
    public bool MayWrite => Record.Contact is { Status: ContactStatus.Active, Restricted: false, Emails.Count: > 0 };

    public async Task<IActionResult> OnGetAsync(Guid id)
    {
        if (await ContactFile.LoadAsync(db, id, WholeHistory, Today) is not { } file) return NotFound();
        Record = file;
        Matches = await Matcher.PropertiesForAsync(db, id, MatchesShown);
        ObjectedOn = await db.Objections.Where(o => o.ContactId == id).MaxAsync(o => (DateOnly?)o.LatestOn);
        Mails = await db.OutgoingMails.AsNoTracking().Where(m => m.ContactId == id).OrderByDescending(m => m.CreatedAt).Take(MailsShown).ToListAsync();
        if (IsAdmin)
            SeenBy = [.. (await db.AccessEntries.Where(a => a.SubjectId == id).GroupBy(a => a.ActorId).Select(g => new { By = db.Users.Where(u => u.Id == g.Key).Select(u => u.FullName).FirstOrDefault(), At = g.Max(a => a.At) })
                .OrderByDescending(a => a.At).Take(ViewsShown).ToListAsync()).Select(a => (a.By, a.At))];
        People = await PeopleCard.LoadAsync(db, file.Contact);
        return SetAsideHint.Of(file.Contact) switch
        {
            SetAsideState.LogBringsBack when !IsAdmin => RedirectToPage("Log", new { id }),
            SetAsideState.AskAnAdmin when !IsAdmin => NotFound(),
            _ when file.Facts.InArchive => RedirectToPage("/Archive/Open", new { id }),
            _ => Page(),
        };
    }

    public DateOnly DateOf(DateTimeOffset at) => clock.DateOf(at);

    /// <summary>The agency's local day and hour of an instant.</summary>
    public string Moment(DateTimeOffset at) => T($"{Components.Format.Date(clock.DateOf(at))} à {Components.Format.Hour(TimeOnly.FromDateTime(clock.Local(at).DateTime))}");

    public string? Colleague(Guid? id) => id is { } known && Record.Staff.TryGetValue(known, out var name) ? name : null;
}
