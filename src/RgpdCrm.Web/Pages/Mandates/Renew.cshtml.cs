using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A later term of a running mandate.</summary>
public sealed class RenewModel(CrmDbContext db, AgencyClock clock) : EndPage<Mandate>(db, clock, EndChangeKind.Renewal);
