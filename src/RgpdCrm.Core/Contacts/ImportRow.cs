using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Core.Contacts;

/// <summary>One accepted row: a person as the file describes them.</summary>
internal sealed record ImportRow(
    int Line, Guid Id, byte[] Key, ContactName Name, ContactRoles Roles, Guid? ResponsibleId, DateOnly CollectedOn, string Source,
    string[] Emails, string[] Phones, string Street, string PostalCode, string City,
    DateOnly? LastContactOn, bool ByPerson, IReadOnlyList<ImportedObligation> Obligations);

/// <summary>A mandate or contract named by a row.</summary>
internal sealed record ImportedObligation(string Type, string Kind, string Reference, DateOnly SignedOn, DateOnly? EndsOn, Side Side);

/// <summary>Reads rows on one day, for one agency's accounts. Faults and remarks name columns, never what is in them.</summary>
internal sealed class ImportRowReader(ImportHeader header, DateOnly today, IReadOnlyDictionary<string, Guid> agents)
{
    private static readonly DateOnly Oldest = new(1970, 1, 1);
    private static readonly string[] DateFormats = ["dd/MM/yyyy", "d/M/yyyy", "yyyy-MM-dd"];
    private static readonly char[] Between = ['|', '/', ',', ';'];

    private static readonly Dictionary<string, ContactKind> Kinds = new()
    {
        ["particulier"] = ContactKind.Private,
        ["private"] = ContactKind.Private,
        ["professionnel"] = ContactKind.Professional,
        ["professional"] = ContactKind.Professional,
    };

    private static readonly Dictionary<string, ContactRoles> KnownRoles = new()
    {
        ["acquereur"] = ContactRoles.Buyer,
        ["acheteur"] = ContactRoles.Buyer,
        ["buyer"] = ContactRoles.Buyer,
        ["locataire"] = ContactRoles.Tenant,
        ["tenant"] = ContactRoles.Tenant,
        ["vendeur"] = ContactRoles.Seller,
        ["seller"] = ContactRoles.Seller,
        ["bailleur"] = ContactRoles.Landlord,
        ["landlord"] = ContactRoles.Landlord,
        ["autre"] = ContactRoles.Other,
        ["other"] = ContactRoles.Other,
    };

    private static readonly Dictionary<string, bool> Initiators = new()
    {
        ["contact"] = true,
        ["person"] = true,
        ["agence"] = false,
        ["agency"] = false,
    };

    private static readonly Dictionary<string, MandateKind> MandateKinds = new()
    {
        ["vente"] = MandateKind.Sale,
        ["sale"] = MandateKind.Sale,
        ["location"] = MandateKind.Rental,
        ["rental"] = MandateKind.Rental,
        ["recherche"] = MandateKind.Search,
        ["search"] = MandateKind.Search,
        ["gestion"] = MandateKind.Management,
        ["management"] = MandateKind.Management,
    };

    private static readonly Dictionary<string, ContractKind> ContractKinds = new()
    {
        ["compromis"] = ContractKind.PreliminarySale,
        ["preliminary_sale"] = ContractKind.PreliminarySale,
        ["acte"] = ContractKind.Deed,
        ["deed"] = ContractKind.Deed,
        ["bail"] = ContractKind.Lease,
        ["lease"] = ContractKind.Lease,
    };

    private readonly List<string> faults = [];
    private readonly List<string> remarks = [];
    private string[] row = [];

    /// <summary>Why the last row was refused, in French; empty when it was accepted.</summary>
    public string Reason => string.Join(" ; ", faults);

    /// <summary>What an admin should look at although the last row was accepted.</summary>
    public IReadOnlyList<string> TakeRemarks()
    {
        string[] taken = faults.Count == 0 ? [.. remarks] : [];
        remarks.Clear();
        return taken;
    }

    /// <summary>The person a row describes, or nothing when it is refused.</summary>
    public ImportRow? Read(string[] cells, int line)
    {
        row = cells;
        faults.Clear();
        remarks.Clear();
        if (cells.Length > header.Width && cells.Skip(header.Width).Any(c => c.Length > 0)) faults.Add("plus de cellules que de colonnes");

        var name = Name();
        var roles = Roles();
        string[] emails = [.. Several(Field.Emails, Email.Normalise).Distinct()];
        string[] phones = [.. Several(Field.Phones, Phone.Normalise).Distinct()];
        var collectedOn = Past(Field.CollectedOn) ?? Required(Field.CollectedOn);
        var lastContactOn = Past(Field.LastContactOn);
        var byPerson = One(Field.LastContactBy, Initiators) ?? false;
        var obligations = new[] { Mandate(), Contract(roles) }.OfType<ImportedObligation>().ToList();
        var person = new ImportRow(
            line, Guid.NewGuid(), [], name, roles, Agent(), collectedOn, Text(Field.Source, 200), emails, phones,
            Text(Field.Street, 200), Text(Field.PostalCode, 10), Text(Field.City, 100), lastContactOn, byPerson, obligations);
        if (faults.Count > 0) return null;

        if (obligations.Count == 0 && (roles & (ContactRoles.Seller | ContactRoles.Landlord)) != 0)
            remarks.Add("vendeur ou bailleur sans mandat ni contrat : rien ne protégera ce qui doit être gardé dix ans");
        return person with { Key = KeyOf(person) };
    }

    /// <summary>The same person in the same file, or in the same file a second time, has the same key.</summary>
    private static byte[] KeyOf(ImportRow person)
    {
        var identity = string.Join('\n', [
            ContactName.Fold(person.Name.LastName), ContactName.Fold(person.Name.FirstName), ContactName.Fold(person.Name.Organisation ?? ""),
            string.Join('|', person.Emails.Order(StringComparer.Ordinal)), string.Join('|', person.Phones.Order(StringComparer.Ordinal)),
            person.CollectedOn.ToString("O", CultureInfo.InvariantCulture)]);
        return SHA256.HashData(Encoding.UTF8.GetBytes(identity));
    }

    private ContactName Name()
    {
        var (last, first, organisation) = (Text(Field.LastName, 100), Text(Field.FirstName, 100), Text(Field.Organisation, 160));
        var siren = Siren();
        var kind = One(Field.Kind, Kinds) ?? (organisation.Length > 0 && siren is not null ? ContactKind.Professional : ContactKind.Private);
        if (kind == ContactKind.Private && last.Length == 0) Fault(Field.LastName, "obligatoire");
        if (kind == ContactKind.Professional && organisation.Length == 0) Fault(Field.Organisation, "obligatoire pour un professionnel");
        if (kind == ContactKind.Professional && siren is null) Fault(Field.Siren, "obligatoire pour un professionnel");
        return new ContactName(kind, last, first, organisation.Length > 0 ? organisation : null, siren);
    }

    private string? Siren()
    {
        var digits = string.Concat(Text(Field.Siren, 20).Where(c => !char.IsWhiteSpace(c)));
        if (digits.Length == 0) return null;
        if (digits.Length == 9 && digits.All(char.IsAsciiDigit) && Luhn(digits)) return digits;
        Fault(Field.Siren, "numéro impossible");
        return null;
    }

    private static bool Luhn(string digits) =>
        digits.Reverse().Select((c, i) => (c - '0') * (i % 2 + 1)).Sum(d => d > 9 ? d - 9 : d) % 10 == 0;

    private ContactRoles Roles()
    {
        var roles = ContactRoles.None;
        foreach (var word in Text(Field.Roles, 200).Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (KnownRoles.TryGetValue(ContactName.Fold(word), out var role)) roles |= role;
            else Fault(Field.Roles, "valeur inconnue");
        }
        return roles == ContactRoles.None ? ContactRoles.Other : roles;
    }

    private Guid? Agent()
    {
        var email = Text(Field.Agent, 254);
        if (email.Length == 0) return null;
        if (agents.TryGetValue(email, out var agent)) return agent;
        remarks.Add("responsable : aucun compte à cette adresse, contact sans responsable");
        return null;
    }

    private ImportedObligation? Mandate()
    {
        var reference = Text(Field.MandateNumber, 40);
        if (reference.Length == 0) return OrphanOf(Field.MandateNumber, Field.MandateKind, Field.MandateOn, Field.MandateEnd);
        var kind = One(Field.MandateKind, MandateKinds);
        if (kind is null) Required(Field.MandateKind);
        var signedOn = Past(Field.MandateOn) ?? Required(Field.MandateOn);
        var endsOn = Date(Field.MandateEnd) ?? Required(Field.MandateEnd);
        if (endsOn < signedOn) Fault(Field.MandateEnd, "avant le début");
        return StillOwed(new("Mandate", $"{kind}", reference, signedOn, endsOn, Side.Principal), "mandat");
    }

    private ImportedObligation? Contract(ContactRoles roles)
    {
        var reference = Text(Field.ContractNumber, 40);
        if (reference.Length == 0) return OrphanOf(Field.ContractNumber, Field.ContractKind, Field.ContractOn, Field.ContractEnd);
        var kind = One(Field.ContractKind, ContractKinds);
        if (kind is null) Required(Field.ContractKind);
        var signedOn = Past(Field.ContractOn) ?? Required(Field.ContractOn);
        var endsOn = Date(Field.ContractEnd);
        if (endsOn < signedOn) Fault(Field.ContractEnd, "avant le début");
        if (kind == ContractKind.Deed) endsOn = signedOn;
        if (endsOn is null && kind == ContractKind.PreliminarySale) Required(Field.ContractEnd);
        var side = kind == ContractKind.Lease
            ? roles.HasFlag(ContactRoles.Landlord) ? Side.Landlord : Side.Tenant
            : roles.HasFlag(ContactRoles.Seller) ? Side.Seller : Side.Buyer;
        return StillOwed(new("Contract", $"{kind}", reference, signedOn, endsOn, side), "contrat");
    }

    private ImportedObligation? OrphanOf(Field number, params Field[] others)
    {
        if (others.Any(o => header.Text(row, o).Length > 0)) Required(number);
        return null;
    }

    // What would be destroyed by the next run must not be collected.
    private ImportedObligation? StillOwed(ImportedObligation obligation, string what)
    {
        if (faults.Count > 0 || obligation.EndsOn is not { } end || today <= end.AddYears(Obligation.KeptYears)) return obligation;
        remarks.Add($"{what} terminé depuis plus de dix ans : non repris");
        return null;
    }

    private IEnumerable<string> Several(Field field, Func<string, string?> normalise)
    {
        foreach (var text in header.Texts(row, field).SelectMany(t => t.Split(Between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Clean(field, text, 254) && normalise(text) is { } value) yield return value;
            else Fault(field, field == Field.Emails ? "adresse invalide" : "numéro invalide");
        }
    }

    private DateOnly? Past(Field field)
    {
        var date = Date(field);
        if (date > today) Fault(field, "date future");
        return date;
    }

    private DateOnly? Date(Field field)
    {
        var text = Text(field, 40);
        if (text.Length == 0) return null;
        // Databases export midnight with the day.
        var day = text.Split(' ', 'T')[0];
        if (DateOnly.TryParseExact(day, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) && date >= Oldest) return date;
        Fault(field, "date impossible");
        return null;
    }

    private DateOnly Required(Field field)
    {
        if (header.Text(row, field).Length == 0) Fault(field, "obligatoire");
        return default;
    }

    private T? One<T>(Field field, Dictionary<string, T> words) where T : struct
    {
        var text = Text(field, 100);
        if (text.Length == 0) return null;
        if (words.TryGetValue(ContactName.Fold(text), out var value)) return value;
        Fault(field, "valeur inconnue");
        return null;
    }

    private string Text(Field field, int longest)
    {
        var text = header.Text(row, field);
        return Clean(field, text, longest) ? text : "";
    }

    private bool Clean(Field field, string text, int longest)
    {
        if (text.Length > longest) Fault(field, $"plus de {longest} caractères");
        else if (text.Any(c => char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))) Fault(field, "caractère de contrôle");
        else return true;
        return false;
    }

    private void Fault(Field field, string what)
    {
        // The first fault of a column explains the others.
        var column = $"{FieldNames.French(field)} : ";
        if (!faults.Exists(f => f.StartsWith(column, StringComparison.Ordinal))) faults.Add(column + what);
    }
}
