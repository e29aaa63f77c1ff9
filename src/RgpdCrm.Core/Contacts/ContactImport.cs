using System.Threading.Channels;
using Npgsql;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Retention;

namespace RgpdCrm.Core.Contacts;

/// <summary>What an import is asked to do.</summary>
/// <param name="RefusedFile">Where refused rows go: a file that does not exist yet; by default in the agency's storage folder, for 7 days.</param>
/// <param name="Approve">Typed number of people already due: approves their entry into the queue, and with it the deletion that follows.</param>
/// <param name="By">The account that imports; none on the command line.</param>
/// <param name="Preview">Says everything and writes nothing but the refused rows.</param>
public sealed record ImportOptions(string? RefusedFile = null, int? Approve = null, Guid? By = null, bool Preview = false);

/// <summary>What came of an import. Sentences name lines and columns, never people.</summary>
public sealed record ImportResult
{
    /// <summary>Why nothing at all was imported, in one French sentence; none when the import went through.</summary>
    public string? Refusal { get; init; }

    /// <summary>Rows read, without the header.</summary>
    public int Rows { get; init; }

    /// <summary>People created.</summary>
    public int Created { get; init; }

    /// <summary>Rows about someone already imported: only their missing mandates and contracts were added.</summary>
    public int AlreadyThere { get; init; }

    public int Refused { get; init; }

    /// <summary>File with the refused rows and the reasons; none when nothing was refused.</summary>
    public string? RefusedFile { get; init; }

    /// <summary>Mandates and contracts created.</summary>
    public int Obligations { get; init; }

    /// <summary>The first <see cref="ContactImport.MostWarnings"/> of <see cref="WarningCount"/>.</summary>
    public IReadOnlyList<ImportWarning> Warnings { get; init; } = [];

    public int WarningCount { get; init; }

    /// <summary>How many of the people created had objected to marketing: they come in, and stay out of mailings.</summary>
    public int Objected { get; init; }

    /// <summary>How many of the people created the next nightly run would put into the queue.</summary>
    public int DueTonight { get; init; }

    /// <summary>Those among them that the brake keeps back for later nights unless <see cref="ImportOptions.Approve"/> names <see cref="DueTonight"/>.</summary>
    public int KeptBack { get; init; }

    /// <summary>The number given counts for one approver; a second admin confirms on the jobs page.</summary>
    public bool SecondAdmin { get; init; }

    /// <summary>The number given counts for nothing: it needs a second admin, and another list waits for one already.</summary>
    public bool OtherListWaits { get; init; }

    public string Encoding { get; init; } = "";

    public char Separator { get; init; }
}

/// <summary>Something an admin should look at; nothing was refused for it.</summary>
public sealed record ImportWarning(int Line, string Text);

/// <summary>Brings a file of contacts in, in one transaction: all accepted rows or none. It never resets a clock: people come with the date
/// on which their data was really collected and the date of their last real contact. The same file twice creates nothing twice.</summary>
public sealed class ContactImport(string appConnectionString, AgencyClock clock, PersonalFiles files, Fingerprints fingerprints)
{
    /// <summary>Warnings listed one by one; the rest is counted.</summary>
    public const int MostWarnings = 1000;

    private const int ChunkRows = 4000;

    /// <summary>Imports a file; <paramref name="progress"/> hears how many rows are stored.</summary>
    /// <exception cref="NpgsqlException">The database cannot be reached or refuses; nothing was imported.</exception>
    public async Task<ImportResult> RunAsync(string file, ImportOptions options, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        try
        {
            var refusedFile = options.RefusedFile ?? files.NewPath("import-refuses");
            if (File.Exists(refusedFile)) throw new ImportRefusedException($"Le fichier {refusedFile} existe déjà : les lignes refusées vont dans un nouveau fichier.");
            using var source = await ImportFile.OpenAsync(file, cancel);
            using var refused = new RefusedRows(refusedFile, source.Header, source.Separator);
            return await StoreAsync(source, refused, options, progress, cancel);
        }
        catch (ImportRefusedException refusal)
        {
            return new ImportResult { Refusal = refusal.Message };
        }
    }

    private async Task<ImportResult> StoreAsync(ImportFile source, RefusedRows refused, ImportOptions options, IProgress<int>? progress, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection(appConnectionString);
        await connection.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var staging = new ImportStaging(transaction, clock.Today, new Act(options.By, clock.Now), fingerprints);
        await staging.BeginAsync(cancel);

        var warnings = new Warnings();
        foreach (var column in source.Header.Unknown) warnings.Add(1, $"colonne « {column} » inconnue : ignorée");
        var rows = new ImportRowReader(source.Header, clock.Today, await AgentsAsync(connection, cancel));

        // The next chunk is read while the database stores this one.
        var chunks = System.Threading.Channels.Channel.CreateBounded<List<ImportRow>>(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = Task.Run(() => ReadAsync(source, rows, refused, warnings, chunks.Writer, stop.Token), stop.Token);
        var accepted = 0;
        try
        {
            await foreach (var chunk in chunks.Reader.ReadAllAsync(cancel))
            {
                foreach (var line in await staging.StoreAsync(chunk, cancel))
                    warnings.Add(line, "le numéro de mandat ou de contrat est déjà celui d’un autre (type ou date différents) : non repris");
                accepted += chunk.Count;
                progress?.Report(accepted);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
        await reading;

        var due = await staging.DueAsync(NextRun, cancel);
        var (listed, count) = warnings.InOrder();
        var result = new ImportResult
        {
            Rows = accepted + refused.Count,
            Created = staging.Created,
            AlreadyThere = accepted - staging.Created,
            Refused = refused.Count,
            Obligations = staging.ObligationsCreated,
            Objected = await staging.ObjectedAsync(cancel),
            Warnings = listed,
            WarningCount = count,
            DueTonight = due.Count,
            KeptBack = Math.Max(0, due.Count - await staging.RoomAsync(NextRun, cancel)),
            Encoding = source.Encoding,
            Separator = source.Separator,
        };
        if (!options.Preview)
        {
            if (options.Approve is { } typed) result = await ApproveAsync(staging, due, result, typed, cancel);
            await staging.AuditAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        return result with { RefusedFile = refused.Keep() };
    }

    private static async Task ReadAsync(ImportFile source, ImportRowReader rows, RefusedRows refused, Warnings warnings, ChannelWriter<List<ImportRow>> chunks, CancellationToken cancel)
    {
        try
        {
            var chunk = new List<ImportRow>(ChunkRows);
            while (await source.ReadAsync(cancel) is { } cells)
            {
                if (source.Malformed) refused.Add(cells, "guillemets mal placés");
                else if (rows.Read(cells, source.Line) is { } row) chunk.Add(row);
                else refused.Add(cells, rows.Reason);
                foreach (var remark in rows.TakeRemarks()) warnings.Add(source.Line, remark);
                if (chunk.Count < ChunkRows) continue;
                await chunks.WriteAsync(chunk, cancel);
                chunk = new List<ImportRow>(ChunkRows);
            }
            if (chunk.Count > 0) await chunks.WriteAsync(chunk, cancel);
            chunks.Complete();
        }
        catch (Exception e)
        {
            chunks.Complete(e);
            throw;
        }
    }

    private static async Task<ImportResult> ApproveAsync(ImportStaging staging, IReadOnlyList<Guid> due, ImportResult result, int typed, CancellationToken cancel)
    {
        if (typed != due.Count)
            throw new ImportRefusedException($"Le nombre donné ({typed}) n’est pas celui des personnes qui entreraient dans la file ({due.Count}). Rien n’a été importé.");
        if (result.KeptBack == 0) return result;
        return await staging.ApproveAsync(due, cancel) switch
        {
            Approval.Given => result with { KeptBack = 0 },
            Approval.Proposed => result with { SecondAdmin = true },
            _ => result with { OtherListWaits = true },
        };
    }

    private static async Task<Dictionary<string, Guid>> AgentsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var agents = new Dictionary<string, Guid>(StringComparer.OrdinalIgnoreCase);
        await using var command = new NpgsqlCommand("SELECT email, id FROM accounts WHERE email IS NOT NULL AND role <> 'Ops'", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) agents[reader.GetString(0)] = reader.GetGuid(1);
        return agents;
    }

    // The nightly run starts at 04:00 of the agency's time.
    private DateOnly NextRun => clock.Local(clock.Now).Hour < 4 ? clock.Today : clock.Today.AddDays(1);

    /// <summary>Remarks of the reader and of the database, kept within bounds.</summary>
    private sealed class Warnings
    {
        private readonly List<ImportWarning> listed = [];
        private int count;

        public void Add(int line, string text)
        {
            lock (listed)
            {
                count++;
                if (listed.Count < MostWarnings) listed.Add(new ImportWarning(line, text));
            }
        }

        public (IReadOnlyList<ImportWarning> Listed, int Count) InOrder() => ([.. listed.OrderBy(w => w.Line)], count);
    }
}
