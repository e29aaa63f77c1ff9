using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A new mandate, under the register's next number.</summary>
public sealed class CreateModel(CrmDbContext db, AgencyClock clock) : SigningPage(db, clock)
{
    [BindProperty] public MandateInput Input { get; set; } = new();

    protected override void Begin() => Input.SignedOn = Today;

    protected override void Check()
    {
        if (Input.Kind is not { } kind || !Enum.IsDefined(kind)) Say("Input.Kind", T("Choisissez la nature du mandat."));
        if (Input.SignedOn is null) Say("Input.SignedOn", T("Indiquez la date de signature."));
        if (Input.TermOn is null) Say("Input.TermOn", ObligationWords.Refused(ObligationRefusal.TermMissing));
    }

    protected override Task<ObligationResult> TryAsync(Act act, bool preview)
    {
        var signedOn = Input.SignedOn!.Value;
        var entry = new MandateEntry(Input.Kind!.Value, Input.Exclusive, Property.Id, signedOn, Input.StartsOn ?? signedOn, Input.TermOn,
            [.. Parties.ToSignatories().Select(p => p with { Side = Side.Principal })]);
        return preview ? entry.PreviewAsync(Db, act, Today) : entry.CreateAsync(Db, act, Today);
    }

    protected override async Task<IActionResult> DoneAsync(ObligationResult result)
    {
        var number = await Db.Mandates.Where(m => m.Id == result.Id).Select(m => m.RegisterNumber).SingleAsync();
        TempData["Message"] = T($"Le mandat est inscrit au registre sous le numéro {number}. {ObligationWords.Effects(result.Effects, Today)}");
        return RedirectToPage("Details", new { id = result.Id });
    }
}

/// <summary>A mandate as the form posts it; its number is nobody's to choose.</summary>
public sealed class MandateInput
{
    public MandateKind? Kind { get; set; }
    public bool Exclusive { get; set; }
    public DateOnly? SignedOn { get; set; }
    public DateOnly? StartsOn { get; set; }
    public DateOnly? TermOn { get; set; }
}
