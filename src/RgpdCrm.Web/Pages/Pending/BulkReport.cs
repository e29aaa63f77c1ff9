namespace RgpdCrm.Web.Pages.Pending;

/// <summary>What came of an act on several people chosen in a list, every refusal by name.</summary>
public sealed record BulkReport(int Done, int Total, IReadOnlyList<RefusedPerson> Refused)
{
    /// <summary>The answer's status: a conflict when nothing at all was done.</summary>
    public int Status => Done == 0 ? StatusCodes.Status409Conflict : StatusCodes.Status200OK;

    /// <summary>Counts what was done; <paramref name="refusal"/> says why not, none when it was.</summary>
    public static BulkReport Of<TResult>(IReadOnlyDictionary<Guid, TResult> results, Func<TResult, string?> refusal, IReadOnlyDictionary<Guid, string> names)
    {
        var refused = (from result in results
                       let why = refusal(result.Value)
                       where why is not null
                       select new RefusedPerson(result.Key, names.GetValueOrDefault(result.Key, T("Contact inconnu")), why)).OrderBy(r => r.Name, StringComparer.CurrentCulture).ToList();
        return new BulkReport(results.Count - refused.Count, results.Count, refused);
    }

    /// <summary>The distinct ids a form sent; none when one is no id or there are more than an act may name.</summary>
    public static IReadOnlyList<Guid>? ReadIds(IReadOnlyCollection<string> texts, int most)
    {
        var ids = texts.Select(text => Guid.TryParse(text, out var id) ? id : (Guid?)null).ToList();
        return ids.Count > most || ids.Contains(null) ? null : [.. ids.OfType<Guid>().Distinct()];
    }
}

/// <summary>Someone for whom an act was refused, and why.</summary>
public sealed record RefusedPerson(Guid Id, string Name, string Why);
