using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A mandate's end before its term, by the will of one side.</summary>
public sealed class RevokeModel(CrmDbContext db, AgencyClock clock) : EndPage<Mandate>(db, clock, EndChangeKind.Revocation);
