using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Erasure;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Obligations;

/// <summary>A PDF that belongs to a mandate or contract and is destroyed with it. The file lies in the agency's storage folder, never in the photo store.</summary>
public sealed class Document
{
    /// <summary>Bytes of the largest file: 20 MB.</summary>
    public const long MostBytes = 20 * 1024 * 1024;

    private const int NameLength = 200;
    private const int TailLength = 1024;

    [NotPersonal] public Guid Id { get; init; } = Guid.NewGuid();
    [NotPersonal] public Guid ObligationId { get; init; }

    /// <summary>Random name of the file: 32 hexadecimal digits.</summary>
    [MaxLength(32), NotPersonal] public required string Key { get; init; }

    /// <summary>What it is called, without its ending.</summary>
    [MaxLength(NameLength), Kept("with its mandate or contract: ten years after the end (code civil, article 2224; décret 72-678, article 53)")] public required string Name { get; init; }

    [NotPersonal] public long Bytes { get; init; }
    [NotPersonal] public DateTimeOffset AddedAt { get; init; }
    [NotPersonal] public Guid? AddedById { get; init; }

    /// <summary>Adds a PDF under the name its browser sent: its row first, then its file, so that no file is ever without a row.</summary>
    /// <exception cref="IOException">The storage folder cannot be written; nothing is left.</exception>
    public static async Task<Document> AddAsync(CrmDbContext db, DocumentFiles files, Guid obligationId, string fileName, Stream content, Act act, CancellationToken cancel = default)
    {
        var document = new Document { ObligationId = obligationId, Key = StoredFiles.NewKey(), Name = NameOf(fileName), Bytes = content.Length, AddedAt = act.At, AddedById = act.By };
        db.Documents.Add(document);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "document.added", "document", document.Id));
        await db.SaveChangesAsync(cancel);
        try
        {
            await files.WriteAsync(document.Key, content, cancel);
            return document;
        }
        catch
        {
            await document.RemoveAsync(db, act, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Removes the row and asks for the removal of the file, in one transaction.</summary>
    /// <exception cref="DbUpdateConcurrencyException">It was removed meanwhile.</exception>
    public async Task RemoveAsync(CrmDbContext db, Act act, CancellationToken cancel = default)
    {
        db.Documents.Remove(this);
        ObjectRemoval.Ask(db, StoredObject.Document, [Key], act.At);
        db.AuditEntries.Add(new AuditEntry(act.At, act.By, "document.removed", "document", Id));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Whether a file is a PDF by what it holds, whatever it is called: header at its first byte, end marker in its last 1,024 (ISO 32000-2, 7.5.2 and 7.5.5). Encrypted ones are.</summary>
    public static async Task<bool> IsPdfAsync(Stream file, CancellationToken cancel = default)
    {
        var (head, tail) = (new byte[5], new byte[(int)Math.Min(TailLength, file.Length)]);
        file.Position = 0;
        if (await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel) < head.Length) return false;
        file.Position = file.Length - tail.Length;
        await file.ReadExactlyAsync(tail, cancel);
        file.Position = 0;
        return head.AsSpan().SequenceEqual("%PDF-"u8) && tail.AsSpan().IndexOf("%%EOF"u8) >= 0;
    }

    /// <summary>What a file is called once no folder, no ending, no control character and no sign that a system reserves is left: safe to show and to save under.</summary>
    public static string NameOf(string fileName)
    {
        var last = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        if (last.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase)) last = last[..^4];
        var clean = new StringBuilder();
        foreach (var rune in last.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > NameLength) break;
            clean.Append(!PlainText.Allows(rune) ? " " : ":*?\"<>|".Contains(rune.ToString(), StringComparison.Ordinal) ? "-" : rune.ToString());
        }
        return clean.ToString().Trim(' ', '.') is { Length: > 0 } name ? name : "Document";
    }
}

internal sealed class DocumentConfiguration : IEntityTypeConfiguration<Document>
{
    public void Configure(EntityTypeBuilder<Document> document)
    {
        document.HasOne<Obligation>().WithMany().HasForeignKey(d => d.ObligationId).OnDelete(DeleteBehavior.Restrict);
        document.HasIndex(d => d.Key).IsUnique();
    }
}
