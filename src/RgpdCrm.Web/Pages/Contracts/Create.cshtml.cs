using Microsoft.AspNetCore.Mvc;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Contacts;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Contracts;

/// <summary>A new contract with its parties, each on their side.</summary>
public sealed class CreateModel(CrmDbContext db, AgencyClock clock) : SigningPage(db, clock)
{
    /// <summary>The sides a contract may have.</summary>
    public static IReadOnlyList<Side> Sides { get; } = [Side.Seller, Side.Buyer, Side.Landlord, Side.Tenant];

    [BindProperty] public ContractInput Input { get; set; } = new();

    protected override void Begin()
    {
        Input.SignedOn = Today;
        Parties.As = Side.Seller;
        foreach (var party in Parties.Chosen) party.Side = Side.Seller;
    }

    protected override void Check()
    {
        if (Input.Kind is not { } kind || !Enum.IsDefined(kind)) Say("Input.Kind", T("Choisissez la sorte de contrat."));
        if (Input.SignedOn is null) Say("Input.SignedOn", T("Indiquez la date de signature."));
        if (string.IsNullOrWhiteSpace(Input.Reference)) Say("Input.Reference", ObligationWords.Refused(ObligationRefusal.ReferenceMissing));
    }

    protected override Task<ObligationResult> TryAsync(Act act, bool preview)
    {
        var signedOn = Input.SignedOn!.Value;
        var entry = new ContractEntry(Input.Kind!.Value, Input.Reference?.Trim() ?? "", Property.Id, signedOn, Input.StartsOn ?? signedOn, Input.TermOn, Parties.ToSignatories());
        return preview ? entry.PreviewAsync(Db, act, Today) : entry.CreateAsync(Db, act, Today);
    }

    protected override Task<IActionResult> DoneAsync(ObligationResult result)
    {
        TempData["Message"] = T($"Le contrat est enregistré. {ObligationWords.Effects(result.Effects, Today)}");
        return Task.FromResult<IActionResult>(RedirectToPage("Details", new { id = result.Id }));
    }
}

/// <summary>A contract as the form posts it.</summary>
public sealed class ContractInput
{
    public ContractKind? Kind { get; set; }
    [LengthOf(typeof(Obligation), nameof(Obligation.Reference)), PlainText] public string? Reference { get; set; }
    public DateOnly? SignedOn { get; set; }
    public DateOnly? StartsOn { get; set; }
    public DateOnly? TermOn { get; set; }
}
