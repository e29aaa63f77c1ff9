using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Backups;
using RgpdCrm.Core.Data;

namespace RgpdCrm.Core.Outside;

/// <summary>The register outside the database, copied beside the backups: one sealed object a month, replaced when the month has new lines. What is there says what is missing, so nothing has to be remembered;
/// the age killer leaves these objects alone, and so does this version: lines are kept longer than any backup.</summary>
public sealed class OutsideCopy(OutsideLedger outside, IBackupStore store, BackupSettings settings)
{
    private const string Prefix = "ledger/";

    /// <summary>Confirms what the database did, then copies every month that has lines which the place of the backups lacks.</summary>
    /// <returns>How many months were copied.</returns>
    /// <exception cref="BackupException">The place for backups refuses, or there is no key.</exception>
    /// <exception cref="OutsideLedgerException">The register cannot be written, or lacks lines that its copy has.</exception>
    public async Task<int> RunAsync(CrmDbContext db, CancellationToken cancel = default)
    {
        var (listed, here, last) = (await NamesAsync(cancel), ChainHere(), await outside.LastAsync(cancel));
        // A folder that forgot lines is no reason for its copy to forget them.
        if (listed.Any(o => ChainOf(o) == here && NumberOf(o) > last)) throw new OutsideLedgerException(new InvalidDataException("The folder knows less than its copy."));
        await outside.SettleAsync(db, cancel);
        if (outside.Segments() is not { Count: > 0 } segments) return 0;
        var (key, chain, copied) = (BackupKeys.Read(settings.KeyFile).Newest, ChainHere(), 0);
        foreach (var segment in segments)
        {
            var month = $"{Prefix}{chain}/{Path.GetFileNameWithoutExtension(segment)}/";
            var lines = await WholeLinesAsync(segment, cancel);
            if (OutsideHistory.Read([lines]).Lines is not [.., var newest]) continue;
            var name = $"{month}{newest.Number.ToString("D12", CultureInfo.InvariantCulture)}-{key.Id}.pgp";
            if (listed.Any(o => o.Name == name)) continue;
            await store.WriteAsync(name, to => BackupSeal.SealAsync(to, key, sealing => sealing.WriteAsync(lines, cancel).AsTask()), cancel);
            copied++;
            // Only now that the longer one is there.
            await store.DeleteAsync([.. listed.Select(o => o.Name).Where(former => former.StartsWith(month, StringComparison.Ordinal))], cancel);
        }
        return copied;
    }

    /// <summary>The register to restore with: the local one, unless it is missing, damaged or shorter than its copy, which then takes its place.</summary>
    /// <exception cref="BackupException">The place for backups refuses.</exception>
    /// <exception cref="OutsideLedgerException">The register cannot be read, or its copy not be put into its place.</exception>
    public async Task<OutsideHistory> FindAsync(CancellationToken cancel = default)
    {
        var local = (await OutsideHistory.ReadAsync(outside.Segments(), cancel)).FromItsBeginning();
        var files = await FetchAsync(ChainHere(), cancel);
        var copy = OutsideHistory.Read(files.Values).FromItsBeginning();
        if (copy.Fault is not null || local.Fault is null && local.Lines.Count >= copy.Lines.Count || local.Lines.Count > copy.Lines.Count) return local;
        await outside.PutAsideAsync(cancel);
        await outside.FillAsync(files, cancel);
        return copy;
    }

    // Of the chain that began last, unless this one is there.
    private async Task<SortedDictionary<string, byte[]>> FetchAsync(string chain, CancellationToken cancel)
    {
        var (listed, files) = (await NamesAsync(cancel), new SortedDictionary<string, byte[]>(StringComparer.Ordinal));
        if (!listed.Any(o => ChainOf(o) == chain)) chain = listed.Select(ChainOf).Max(StringComparer.Ordinal) ?? chain;
        foreach (var month in listed.Where(o => ChainOf(o) == chain).GroupBy(o => o.Name.Split('/')[2]))
        {
            var longest = month.Select(o => o.Name).Max(StringComparer.Ordinal)!;
            await using var sealedFile = await store.OpenReadAsync(longest, cancel) ?? throw new BackupException(BackupFault.Damaged);
            var content = new MemoryStream();
            await BackupSeal.OpenAsync(sealedFile, BackupKeys.Read(settings.KeyFile).Find(Path.GetFileNameWithoutExtension(longest).Split('-', 2)[1]), clear => clear.CopyToAsync(content, cancel));
            files[month.Key + OutsideLedger.Extension] = content.ToArray();
        }
        return files;
    }

    private async Task<List<BackedUpObject>> NamesAsync(CancellationToken cancel) =>
        [.. (await store.ListAsync(cancel)).Where(o => o.Whole && o.Name.StartsWith(Prefix, StringComparison.Ordinal) && o.Name.EndsWith(".pgp", StringComparison.Ordinal) && o.Name.Split('/').Length == 4)];

    private static long NumberOf(BackedUpObject copied) => long.TryParse(copied.Name.Split('/')[3].Split('-')[0], CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string ChainOf(BackedUpObject copied) => copied.Name.Split('/')[1];

    // When the chain began, and the hash of its first line, which holds a random number.
    private string ChainHere() => outside.First() is var (line, hash) ? $"{line.At.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}-{hash[..12]}" : "0";

    private static async Task<byte[]> WholeLinesAsync(string segment, CancellationToken cancel)
    {
        await using var file = new FileStream(segment, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new MemoryStream();
        await file.CopyToAsync(content, cancel);
        var bytes = content.ToArray();
        return bytes[..(Array.LastIndexOf(bytes, (byte)'\n') + 1)];
    }
}
