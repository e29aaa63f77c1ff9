namespace RgpdCrm.Core.Backups;

/// <summary>A backup could not be taken, read or restored; the screens put the fault into words.</summary>
public sealed class BackupException(BackupFault fault, Exception? inner = null) : Exception(fault.ToString(), inner)
{
    /// <summary>Why.</summary>
    public BackupFault Fault { get; } = fault;
}

/// <summary>Why a backup could not be taken, read or restored.</summary>
public enum BackupFault
{
    /// <summary>The file of keys is missing, closed to us or not such a file.</summary>
    NoKey,

    /// <summary>The key that sealed it is not in the file.</summary>
    WrongKey,

    /// <summary>Its bytes are not those that were written.</summary>
    Damaged,

    /// <summary>It is no backup of this product, or there is none of that name.</summary>
    NotABackup,

    /// <summary>PostgreSQL's own client is missing.</summary>
    NoClient,

    /// <summary>PostgreSQL's own client is older than the server.</summary>
    OldClient,

    /// <summary>PostgreSQL's own client failed.</summary>
    ClientFailed,

    /// <summary>The place for backups refuses, is full or does not answer.</summary>
    StoreFailed,

    /// <summary>The listing that followed lacked something.</summary>
    Incomplete,

    /// <summary>The database it should fill holds something already.</summary>
    NotEmpty,

    /// <summary>A later version of this product wrote it.</summary>
    NewerVersion,

    /// <summary>The database does not answer, or refuses.</summary>
    DatabaseFailed,

    /// <summary>Its process died on the way.</summary>
    Interrupted,

    /// <summary>The clock jumped, and nobody has said yet that it is right: nothing is deleted by it.</summary>
    ClockDoubted,
}
