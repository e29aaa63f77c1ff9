using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Contracts;

/// <summary>A later term of a running contract: an amendment, or a lease that goes on.</summary>
public sealed class RenewModel(CrmDbContext db, AgencyClock clock) : EndPage<Contract>(db, clock, EndChangeKind.Renewal);
