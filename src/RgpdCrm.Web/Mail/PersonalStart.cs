namespace RgpdCrm.Web.Mail;

/// <summary>Beginnings of a mail that an agent may take and change.</summary>
/// <param name="Key">Its name in the address.</param>
/// <param name="Subject">A first subject.</param>
/// <param name="Text">A first text.</param>
public sealed record PersonalStart(string Key, string Subject, string Text)
{
    public static PersonalStart Visit => new("visit", T("Une visite vous intéresse ?"), string.Join('\n',
        T("Bonjour,"), "", T("Nous avons un bien qui peut vous plaire. **Quand souhaitez-vous le visiter ?**"), "", "- " + T("en semaine après 17 h"), "- " + T("le samedi matin"), "", T("À bientôt,")));

    public static PersonalStart News => new("news", T("Où en êtes-vous de votre projet ?"), string.Join('\n',
        T("Bonjour,"), "", T("Votre projet est-il toujours d’actualité ? Un mot de votre part nous suffit : répondez simplement à ce message."), "", T("Bien à vous,")));

    public static IReadOnlyList<PersonalStart> All => [Visit, News];
}
