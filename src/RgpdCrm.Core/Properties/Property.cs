using System.ComponentModel.DataAnnotations;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Properties;

/// <summary>A property the agency sells or lets, in short form. It goes with its last mandate or contract, or 24 months after its last change.</summary>
public sealed class Property
{
    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [MaxLength(40), NotPersonal] public required string Reference { get; init; }
    [MaxLength(60), NotPersonal] public string Kind { get; init; } = "";
    [MaxLength(300), Kept("with its last mandate or contract; without one, 24 months after the last change")] public string Address { get; init; } = "";
    [NotPersonal] public decimal? Price { get; init; }
    [NotPersonal] public DateOnly ChangedOn { get; init; }
}
