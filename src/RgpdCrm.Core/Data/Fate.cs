namespace RgpdCrm.Core.Data;

/// <summary>Says what becomes of a mapped property when the person it is about is erased.
/// Every mapped property carries exactly one; a test walks the model and the database catalogue.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public abstract class FateAttribute : Attribute;

/// <summary>Tells something about a person: gone with the person, everywhere.</summary>
public sealed class PersonalAttribute : FateAttribute;

/// <summary>Outlives the person because a text says so; <paramref name="because"/> names the text and the period.</summary>
public sealed class KeptAttribute(string because) : FateAttribute
{
    /// <summary>The text that asks for it and for how long.</summary>
    public string Because { get; } = because;
}

/// <summary>Tells nothing about a contact: technical keys, counts, states, random ids.</summary>
public sealed class NotPersonalAttribute : FateAttribute;

/// <summary>Declares how rows that hang on a contact leave. Erasure and archiving read it from the model,
/// so a new table without it fails a test instead of being forgotten.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeavesWithContactAttribute(AtArchiving atArchiving = AtArchiving.Destroyed) : Attribute
{
    /// <summary>What archiving does with the rows (retention.md, "Archive").</summary>
    public AtArchiving AtArchiving { get; } = atArchiving;
}

/// <summary>Declares that rows outlive the contact, cut loose from them (fingerprints, closed request files: 3 years).
/// The properties named in <paramref name="emptied"/> tell something about the person and are emptied when they go.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DetachedFromContactAttribute(params string[] emptied) : Attribute
{
    /// <summary>Nullable properties that go with the person.</summary>
    public IReadOnlyList<string> Emptied { get; } = emptied;
}

/// <summary>What archiving does with rows that hang on a contact.</summary>
public enum AtArchiving
{
    /// <summary>Not needed for the obligation: destroyed.</summary>
    Destroyed,

    /// <summary>Part of the identity or of its proof: stays in the archive.</summary>
    Kept,
}
