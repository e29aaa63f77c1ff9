using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Validation;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A property chosen inside a form, without a script.</summary>
public sealed class PropertyInput
{
    private const int MostFound = 8;

    public string? Search { get; set; }

    /// <summary>The property chosen before.</summary>
    public Guid? Id { get; set; }

    /// <summary>The one ticked among the matches.</summary>
    public Guid? Pick { get; set; }

    [BindNever, ValidateNever] public Property? Chosen { get; private set; }
    [BindNever, ValidateNever] public IReadOnlyList<Property>? Found { get; private set; }

    /// <summary>The one ticked replaces the one chosen before; false when there is no such property.</summary>
    public async Task<bool> ReadAsync(CrmDbContext db)
    {
        (Id, Pick) = (Pick ?? Id, null);
        Chosen = Id is { } id ? await db.Properties.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id) : null;
        return Id is null || Chosen is not null;
    }

    /// <summary>Looks for what was typed.</summary>
    public async Task FindAsync(CrmDbContext db)
    {
        if (string.IsNullOrWhiteSpace(Search)) return;
        Found = SearchText.Read(Search) is { } text
            ? await db.Properties.AsNoTracking().Matching(text).OrderBy(p => p.Reference).Take(MostFound).ToListAsync()
            : [];
    }
}
