using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Rights;
using RgpdCrm.Web.Components;
using RgpdCrm.Web.Hosting;

namespace RgpdCrm.Web.Pages.Requests;

/// <summary>Writes the package while it is downloaded, row by row: nothing of it is stored, memory stays flat. A page to read, tables, JSON, documents, photos of one's own properties.</summary>
public sealed class PackageWriter(CrmDbContext db, DocumentFiles documents, PhotoFiles photos, Agency agency, AgencyClock clock, IWebHostEnvironment site)
{
    private const string Sheet = "package.css", Start =
        """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><link rel="stylesheet" href="package.css"></head><body>""";

    /// <summary>The answer that streams it.</summary>
    public IActionResult Download(Guid requestId, Guid contactId) => new Streamed(this, requestId, contactId);

    private async Task WriteAsync(Stream output, Guid requestId, Guid contactId, CancellationToken cancel)
    {
        var leftOut = await db.RightsRequests.Where(r => r.Id == requestId).Select(r => r.LeftOut).SingleAsync(cancel);
        var tables = PersonData.Of(db.Model);
        await using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        await PageAsync(zip, tables, contactId, leftOut, cancel);
        await JsonAsync(zip, tables, contactId, leftOut, cancel);
        foreach (var table in tables)
        {
            await using var sheet = new StreamWriter(zip.CreateEntry($"csv/{table.Name}.csv").Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            await sheet.WriteAsync(Csv.Line(table.Columns));
            await foreach (var row in PersonData.RowsAsync(db, table, contactId, leftOut, cancel)) await sheet.WriteAsync(Csv.Line(row.Select(c => c ?? "")));
        }
        await CopyAsync(zip, site.WebRootFileProvider.GetFileInfo(Sheet).CreateReadStream(), Sheet, cancel);
        await FilesAsync(zip, contactId, cancel);
    }

    private async Task PageAsync(ZipArchive zip, IReadOnlyList<PersonData.Table> tables, Guid contactId, Guid[] leftOut, CancellationToken cancel)
    {
        await using var page = new StreamWriter(zip.CreateEntry("index.html").Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var title = Encoded(T("Vos données"));
        await page.WriteAsync(Start.Replace("{lang}", Languages.Current, StringComparison.Ordinal).Replace("{title}", title, StringComparison.Ordinal));
        await page.WriteAsync($"<h1>{title}</h1><p>{Encoded($"{agency.Name}, {agency.City}, {Format.Date(clock.Today)}")}</p>");
        await page.WriteAsync($"<p>{Encoded(T("Ces données servent à vous proposer des biens, à suivre vos mandats et contrats et à respecter la loi. Elles viennent de vous ou de nos échanges, l’agence et ses prestataires les reçoivent, et la notice de l’agence dit combien de temps elles sont gardées. Vous pouvez les faire corriger, effacer ou geler, vous opposer à leur usage, et saisir la CNIL."))}</p>");
        foreach (var table in tables)
        {
            var started = false;
            await foreach (var row in PersonData.RowsAsync(db, table, contactId, leftOut, cancel))
            {
                if (!started) await page.WriteAsync($"<h2>{Encoded(Format.Sentence(Words.Table(table.Name, 2)))}</h2>");
                started = true;
                // One row a card: a person reads names and values, not columns.
                await page.WriteAsync($"<dl>{string.Concat(table.Columns.Zip(row).Where(c => !string.IsNullOrEmpty(c.Second) && c.Second is not "{}").Select(c => $"<dt>{Encoded(PackageWords.Column(c.First))}</dt><dd>{Encoded(PackageWords.Value(table.Name, c.First, c.Second!))}</dd>"))}</dl>");
                await page.FlushAsync(cancel);
            }
        }
        await page.WriteAsync("</body></html>");
    }

    private async Task JsonAsync(ZipArchive zip, IReadOnlyList<PersonData.Table> tables, Guid contactId, Guid[] leftOut, CancellationToken cancel)
    {
        await using var entry = zip.CreateEntry("data.json").Open();
        await using var json = new Utf8JsonWriter(entry, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        foreach (var table in tables)
        {
            json.WriteStartArray(table.Name);
            await foreach (var row in PersonData.RowsAsync(db, table, contactId, leftOut, cancel))
            {
                json.WriteStartObject();
                for (var i = 0; i < row.Length; i++) json.WriteString(table.Columns[i], row[i]);
                json.WriteEndObject();
                await json.FlushAsync(cancel);
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private async Task FilesAsync(ZipArchive zip, Guid contactId, CancellationToken cancel)
    {
        var mine = await db.Documents.Where(d => db.Parties.Any(p => p.ObligationId == d.ObligationId && p.ContactId == contactId)).OrderBy(d => d.AddedAt).Select(d => new { d.Key, d.Name }).ToListAsync(cancel);
        foreach (var (document, number) in mine.Select((d, i) => (d, i + 1))) await CopyAsync(zip, documents.OpenRead(document.Key), $"documents/{number:000} {document.Name}.pdf", cancel);
        var taken = await db.Photos.Where(p => db.Properties.Any(o => o.Id == p.PropertyId && o.OwnerId == contactId)).OrderBy(p => p.PropertyId).ThenBy(p => p.Position).Select(p => p.Key).ToListAsync(cancel);
        foreach (var (key, number) in taken.Select((k, i) => (k, i + 1))) await CopyAsync(zip, photos.OpenRead(key), $"photos/{number:000}.jpg", cancel);
    }

    // A file that is missing is no reason to give nothing.
    private static async Task CopyAsync(ZipArchive zip, Stream? file, string name, CancellationToken cancel)
    {
        if (file is null) return;
        await using var content = file;
        await using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        await content.CopyToAsync(entry, cancel);
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private sealed class Streamed(PackageWriter writer, Guid requestId, Guid contactId) : ActionResult
    {
        public override async Task ExecuteResultAsync(ActionContext context)
        {
            var http = context.HttpContext;
            // The archive's own end is written synchronously.
            if (http.Features.Get<IHttpBodyControlFeature>() is { } body) body.AllowSynchronousIO = true;
            http.Response.ContentType = "application/zip";
            http.Response.Headers.ContentDisposition = $"attachment; filename=\"donnees-{RightsRequest.ReferenceOf(requestId)}.zip\"";
            http.Response.Headers.CacheControl = "no-store";
            await writer.WriteAsync(http.Response.Body, requestId, contactId, http.RequestAborted);
        }
    }
}
