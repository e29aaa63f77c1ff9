using System.Text;
using CsvHelper;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Core.Contacts;

/// <summary>A CSV file as people's tools write it: separator and encoding are found, columns are recognised by their French or English names.</summary>
internal sealed class ImportFile : IDisposable
{
    private const int LongestRow = 1 << 18;
    private readonly CsvReader reader;
    private readonly HashSet<long> malformed;

    private ImportFile(CsvReader reader, HashSet<long> malformed, string encoding, char separator)
    {
        (this.reader, this.malformed, Encoding, Separator) = (reader, malformed, encoding, separator);
        Header = ImportHeader.Read(Cells());
    }

    public ImportHeader Header { get; }

    /// <summary><c>UTF-8</c> or <c>Windows-1252</c>.</summary>
    public string Encoding { get; }

    public char Separator { get; }

    /// <summary>Line of the file on which the current row starts; the header is line 1.</summary>
    public int Line => (int)reader.LineNumber;

    /// <summary>The quotes of the current row do not fit together.</summary>
    public bool Malformed => malformed.Contains(reader.LineNumber);

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="ImportRefusedException">It cannot be read, is no CSV text, or its header is not usable.</exception>
    public static async Task<ImportFile> OpenAsync(string path, CancellationToken cancel)
    {
        CsvReader? reader = null;
        try
        {
            var encoding = await EncodingOfAsync(path, cancel);
            var separator = SeparatorOf(File.ReadLines(path, encoding).FirstOrDefault() ?? "");
            var malformed = new HashSet<long>();
            reader = CsvReader.Create(new StreamReader(path, encoding, detectEncodingFromByteOrderMarks: true), new CsvReaderOptions
            {
                Separator = separator,
                HasHeader = false,
                MaxRecordSize = LongestRow,
                TrackLineNumbers = true,
                IncludeValuesInExceptions = false,
                OnMalformedRecord = record =>
                {
                    if (record.Reason == CsvMalformedReason.UnterminatedQuote) throw Unclosed(record.LineNumber);
                    if (record.Reason != CsvMalformedReason.StrayQuote) malformed.Add(record.LineNumber);
                },
            });
            if (!await reader.ReadAsync(cancel)) throw new ImportRefusedException("Le fichier est vide.");
            return new ImportFile(reader, malformed, encoding is UTF8Encoding ? "UTF-8" : "Windows-1252", separator);
        }
        catch (Exception e)
        {
            reader?.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw new ImportRefusedException("Le fichier n’existe pas ou ne peut pas être lu.");
            if (e is CsvFormatException) throw Unclosed(1);
            throw;
        }
    }

    /// <summary>The next row's cells, or nothing at the end.</summary>
    /// <exception cref="ImportRefusedException">The file is broken in a way that hides where rows end. The parser's own message would quote the row.</exception>
    public async Task<string[]?> ReadAsync(CancellationToken cancel)
    {
        try
        {
            while (await reader.ReadAsync(cancel))
            {
                // Spreadsheets leave rows of separators behind.
                if (Cells() is var cells && !cells.All(string.IsNullOrWhiteSpace)) return cells;
            }
            return null;
        }
        catch (CsvFormatException e)
        {
            throw Unclosed(e.LineNumber);
        }
    }

    public void Dispose() => reader.Dispose();

    private string[] Cells()
    {
        var cells = new string[reader.FieldCount];
        for (var i = 0; i < cells.Length; i++) cells[i] = reader.GetString(i);
        return cells;
    }

    private static ImportRefusedException Unclosed(long? line) =>
        new($"Le fichier est mal formé à partir de la ligne {line} : un guillemet n’est sans doute pas fermé. Rien n’a été importé.");

    private static async Task<Encoding> EncodingOfAsync(string path, CancellationToken cancel)
    {
        await using var bytes = File.OpenRead(path);
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        var decoder = strict.GetDecoder();
        var block = new byte[1 << 16];
        var text = new char[strict.GetMaxCharCount(block.Length)];
        try
        {
            while (await bytes.ReadAsync(block, cancel) is > 0 and var read)
            {
                if (block.AsSpan(0, read).Contains((byte)0)) throw new ImportRefusedException("Ce n’est pas un fichier CSV en UTF-8 ou Windows-1252.");
                decoder.GetChars(block, 0, read, text, 0, flush: false);
            }
            decoder.GetChars([], 0, 0, text, 0, flush: true);
            return strict;
        }
        catch (DecoderFallbackException)
        {
            System.Text.Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return System.Text.Encoding.GetEncoding(1252);
        }
    }

    private static char SeparatorOf(string header) => header.Count(c => c == ';') >= header.Count(c => c == ',') ? ';' : ',';
}

/// <summary>Which cell holds what.</summary>
internal sealed class ImportHeader
{
    private readonly string[] names;
    private readonly Dictionary<Field, int[]> cells;

    private ImportHeader(string[] names, Dictionary<Field, int[]> cells) => (this.names, this.cells) = (names, cells);

    public int Width => names.Length;

    /// <summary>Names to repeat in the file of refused rows: without the reasons of an earlier import.</summary>
    public IEnumerable<string> OriginalNames => Original(names);

    /// <summary>Columns nobody knows, by name: a header with the required columns holds names, not people.</summary>
    public IEnumerable<string> Unknown => names.Where((_, i) => !cells.Values.Any(c => c.Contains(i)));

    /// <summary>Recognises the columns.</summary>
    /// <exception cref="ImportRefusedException">A required column is missing or one is there twice. What the line holds is not repeated:
    /// without a header it is someone's data.</exception>
    public static ImportHeader Read(string[] names)
    {
        var cells = names
            .Select((name, i) => (Field: FieldNames.Of(name), Cell: i))
            .Where(c => c.Field is not null)
            .GroupBy(c => c.Field!.Value, c => c.Cell)
            .ToDictionary(g => g.Key, g => g.ToArray());

        List<string> missing = [];
        if (!cells.ContainsKey(Field.CollectedOn)) missing.Add("collecte_le");
        if (!cells.ContainsKey(Field.LastName) && !cells.ContainsKey(Field.Organisation)) missing.Add("nom ou organisation");
        if (missing.Count > 0) throw new ImportRefusedException($"Colonne obligatoire absente de l’en-tête : {string.Join(", ", missing)}. Rien n’a été importé.");

        var twice = cells.Where(c => c.Value.Length > 1 && c.Key is not (Field.Emails or Field.Phones)).Select(c => FieldNames.French(c.Key)).ToList();
        if (twice.Count > 0) throw new ImportRefusedException($"Colonne présente plusieurs fois dans l’en-tête : {string.Join(", ", twice)}. Rien n’a été importé.");
        return new ImportHeader(names, cells);
    }

    /// <summary>Text of one column, trimmed, without the apostrophe that kept a spreadsheet from running it; empty when it is not there.</summary>
    public string Text(string[] row, Field field) => Texts(row, field).FirstOrDefault() ?? "";

    /// <summary>Texts of a column that may be there several times, those that say something.</summary>
    public IEnumerable<string> Texts(string[] row, Field field) =>
        cells.GetValueOrDefault(field, []).Where(i => i < row.Length).Select(i => Unguard(row[i]).Trim()).Where(t => t.Length > 0);

    /// <summary>The cells of a row under <see cref="OriginalNames"/>.</summary>
    public IEnumerable<string> Original(string[] row)
    {
        var reason = cells.GetValueOrDefault(Field.Reason, []);
        return row.Where((_, i) => !reason.Contains(i));
    }

    private static string Unguard(string cell) => cell is ['\'', '=' or '+' or '-' or '@' or '\t' or '\r', ..] ? cell[1..] : cell;
}

/// <summary>What a column may hold. The names of the columns are in docs/import.md.</summary>
internal enum Field
{
    LastName,
    FirstName,
    Organisation,
    Siren,
    Kind,
    Roles,
    Emails,
    Phones,
    Street,
    PostalCode,
    City,
    CollectedOn,
    Source,
    LastContactOn,
    LastContactBy,
    Agent,
    MandateNumber,
    MandateKind,
    MandateOn,
    MandateEnd,
    ContractNumber,
    ContractKind,
    ContractOn,
    ContractEnd,
    Reason,
}

/// <summary>The names under which columns are known, French first. Accents, case, spaces and underscores do not matter.</summary>
internal static class FieldNames
{
    private static readonly Dictionary<Field, string[]> All = new()
    {
        [Field.LastName] = ["nom", "last_name", "nom_de_famille", "surname"],
        [Field.FirstName] = ["prenom", "first_name"],
        [Field.Organisation] = ["organisation", "organization", "societe", "company"],
        [Field.Siren] = ["siren"],
        [Field.Kind] = ["type", "kind"],
        [Field.Roles] = ["roles", "role"],
        [Field.Emails] = ["email", "emails", "courriel", "courriels", "mail", "email_2"],
        [Field.Phones] = ["telephone", "telephones", "phone", "phones", "tel", "mobile", "portable", "telephone_2", "phone_2"],
        [Field.Street] = ["adresse", "address", "rue", "street"],
        [Field.PostalCode] = ["code_postal", "postal_code", "cp", "zip"],
        [Field.City] = ["ville", "city"],
        [Field.CollectedOn] = ["collecte_le", "collected_on", "date_de_collecte", "cree_le", "created_on"],
        [Field.Source] = ["source", "origine"],
        [Field.LastContactOn] = ["dernier_contact_le", "last_contact_on", "dernier_contact"],
        [Field.LastContactBy] = ["dernier_contact_initiateur", "last_contact_by"],
        [Field.Agent] = ["responsable", "agent"],
        [Field.MandateNumber] = ["mandat_numero", "mandate_number"],
        [Field.MandateKind] = ["mandat_type", "mandate_type"],
        [Field.MandateOn] = ["mandat_date", "mandate_date"],
        [Field.MandateEnd] = ["mandat_fin", "mandate_end"],
        [Field.ContractNumber] = ["contrat_numero", "contract_number"],
        [Field.ContractKind] = ["contrat_type", "contract_type"],
        [Field.ContractOn] = ["contrat_date", "contract_date"],
        [Field.ContractEnd] = ["contrat_fin", "contract_end"],
        [Field.Reason] = ["motif"],
    };

    private static readonly Dictionary<string, Field> ByName =
        All.SelectMany(f => f.Value.Select(name => (Key: Plain(name), Field: f.Key))).ToDictionary(f => f.Key, f => f.Field);

    /// <summary>The column meant by a header cell, or nothing.</summary>
    public static Field? Of(string name) => ByName.TryGetValue(Plain(name), out var field) ? field : null;

    /// <summary>The name people are told.</summary>
    public static string French(Field field) => All[field][0];

    private static string Plain(string name) => string.Concat(ContactName.Fold(name).Where(char.IsAsciiLetterOrDigit));
}

/// <summary>The rows an import refused, with the reasons, in a form that can be corrected in a spreadsheet and imported again.
/// It takes its final name only once the import is committed.</summary>
internal sealed class RefusedRows(string path, ImportHeader header, char separator) : IDisposable
{
    private readonly string unfinished = path + ".en-cours";
    private CsvWriter? writer;

    public int Count { get; private set; }

    /// <summary>Adds a row; the file appears with the first one.</summary>
    public void Add(string[] row, string reason)
    {
        writer ??= Begin();
        writer.WriteRecord([.. header.Original([.. row, .. Enumerable.Repeat("", Math.Max(0, header.Width - row.Length))]), reason]);
        Count++;
    }

    /// <summary>Gives the file its name. Returns its path, or nothing when no row was refused.</summary>
    public string? Keep()
    {
        if (writer is null) return null;
        writer.Dispose();
        writer = null;
        File.Move(unfinished, path);
        return path;
    }

    public void Dispose()
    {
        writer?.Dispose();
        if (File.Exists(unfinished)) File.Delete(unfinished);
    }

    // Cells that a spreadsheet would take for formulas get an apostrophe in front (CWE-1236); import takes it off again.
    private CsvWriter Begin()
    {
        writer = CsvWriter.Create(Create(), new CsvWriterOptions
        {
            Separator = separator,
            Injection = CsvInjection.Escape,
            ValidateFieldCount = false,
            WriteByteOrderMark = true,
        });
        writer.WriteRecord([.. header.OriginalNames, FieldNames.French(Field.Reason)]);
        return writer;
    }

    private FileStream Create()
    {
        try
        {
            // Of an import that was killed.
            if (File.Exists(unfinished)) File.Delete(unfinished);
            return PersonalFiles.Create(unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportRefusedException($"Le fichier des lignes refusées ne peut pas être écrit : {path}. Rien n’a été importé.");
        }
    }
}

/// <summary>The whole file is refused; the sentence says why and holds nothing personal.</summary>
internal sealed class ImportRefusedException(string sentence) : Exception(sentence);
