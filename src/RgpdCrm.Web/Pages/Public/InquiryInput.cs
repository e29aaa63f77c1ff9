using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Inquiries;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Web.Pages.Public;

/// <summary>What the public sends, by the form or the API: checked the same way.</summary>
public sealed class InquiryInput
{
    /// <summary>Version of the words of <see cref="ConsentText"/>: a changed word is a new version.</summary>
    public const string ConsentWording = "2026-11";

    public string? Name { get; set; }
    public string? Email { get; set; }
    public string? Phone { get; set; }
    public string? Message { get; set; }

    /// <summary>Reference or id of the property asked about.</summary>
    public string? Property { get; set; }

    /// <summary>Properties like this one may be proposed by e-mail.</summary>
    public bool SimilarProperties { get; set; }

    /// <summary>What the box says; never ticked beforehand (GDPR, article 4, 11).</summary>
    public static string ConsentText => T("J’accepte de recevoir par e-mail des biens semblables. Je peux changer d’avis à tout moment.");

    /// <summary>Everything that is wrong, field by field; nothing when it can be received.</summary>
    public IEnumerable<(string Field, string Error)> Faults()
    {
        if (string.IsNullOrWhiteSpace(Name)) yield return (nameof(Name), T("Indiquez votre nom."));
        else if (Text(nameof(Name), Name) is { } fault) yield return fault;
        if (string.IsNullOrWhiteSpace(Email) && string.IsNullOrWhiteSpace(Phone)) yield return (nameof(Email), T("Indiquez votre e-mail ou votre téléphone, pour que l’agence puisse vous répondre."));
        if (!string.IsNullOrWhiteSpace(Email) && Core.Contacts.Email.Normalise(Email) is null) yield return (nameof(Email), T("Cette adresse e-mail n’est pas valable, par exemple prenom.nom@exemple.fr."));
        if (!string.IsNullOrWhiteSpace(Phone) && (Phone.Length > 40 || Core.Contacts.Phone.Normalise(Phone) is null)) yield return (nameof(Phone), T("Ce numéro de téléphone n’est pas valable, par exemple 06 39 98 14 27 ou +32 2 555 12 12."));
        if (string.IsNullOrWhiteSpace(Message)) yield return (nameof(Message), T("Écrivez votre message."));
        else if (Text(nameof(Message), Message, multiline: true) is { } fault) yield return fault;
        if (SimilarProperties && string.IsNullOrWhiteSpace(Email)) yield return (nameof(SimilarProperties), T("Pour recevoir des biens semblables, indiquez votre e-mail ; sinon, décochez la case."));
    }

    /// <summary>The property asked about. The public sees those on the market only, and an unknown reference answers like a withdrawn one.</summary>
    public static async Task<Property?> FindAsync(CrmDbContext db, string? wanted, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(wanted) || wanted.Length > 40 || !PlainText.Is(wanted)) return null;
        var text = wanted.Trim();
        var id = Guid.TryParse(text, out var parsed) ? parsed : Guid.Empty;
        return await db.Properties.AsNoTracking().OnTheMarket()
            .OrderBy(p => p.Id).FirstOrDefaultAsync(p => p.Id == id || p.Reference == text, cancel);
    }

    /// <summary>The message, once nothing is wrong with it.</summary>
    public InquiryEntry ToEntry(Guid? propertyId, InquirySource source) => new(
        Name!.Trim(), string.IsNullOrWhiteSpace(Email) ? null : Core.Contacts.Email.Normalise(Email), string.IsNullOrWhiteSpace(Phone) ? null : Core.Contacts.Phone.Normalise(Phone),
        Message!.Trim().ReplaceLineEndings("\n"), propertyId, source)
    { ConsentWording = SimilarProperties ? ConsentWording : null };

    private static (string, string)? Text(string field, string text, bool multiline = false)
    {
        var length = typeof(Inquiry).GetProperty(field)!.GetCustomAttribute<MaxLengthAttribute>()!.Length;
        if (text.Trim().Length > length) return (field, T($"Ce texte est trop long : {length} caractères au plus."));
        return PlainText.Is(text.Trim(), multiline) ? null : (field, T("Ce texte contient des caractères de contrôle. Effacez-les ou saisissez-le de nouveau."));
    }
}
