using System.Text;

namespace RgpdCrm.Web.Components;

/// <summary>Files for a spreadsheet, written row by row with flat memory.</summary>
public static class Csv
{
    /// <summary>Starts the answer: a download of that name.</summary>
    public static StreamWriter Begin(HttpResponse response, string name)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        // Spreadsheets recognise UTF-8 by its mark.
        return new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
    }

    /// <summary>One row.</summary>
    public static string Line(IEnumerable<string> cells) => string.Join(';', cells.Select(Cell)) + "\r\n";

    /// <summary>Every cell is quoted; one that a spreadsheet would take for a formula is marked as text.</summary>
    public static string Cell(string text)
    {
        var safe = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
