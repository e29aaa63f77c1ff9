using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>Where a mandate or contract stands, as lists are filtered.</summary>
public enum ObligationState
{
    Any,
    Running,
    Soon,
    Ended,
}

/// <summary>What the lists of mandates and contracts share.</summary>
public static class ObligationList
{
    /// <summary>Rows on one page.</summary>
    public const int PageSize = 20;

    /// <summary>The states a list is filtered by, in words.</summary>
    public static IReadOnlyList<(ObligationState State, string Name)> States =>
        [(ObligationState.Running, T("En cours")), (ObligationState.Soon, T($"Fin dans les {ObligationWords.SoonDays} jours")), (ObligationState.Ended, T("Terminés"))];

    /// <summary>Those in a state; future starts count as running.</summary>
    public static IQueryable<T> InState<T>(this IQueryable<T> obligations, ObligationState state, DateOnly today) where T : Obligation
    {
        var soon = today.AddDays(ObligationWords.SoonDays);
        return state switch
        {
            ObligationState.Running => obligations.Where(o => o.EndsOn == null || o.EndsOn >= today),
            ObligationState.Soon => obligations.Where(o => o.EndsOn >= today && o.EndsOn <= soon),
            ObligationState.Ended => obligations.Where(o => o.EndsOn < today),
            _ => obligations,
        };
    }

    /// <summary>The properties these are about.</summary>
    public static Task<Dictionary<Guid, Property>> PropertiesAsync(CrmDbContext db, IEnumerable<Guid?> ids)
    {
        var wanted = ids.OfType<Guid>().Distinct().ToArray();
        return db.Properties.AsNoTracking().Where(p => wanted.Contains(p.Id)).ToDictionaryAsync(p => p.Id);
    }
}
