using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;

namespace RgpdCrm.Web.Pages.Mandates;

/// <summary>A mandate whose purpose is reached.</summary>
public sealed class CompleteModel(CrmDbContext db, AgencyClock clock) : EndPage<Mandate>(db, clock, EndChangeKind.Completion);
