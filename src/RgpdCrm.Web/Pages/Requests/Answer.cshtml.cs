using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Retention;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Does what was asked, by the code that the schedule uses too, or closes the request with its reasons.</summary>
public sealed class AnswerModel(CrmDbContext db, AgencyClock clock, RightsDesk desk, PackageWriter writer) : RequestPage(db, clock)
{
    [BindProperty] public Guid EmailId { get; set; }
    [BindProperty] public bool Confirmed { get; set; }
    [BindProperty] public RequestOutcome Outcome { get; set; }
    [BindProperty, StringLength(RightsRequest.TextLength, ErrorMessage = "4000 caractères au plus."), PlainText(Multiline = true)] public string? Text { get; set; }

    /// <summary>What granting does; none while nobody is chosen.</summary>
    public string? Does { get; private set; }

    /// <summary>Texts of other records that name the person.</summary>
    public IReadOnlyList<Mention> Mentions { get; private set; } = [];

    /// <summary>A letter was sent or printed.</summary>
    public bool Written { get; private set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancel) => await ReadAsync(id, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        if (ModelState.IsValid) return After(await desk.CloseAsync(id, Outcome, Text, Act, cancel), T("La demande est close."));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    public async Task<IActionResult> OnPostPackageAsync(Guid id, CancellationToken cancel) =>
        await ReadAsync(id, cancel) ? After(await desk.SendPackageAsync(id, EmailId, Act, cancel), T("Le lien part dans la minute. Il marche 7 jours.")) : NotFound();

    public async Task<IActionResult> OnPostHandOverAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        return await desk.TakePackageAsync(id, Act.By, cancel) is { } refusal ? After(refusal, "") : writer.Download(id, Person!.Id);
    }

    public async Task<IActionResult> OnPostNoteAsync(Guid id, RequestAct what, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel) || what is not (RequestAct.Rectified or RequestAct.RecipientsTold)) return NotFound();
        return After(await desk.NoteAsync(id, what, Act, cancel), T("C’est noté dans l’historique."));
    }

    public async Task<IActionResult> OnPostGrantAsync(Guid id, CancellationToken cancel)
    {
        if (!await ReadAsync(id, cancel)) return NotFound();
        if (!Confirmed)
        {
            ModelState.AddModelError(nameof(Confirmed), T("Cochez la case pour confirmer."));
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            return Page();
        }
        var refusal = Asked.Kind switch
        {
            RightKind.Erasure => (await desk.EraseAsync(id, Act, cancel)).Refusal,
            RightKind.Restriction => await desk.RestrictAsync(id, T("Limitation demandée par la personne (RGPD, article 18)"), Clock.Today.AddMonths(Hold.MaxReviewMonths), Act, cancel),
            _ => await desk.ObjectAsync(id, Act, cancel),
        };
        return After(refusal, T("La demande est exécutée et close."));
    }

    private async Task<bool> ReadAsync(Guid id, CancellationToken cancel)
    {
        if (!await LoadAsync(id, cancel) || Asked.ClosedOn is not null) return false;
        if (Person is null) return true;
        await LoadCorrectionsAsync(cancel);
        if (Asked.Kind == RightKind.Erasure) Mentions = await Mention.FindAsync(Db, Person.Id, cancel);
        Written = await Db.RequestSteps.AnyAsync(s => s.RequestId == id && (s.What == RequestAct.Written || s.What == RequestAct.Printed), cancel);
        Does = Asked.Kind switch
        {
            RightKind.Access or RightKind.Portability => T("Un fichier réunit tout ce qui est détenu, archive comprise, sans ce qui concerne d’autres personnes."),
            RightKind.Rectification => T("Corrigez la fiche, prévenez ceux qui ont reçu ces données, puis closez la demande."),
            RightKind.Restriction => T("La fiche est gelée : elle reste stockée, et rien d’autre."),
            RightKind.Objection => T("Plus aucun e-mail automatique, et chaque accord est retiré."),
            _ => await ErasureAsync(cancel),
        };
        return true;
    }

    private async Task<string> ErasureAsync(CancellationToken cancel)
    {
        if (await DecidedAsync(cancel) is not var (decision, keptUntil)) return "";
        return decision switch
        {
            Decision.Erase => T("Tout est effacé définitivement."),
            Decision.Restrict => T("Un mandat, un contrat ou un blocage court : ce qui sert au démarchage part maintenant, le reste suit à sa fin."),
            _ => keptUntil is { } until ? T($"Les contrats sont dus jusqu’au {Format.Date(until)} (décret 72-678) : ils passent en archive, le reste est effacé.") : T("Rien de plus ne peut partir maintenant."),
        };
    }
}
