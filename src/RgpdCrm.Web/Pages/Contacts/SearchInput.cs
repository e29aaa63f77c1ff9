using System.Globalization;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Contacts;

/// <summary>A search as people type it.</summary>
public sealed class SearchInput
{
    public Transaction Transaction { get; set; }
    public MailFrequency Frequency { get; set; } = MailFrequency.Weekly;
    public List<PropertyKind> Kinds { get; set; } = [];
    public string? Communes { get; set; }
    public string? MinPrice { get; set; }
    public string? MaxPrice { get; set; }
    public string? MinSurface { get; set; }
    public string? MinRooms { get; set; }

    public static SearchInput From(Search search) => new()
    {
        Transaction = search.Transaction,
        Frequency = search.Frequency,
        Kinds = [.. search.Kinds],
        Communes = string.Join(", ", search.Communes.Select(code => Core.Properties.Communes.OfCode(code)?.ToString() ?? code)),
        MinPrice = Text(search.MinPrice),
        MaxPrice = Text(search.MaxPrice),
        MinSurface = Text(search.MinSurface),
        MinRooms = Text(search.MinRooms),
    };

    /// <summary>What was typed, once nothing is wrong with it; else each fault stands next to its field.</summary>
    public SearchEntry? Read(ModelStateDictionary state)
    {
        if (!Enum.IsDefined(Transaction) || !Enum.IsDefined(Frequency) || !Kinds.All(Enum.IsDefined)) state.AddModelError("", T("Cette valeur n’est pas valable."));
        var (lowest, highest) = (Number(MinPrice, nameof(MinPrice), (int)Property.HighestPrice), Number(MaxPrice, nameof(MaxPrice), (int)Property.HighestPrice));
        var (surface, rooms) = (Number(MinSurface, nameof(MinSurface), Property.LargestSurface), Number(MinRooms, nameof(MinRooms), Property.MostRooms));
        if (lowest > highest) state.AddModelError("Input.MaxPrice", T("Le budget au plus est inférieur au budget au moins."));
        var towns = Towns(state);
        return state.IsValid ? new SearchEntry(Transaction, [.. Kinds.Distinct()], towns, lowest, highest, surface, rooms, Frequency) : null;

        int? Number(string? text, string field, int most)
        {
            if (string.IsNullOrWhiteSpace(text)) return null;
            if (int.TryParse(string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not '€')), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most) return number;
            state.AddModelError($"Input.{field}", T("Indiquez un nombre entier, sans décimales."));
            return null;
        }
    }

    private List<string> Towns(ModelStateDictionary state)
    {
        var found = new List<string>();
        var names = (Communes ?? "").Split([',', ';', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > Search.MostCommunes)
        {
            state.AddModelError("Input.Communes", T($"{Search.MostCommunes} communes au plus."));
            return found;
        }
        foreach (var name in names)
        {
            var called = Core.Properties.Communes.Called(name);
            if (called.Count == 1) found.Add(called[0].Code);
            else state.AddModelError("Input.Communes", called.Count == 0 ? T($"Aucune commune ne s’appelle « {name} ».") : T($"Plusieurs communes s’appellent « {name} » : ajoutez le code postal, par exemple {called[0]}."));
        }
        return found;
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
