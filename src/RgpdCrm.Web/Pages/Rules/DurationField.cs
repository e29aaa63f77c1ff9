namespace RgpdCrm.Web.Pages.Rules;

/// <summary>A number with its unit, and the value in force beside it.</summary>
/// <param name="Name">Property of <see cref="RulesInput"/>.</param>
/// <param name="Value">As typed, or as stored.</param>
/// <param name="Unit">Written after the number.</param>
/// <param name="Hint">Written under it.</param>
public sealed record DurationField(string Name, int? Value, string Unit, string Hint);
