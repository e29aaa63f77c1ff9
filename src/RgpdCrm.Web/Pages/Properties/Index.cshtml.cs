using System.Linq.Expressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Photos;
using RgpdCrm.Core.Properties;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Properties;

/// <summary>The properties, found by what they are, where, and for how much; what cannot be read in the address filters nothing.</summary>
public sealed class IndexModel(CrmDbContext db, AgencyClock clock) : PageModel
{
    /// <summary>Properties on one page.</summary>
    public const int PageSize = 24;

    /// <summary>One property of the list.</summary>
    public sealed record Row(Property Property, PartyName? Owner, int Running, Photo? Cover);

    [BindProperty(SupportsGet = true, Name = "q")] public string? Text { get; set; }
    [BindProperty(SupportsGet = true)] public PropertyKind? Kind { get; set; }
    [BindProperty(SupportsGet = true)] public Transaction? Transaction { get; set; }
    [BindProperty(SupportsGet = true)] public PropertyStatus? Status { get; set; }
    [BindProperty(SupportsGet = true)] public string? Town { get; set; }
    [BindProperty(SupportsGet = true)] public int? Min { get; set; }
    [BindProperty(SupportsGet = true)] public int? Max { get; set; }
    [BindProperty(SupportsGet = true)] public int? Surface { get; set; }
    [BindProperty(SupportsGet = true)] public int? Rooms { get; set; }
    [BindProperty(SupportsGet = true)] public string? Sort { get; set; }
    [BindProperty(SupportsGet = true, Name = "p")] public int Number { get; set; } = 1;

    public int Total { get; private set; }
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public bool Filtered => Narrowed || Kind is not null || Transaction is not null || Status is not null || !string.IsNullOrWhiteSpace(Text);

    /// <summary>One of the filters that are folded away is in use.</summary>
    public bool Narrowed => Min is not null || Max is not null || Surface is not null || Rooms is not null || !string.IsNullOrWhiteSpace(Town);

    public async Task OnGetAsync()
    {
        var found = Filter(db.Properties.AsNoTracking());
        Total = await found.CountAsync();
        Number = Paging.Within(Number, Total, PageSize);
        var today = clock.Today;
        var page = await Sorted(found).ThenBy(p => p.Reference).Skip((Number - 1) * PageSize).Take(PageSize).LeftJoin(db.Contacts, p => p.OwnerId, c => c.Id, (p, c) => new
        {
            Property = p,
            Owner = c,
            Running = db.Obligations.Count(o => o.PropertyId == p.Id && (o.EndsOn == null || o.EndsOn >= today)),
        }).ToListAsync();
        var covers = await PhotoGallery.CoversAsync(db, [.. page.Select(r => r.Property.Id)]);
        Rows = [.. page.Select(r => new Row(r.Property, r.Owner is { } owner ? PartyName.Of(owner, default, User) : null, r.Running, covers.GetValueOrDefault(r.Property.Id)))];
    }

    private IQueryable<Property> Filter(IQueryable<Property> properties)
    {
        if (Known(Kind) is { } kind) properties = properties.Where(p => p.Kind == kind);
        if (Known(Transaction) is { } transaction) properties = properties.Where(p => p.Transaction == transaction);
        if (Known(Status) is { } status) properties = properties.Where(p => p.Status == status);
        if (Min is { } min) properties = properties.Where(p => p.Price >= min);
        if (Max is { } max) properties = properties.Where(p => p.Price <= max);
        if (Surface is { } surface) properties = properties.Where(p => p.Surface >= surface);
        if (Rooms is { } rooms) properties = properties.Where(p => p.Rooms >= rooms);
        if (!string.IsNullOrWhiteSpace(Town)) properties = properties.In(Town);
        if (string.IsNullOrWhiteSpace(Text)) return properties;
        return SearchText.Read(Text) is { } text ? properties.Matching(text) : properties.Where(_ => false);
    }

    private IOrderedQueryable<Property> Sorted(IQueryable<Property> found)
    {
        // What has no price or surface comes last, whichever the direction.
        return Sort?.TrimStart('-') switch
        {
            "price" => By(found.OrderBy(p => p.Price == null), p => p.Price),
            "surface" => By(found.OrderBy(p => p.Surface == null), p => p.Surface),
            "town" => By(found.OrderBy(p => p.City == null), p => p.City),
            "reference" => Downwards ? found.OrderByDescending(p => p.Reference) : found.OrderBy(p => p.Reference),
            // What can still be sold or let comes first.
            _ => found.OrderBy(p => p.Status != PropertyStatus.Available && p.Status != PropertyStatus.UnderOffer),
        };

        IOrderedQueryable<Property> By<T>(IOrderedQueryable<Property> ordered, Expression<Func<Property, T>> key) => Downwards ? ordered.ThenByDescending(key) : ordered.ThenBy(key);
    }

    private bool Downwards => Sort?.StartsWith('-') is true;

    private static T? Known<T>(T? word) where T : struct, Enum => word is { } known && Enum.IsDefined(known) ? known : null;
}
