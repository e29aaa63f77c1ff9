using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Outside;

/// <summary>One line of the register outside the database. Nothing in it names anyone: hashes of random ids, keyed fingerprints, words of closed lists, dates and numbers.</summary>
public sealed record OutsideLine
{
    /// <summary>Position in the chain, from 1, without a gap.</summary>
    public long Number { get; init; }

    public DateTimeOffset At { get; init; }
    public OutsideKind Kind { get; init; }

    /// <summary>Which act: an intent and the confirmation that closes it have the same.</summary>
    public Guid Act { get; init; }

    /// <summary>Number of the latest entry of the database's ledger that is known out here.</summary>
    public long Ledger { get; init; }

    /// <summary>What sets it off, of an intent.</summary>
    public Trigger? Trigger { get; init; }

    /// <summary>Category of its records, as the ledger names it, of an intent.</summary>
    public string? Category { get; init; }

    /// <summary>SHA-256 of the ids that may be destroyed, in hexadecimal, of an intent.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>What protects or restrains: holds, objections, withdrawals, rules. Of an intent, what stands unless a later line says otherwise.</summary>
    public IReadOnlyList<OutsideFact>? Facts { get; init; }

    /// <summary>Entries of the database's ledger, whole, so that a restored one goes on with them.</summary>
    public IReadOnlyList<LedgerEntry>? Entries { get; init; }

    /// <summary>Hash of the line before, in hexadecimal.</summary>
    public string Previous { get; init; } = "";

    private const string Ending = ",\"hash\":\"";
    private const int HashLength = 64, EndingLength = 9 + HashLength + 2;
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The line as it is written, with its own hash at the end: SHA-256 over the text before it, which holds the hash of the line before.</summary>
    internal (string Text, string Hash) Write()
    {
        var body = JsonSerializer.Serialize(this, Compact)[..^1];
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        return ($"{body}{Ending}{hash}\"}}", hash);
    }

    /// <summary>Reads a line; none when it is not one that was written here.</summary>
    internal static (OutsideLine Line, string Hash)? Read(string text)
    {
        if (text.Length <= EndingLength || text[^EndingLength..^(HashLength + 2)] != Ending) return null;
        var (body, hash) = (text[..^EndingLength], text[^(HashLength + 2)..^2]);
        if (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))) != hash) return null;
        return JsonSerializer.Deserialize<OutsideLine>(body + "}", Compact) is { } line ? (line, hash) : null;
    }

    /// <summary>What the register keeps of an id, as it is written here.</summary>
    public static string HashOf(Guid id) => Convert.ToHexStringLower(PersonErasure.HashOf(id));
}

/// <summary>What a line is.</summary>
public enum OutsideKind
{
    /// <summary>The first line of a chain; its random act makes the chain unlike any other.</summary>
    Begun,

    /// <summary>Something is about to be done; written and on the disk before the transaction opens.</summary>
    Intent,

    /// <summary>What was really done, after the commit.</summary>
    Done,

    /// <summary>A backup was restored and brought up to date with the lines before: intents before it are settled.</summary>
    Restored,
}

/// <summary>A fact that a restored database must know again, as it stands now: the last one about the same thing counts.</summary>
/// <param name="Kind">hold, objection, consent, subscription, policy, account, key.</param>
/// <param name="Data">Its columns; ids as hashes.</param>
public sealed record OutsideFact(string Kind, JsonElement Data)
{
    /// <summary>A fact of these columns.</summary>
    public static OutsideFact Of(string kind, object data) => new(kind, JsonSerializer.SerializeToElement(data));
}

/// <summary>What is about to be done.</summary>
/// <param name="Trigger">What sets it off.</param>
/// <param name="Category">Category of the records, as the ledger names it.</param>
/// <param name="Subjects">Whom it may destroy.</param>
/// <param name="Facts">What it will make stand.</param>
public sealed record Intent(Trigger Trigger, string Category, IReadOnlyList<Guid> Subjects, params IReadOnlyList<OutsideFact> Facts);
