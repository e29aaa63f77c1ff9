using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Web.Pages.Mandates;

namespace RgpdCrm.Web.Pages.Contracts;

/// <summary>A contract's end; a lease's may lie ahead once notice was given.</summary>
public sealed class CompleteModel(CrmDbContext db, AgencyClock clock) : EndPage<Contract>(db, clock, EndChangeKind.Completion);
