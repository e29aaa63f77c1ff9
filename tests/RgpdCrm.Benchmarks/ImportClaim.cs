using System.Diagnostics;
using System.Globalization;
using System.Text;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Files;

namespace RgpdCrm.Benchmarks;

/// <summary>A file as agencies export them, into a database already in use.</summary>
internal static class ImportClaim
{
    private const double RowsASecond = 5000;
    private static readonly string[] First = ["Hélène", "Jean-Pierre", "Zoé", "Maël", "Chloé", "François", "Karim", "Gaëlle", "Benoît", "Léa", "Nathalie"];
    private static readonly string[] Last = ["Garnier", "Lefèvre", "Le Goff", "D’Almeida", "Nguyen", "Guérin", "Kerouédan", "Œuvrard", "Traoré", "Petit-Jean", "Vasseur", "Lemoine", "Ménard"];
    private static readonly string[] Roles = ["acquéreur", "locataire", "acquéreur|vendeur", "vendeur", "bailleur"];

    public static async IAsyncEnumerable<Measure> MeasureAsync(Bench bench)
    {
        var rows = bench.Scaled(50_000);
        await using var database = await bench.DatabaseAsync(bench.Scaled(20_000));
        var file = Path.GetTempFileName();
        var storage = Directory.CreateTempSubdirectory("rgpdcrm-bench-");
        try
        {
            await File.WriteAllLinesAsync(file, Lines(rows, bench.Clock.Today), Encoding.UTF8);
            var watch = Stopwatch.StartNew();
            var result = await new ContactImport(database.App, bench.Clock, new PersonalFiles(storage.FullName, bench.Clock), new Fingerprints(new string('k', 32))).RunAsync(file, new ImportOptions());
            watch.Stop();
            if (result.Created != rows) throw new InvalidOperationException($"{result.Created} of {rows} rows were imported. {result.Refusal}");
            yield return Measure.AtLeast(1, $"import {rows} rows, against {RowsASecond} a second", rows / watch.Elapsed.TotalSeconds, RowsASecond, "rows/s");
        }
        finally
        {
            File.Delete(file);
            storage.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Lines(int rows, DateOnly today)
    {
        yield return "nom;prenom;organisation;siren;type;roles;email;telephone;mobile;adresse;code_postal;ville;collecte_le;source;dernier_contact_le;dernier_contact_initiateur;"
            + "mandat_numero;mandat_type;mandat_date;mandat_fin";
        for (var i = 0; i < rows; i++) yield return Line(i, today);
    }

    // One in ten a professional, one in five with a mandate, one in two with a second number, one in thirty already due.
    private static string Line(int i, DateOnly today)
    {
        var (first, last) = (First[i % First.Length], Last[i % Last.Length]);
        var professional = i % 10 == 9;
        var collected = today.AddDays(-1100 - i % 900);
        var contact = today.AddDays(i % 30 == 7 ? -1050 : -5 - i % 700);
        return string.Join(';', [
            last, first, professional ? $"\"Étude {last}; {first} & associés\"" : "", professional ? "732 829 320" : "", professional ? "professionnel" : "particulier", Roles[i % Roles.Length],
            $"client{i}@example.org", $"02 61 91 {i / 100 % 100:00} {i % 100:00}", i % 2 == 0 ? $"+33 6 39 98 {i / 100 % 100:00} {i % 100:00}" : "",
            $"{1 + i % 90} rue des Lices", "49000", "Angers", French(collected), "ancien logiciel", French(contact), i % 3 == 0 ? "agence" : "contact",
            .. i % 5 == 3 ? [$"V{i}", "vente", French(collected), French(collected.AddYears(1))] : (string[])["", "", "", ""]]);
    }

    private static string French(DateOnly date) => date.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);
}
