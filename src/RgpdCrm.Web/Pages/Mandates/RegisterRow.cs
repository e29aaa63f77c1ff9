using System.Globalization;
using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>One line of the register: its number and date, and the mandate while it exists.</summary>
public sealed record RegisterRow(int? Number, DateOnly? On, Mandate? Mandate, Property? Property, IReadOnlyList<PartyName> Parties)
{
    /// <summary>The rows of these numbers; a mandate that is gone leaves its number and date.</summary>
    public static async Task<IReadOnlyList<RegisterRow>> LoadAsync(CrmDbContext db, IReadOnlyList<RegisterLine> lines, ClaimsPrincipal user)
    {
        var numbers = lines.Select(l => (int?)l.Number).ToArray();
        var mandates = await db.Mandates.AsNoTracking().Where(m => numbers.Contains(m.RegisterNumber)).ToDictionaryAsync(m => m.RegisterNumber!.Value);
        return await LoadAsync(db, [.. lines.Select(l => ((RegisterLine?)l, mandates.GetValueOrDefault(l.Number)))], user);
    }

    /// <summary>The rows of mandates taken over from an older register.</summary>
    public static Task<IReadOnlyList<RegisterRow>> LoadAsync(CrmDbContext db, IReadOnlyList<Mandate> older, ClaimsPrincipal user) =>
        LoadAsync(db, [.. older.Select(m => ((RegisterLine?)null, (Mandate?)m))], user);

    private static async Task<IReadOnlyList<RegisterRow>> LoadAsync(CrmDbContext db, IReadOnlyList<(RegisterLine? Line, Mandate? Mandate)> rows, ClaimsPrincipal user)
    {
        var mandates = rows.Select(r => r.Mandate).OfType<Mandate>().ToList();
        var properties = await ObligationList.PropertiesAsync(db, mandates.Select(m => m.PropertyId));
        var parties = await PartyName.LoadAsync(db, [.. mandates.Select(m => m.Id)], user);
        return [.. rows.Select(r => new RegisterRow(r.Line?.Number, r.Line?.On, r.Mandate,
            r.Mandate?.PropertyId is { } property ? properties.GetValueOrDefault(property) : null, r.Mandate is null ? [] : [.. parties[r.Mandate.Id]]))];
    }
}

/// <summary>The register of mandates as it is filtered.</summary>
public static class RegisterQuery
{
    /// <summary>Every number ever taken, or those that answer the filters; a destroyed mandate is one that ended.</summary>
    public static IQueryable<RegisterLine> Lines(CrmDbContext db, MandateKind? kind, ObligationState state, SearchText? text, DateOnly today)
    {
        var numbered = db.Mandates.InState(state, today);
        if (kind is { } wanted) numbered = numbered.Where(m => m.MandateKind == wanted);
        var numbers = numbered.Select(m => m.RegisterNumber);
        var destroyed = kind is null && (state is ObligationState.Any or ObligationState.Ended);
        var lines = db.RegisterLines.AsNoTracking().Where(l => numbers.Contains(l.Number) || destroyed && !db.Mandates.Any(m => m.RegisterNumber == l.Number));
        if (text is not null)
        {
            var number = int.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0;
            var reference = text.Text;
            lines = lines.Where(l => l.Number == number || db.Mandates.Any(m => m.RegisterNumber == l.Number && m.Reference == reference));
        }
        return lines;
    }

    /// <summary>Mandates taken over from an older register.</summary>
    public static IQueryable<Mandate> Older(CrmDbContext db, MandateKind? kind, ObligationState state, SearchText? text, DateOnly today)
    {
        var older = db.Mandates.AsNoTracking().Where(m => m.RegisterNumber == null).InState(state, today);
        if (kind is { } wanted) older = older.Where(m => m.MandateKind == wanted);
        if (text is not null) older = older.Where(m => EF.Functions.ILike(m.Reference, $"%{SearchText.Literal(text.Text)}%"));
        return older;
    }
}
