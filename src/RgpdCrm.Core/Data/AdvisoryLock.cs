namespace RgpdCrm.Core.Data;

/// <summary>PostgreSQL advisory locks of this product: one number, one meaning.</summary>
public enum AdvisoryLock : long
{
    /// <summary>One nightly run at a time; held by the run's own connection.</summary>
    Run = 7_203_001,

    /// <summary>Appending to the ledger: the chain has one end.</summary>
    Ledger = 7_203_002,

    /// <summary>Taking the next number of the register of mandates.</summary>
    Register = 7_203_003,

    /// <summary>Sending the outbox: one process at a time, on a connection of its own, so that no mail is in two hands.</summary>
    Mails = 7_203_004,

    /// <summary>Publishing rules: one version follows another.</summary>
    Rules = 7_203_011,

    /// <summary>Changing accounts: an enabled admin always remains.</summary>
    Accounts = 7_203_012,
}
